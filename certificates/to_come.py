"""What a learner earned and does not have yet: what it waits for, and whom it waits for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from certificates.lacking import LETTER, held_back
from certificates.models import Certificate, HeldCertificate
from courses.models import Course
from enrolments.models import Enrolment
from lms.kernel.lettering import undrawable
from lms.people.models import Organisation, User

SHOWN_FOR = timedelta(days=180)  # that something was refused

State = HeldCertificate.State


class Waits(StrEnum):
    """What for."""

    APPROVAL = "approval"
    NAME = "name"  # for its holder: the name has a letter that we cannot print
    PROVIDER = "provider"  # for something else that it must state
    NOTHING = "nothing"  # it was refused


@dataclass(frozen=True)
class Line:
    """One certificate that is not there."""

    course: Course
    provider: Organisation
    waits: Waits
    reason: str = ""  # of a refusal


def lines_of(user: User, *, at: datetime) -> list[Line]:
    """In the order in which they were earned, as far as that goes. Four queries, or fewer."""
    return [*_held(user, at=at), *_held_back(user)]


def letters_lacking(user: User) -> str:
    """The letters of somebody's name that no font of ours has, as they would be named to them."""
    return " ".join(sorted(undrawable(user.full_name)))


def _held(user: User, *, at: datetime) -> Iterator[Line]:
    shown = Q(state=State.WAITING) | Q(state=State.REFUSED, decided_at__gte=at - SHOWN_FOR)
    about = ("enrolment__edition__course", "enrolment__edition__provider", "programme__provider")
    for held in HeldCertificate.objects.filter(shown, enrolment__learner=user).select_related(*about):
        if held.state == State.REFUSED:
            yield Line(held.course, held.provider, Waits.NOTHING, held.get_public_reason_display())
        else:
            yield Line(held.course, held.provider, Waits.NAME if letters_lacking(user) else Waits.APPROVAL)


def _held_back(user: User) -> Iterator[Line]:
    outcomes = (Enrolment.Outcome.PASSED, Enrolment.Outcome.ATTENDED)
    earned = Enrolment.objects.filter(learner=user, outcome__in=outcomes).select_related(
        "edition__course", "edition__provider"
    )
    notes = held_back([one.pk for one in earned])
    if not notes:
        return
    have = set(Certificate.objects.filter(enrolment__learner=user).values_list("enrolment", "programme"))
    given = {programme for _enrolment, programme in have}
    programmes = {note.programme for of_one in notes.values() for note in of_one}
    named = Course.objects.select_related("provider").in_bulk(one for one in programmes - given if one is not None)
    undecided = set(
        HeldCertificate.objects.exclude(state__in=[State.APPROVED, State.LAPSED])
        .filter(enrolment__learner=user)
        .values_list("enrolment", "programme")
    )
    for enrolment in earned:
        for note in notes.get(enrolment.pk, []):
            if (enrolment.pk, note.programme) in undecided:
                continue
            by_name = any(one.startswith(LETTER) for one in note.lacking) and letters_lacking(user)
            waits = Waits.NAME if by_name else Waits.PROVIDER
            if note.programme in named:
                yield Line(named[note.programme], named[note.programme].provider, waits)
            elif note.programme is None and (enrolment.pk, None) not in have:
                yield Line(enrolment.edition.course, enrolment.edition.provider, waits)
