"""What keeps a certificate from being made, in words for who can mend it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy, ngettext

from certificates.models import Certificate
from courses.models import Course
from enrolments.models import Enrolment
from lms.kernel.models import Event

LETTER = "letter."
FIT = "fit"
HELD_BACK = "certificate.held_back"  # the event; its data name what was lacking, and the programme if it was of one
# As snapshots names it.
PARTS = {
    "learner.name": gettext_lazy("the learner's name"),
    "title": gettext_lazy("the title of the course in Dutch"),
    "issuer.country": gettext_lazy("the country of the issuer"),
    "issuer.name": gettext_lazy("the name of the issuer"),
    "outcomes": gettext_lazy("learning outcomes of the course"),
    "workload": gettext_lazy("the study load of the course"),
    "participation": gettext_lazy("the form of the edition"),
    "quality": gettext_lazy("the quality assurance of the course"),
    "period": gettext_lazy("the days of the edition"),
    "level": gettext_lazy("the level of the course in words"),
    "assessment": gettext_lazy("how the course is assessed"),
    FIT: gettext_lazy("shorter titles or names: they do not fit on the page"),
}


def said(lacking: Collection[str]) -> str:
    """All of it in one line; letters together."""
    found = [str(PARTS.get(name, name)) for name in lacking if not name.startswith(LETTER)]
    letters = [name.removeprefix(LETTER) for name in lacking if name.startswith(LETTER)]
    if letters:
        text = ngettext(
            "a letter that we can print for %(letters)s", "letters that we can print for %(letters)s", len(letters)
        )
        found.append(text % {"letters": " ".join(letters)})
    return ", ".join(found)


@dataclass(frozen=True)
class HeldBack:
    """That a certificate was asked for and could not be made; of a programme when it was of one."""

    at: datetime
    lacking: list[str]
    programme: int | None


def without_certificate(finished: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Those without one of their own, and those whose certificate of a passed resit was held back."""
    own = Certificate.objects.filter(enrolment=OuterRef("pk"), programme=None)
    assessed = Course.CertificateKind.ASSESSED
    note = Event.objects.filter(
        object_type=ContentType.objects.get_for_model(Enrolment),
        object_id=Cast(OuterRef("pk"), CharField()),
        verb=HELD_BACK,
        data__kind=assessed,
    )
    return finished.filter(~Exists(own) | Exists(note) & ~Exists(own.filter(kind=assessed)), learner__erased_at=None)


def held_back(enrolments: Collection[int]) -> dict[int, list[HeldBack]]:
    """By enrolment, the last time for its own certificate and for that of each programme. One query."""
    events = Event.objects.filter(
        object_type=ContentType.objects.get_for_model(Enrolment),
        object_id__in=[str(pk) for pk in enrolments],
        verb=HELD_BACK,
    ).order_by("at", "pk")
    last: dict[int, dict[int | None, HeldBack]] = defaultdict(dict)
    for one in events:
        found = HeldBack(one.at, one.data.get("lacking", []), one.data.get("programme"))
        last[int(one.object_id)][found.programme] = found
    return {pk: list(of_each.values()) for pk, of_each in last.items()}
