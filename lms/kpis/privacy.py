"""What we keep about people in order to count them."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrolments.models import Enrolment
from lms.kernel.privacy import Hold, counted, declare, holds_rows, on_renumbering
from lms.kpis.models import Evidence, Fact, Funding, FundingProject, HistoricFigure, Target
from lms.people.models import User


@holds_rows
def running_projects(user: User, today: date) -> list[Hold]:
    """The projects that count this person, or will, and whose evidence must still be kept."""
    taking_part = Enrolment.objects.filter(learner=user, state__in=Enrolment.TAKING_PART)
    counting = Q(pk__in=Fact.objects.filter(person=user.uuid).exclude(project=None).values("project"))
    funded = Q(fundings__edition__in=taking_part.values("edition"))
    running = Q(evidence_keep_until=None) | Q(evidence_keep_until__gte=today)
    projects = FundingProject.objects.filter(running).filter(counting | funded).distinct()
    return [Hold(one.code, one.name_nl, one.name_en, one.evidence_keep_until) for one in projects]


@on_renumbering
def keep_counting_as_one(old: Any, new: Any) -> None:
    """Every fact of a person moves to the new number together, so each figure stays what it was.

    Past the append-only guard: it says which person, not what is counted.
    """
    Fact._base_manager.filter(person=old).update(person=new)


declare(
    Fact,
    personal=["person", "enrolment", "category", "employer", "employer_kvk"],
    purpose=_("Counting what funders pay for, once and provably."),
    ground=_("the grant holder's duty of proof"),
    keep=_("the project's evidence term; the person's number is then replaced by a random one and the count stays"),
    number=["person"],
    erase=counted,
    follows="people.SealedIdentity",
)
declare(
    Evidence,
    personal=["subject"],
    purpose=_("Proof of what was counted: which record it was, and its hash at that moment."),
    ground=_("the grant holder's duty of proof"),
    keep=_("as long as its fact"),
    number=["fact__person"],
    erase=counted,
    follows="kpis.Fact",
)
declare(FundingProject)
declare(Funding)
declare(Target)
declare(HistoricFigure)
