"""About a request: what it waits for, to whom it is put, and why it ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.utils import translation
from django.utils.translation import gettext as _

from enrolments.models import Approval, Enrolment
from lms.kernel import formats
from lms.kernel.post import Letter
from lms.messages.letters.enrolments import Said, to_learner
from lms.messages.letters.parts import about_edition, absolute, alternatives_to, facts_of
from lms.people.models import User


@to_learner
def enrolment_requested(enrolment: Enrolment, at: datetime) -> Said:
    """It came in; nothing is certain before the answer."""
    return Said({"facts": [*facts_of(enrolment.edition), (_("Number"), enrolment.code)]})


@to_learner
def talk_planned(enrolment: Enrolment, at: datetime) -> Said:
    """When and where the intake talk is."""
    talk = enrolment.approvals.get(kind=Approval.Kind.INTAKE)
    moment = cast(datetime, talk.talk_at)
    context = {
        "talk_on": f"{formats.long_date(moment)}, {formats.clock_time(moment)}",
        "facts": [
            (_("When"), formats.long_date(moment)),
            (_("Time"), formats.clock_time(moment)),
            (_("Where"), talk.talk_place),
        ],
    }
    return Said(context)


@to_learner
def approval_refused(enrolment: Enrolment, at: datetime) -> Said:
    """Who said no and why, and what else there is."""
    answer = enrolment.approvals.get(state=Approval.State.REFUSED)
    context = {
        "kind": answer.kind,
        "by_employer": answer.kind == Approval.Kind.EMPLOYER,
        "company": str(enrolment.employer or ""),
        "reason": answer.reason,
        "facts": [],
        "alternatives": alternatives_to(enrolment.edition, at),
    }
    return Said(context)


@to_learner
def request_lapsed(enrolment: Enrolment, at: datetime) -> Said:
    """Nobody answered before the start; what else there is."""
    return Said({"facts": [], "alternatives": alternatives_to(enrolment.edition, at)})


def _to_who_decides(kind: str, approval: Approval, reader: User) -> dict[str, Any]:
    enrolment = approval.enrolment
    with translation.override(reader.language):
        context = {
            **about_edition(enrolment.edition),
            "funding": "",  # the funder speaks to who takes part
            "emblem": "",
            "greeting_name": reader.given_name,
            "who": enrolment.learner.full_name,
            "kind": approval.kind,
            "of_employer": approval.kind == Approval.Kind.EMPLOYER,
            "of_intake": approval.kind == Approval.Kind.INTAKE,
            "of_provider": approval.kind not in (Approval.Kind.EMPLOYER, Approval.Kind.INTAKE),
            "answer_before": formats.long_date(approval.decide_by),
            "facts": [
                (_("Learner"), enrolment.learner.full_name),
                *facts_of(enrolment.edition),
                (_("Answer before"), formats.long_date(approval.decide_by)),
            ],
            "action_url": absolute("enrolments:approval", approval.uuid),
            "action_label": _("Look at the request"),
        }
    return vars(Letter(kind, reader.email, reader.language, context, reader, approval))


def approval_asked(approval: Approval, reader: User) -> dict[str, Any]:
    """Somebody's request waits for this reader's answer."""
    return _to_who_decides("approval_asked", approval, reader)


def approval_due(approval: Approval, reader: User) -> dict[str, Any]:
    """It still does, and the deadline is near."""
    return _to_who_decides("approval_due", approval, reader)
