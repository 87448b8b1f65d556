"""Going over a whole edition, person after person, in the background."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from certificates.actions import request_earned_certificate, supersede_certificate
from certificates.actions.holding import hold_back
from certificates.lacking import without_certificate
from certificates.models import Certificate, HeldCertificate, Round
from certificates.signals import round_waits
from certificates.snapshots import SnapshotIncomplete
from courses.models import Edition
from enrolments.models import Enrolment
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import TransitionRefused, move
from lms.people.models import User

State, What = Round.State, Round.What
AT_A_TIME = 20
LATE = timedelta(minutes=10)  # one that is being made longer than this waits for people, not for a worker


class NothingToDo(Exception):
    """Nobody of the edition is waiting for this."""


@transaction.atomic
def start_round(edition: Edition, *, what: str, reason: str, by: User, at: datetime) -> Round:
    """Issue what was earned and not issued yet, or make anew what is issued: corrected names, a corrected course.

    One at a time: while one is running, that one is returned. Raises NothingToDo.
    """
    require(by, "coordinate", edition)
    edition = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if running := Round.objects.running().filter(edition=edition).first():
        return running
    if what == What.REISSUE and not reason.strip():
        raise ValueError("Making everything anew needs a reason.")
    round_ = Round(edition=edition, what=what, reason=reason.strip(), asked_by=by, asked_at=at, moved_at=at)
    round_.total = _to_do(round_).count()
    if not round_.total:
        raise NothingToDo
    round_.save(force_insert=True)
    Event.record(round_, "round.started", by=by, at=at, data={"edition": edition.pk, "certificates": round_.total})
    round_waits.send(Round, round=round_)
    return round_


def earned_without(edition: Edition) -> QuerySet[Enrolment]:
    """Who earned a certificate of an edition and has none, whatever became of it: one that was revoked is not asked for
    again, and who attended enough has one before they passed. What waits for approval is for who approves.
    """
    outcomes = (Enrolment.Outcome.PASSED, Enrolment.Outcome.ATTENDED)
    earned = without_certificate(Enrolment.objects.filter(edition=edition, outcome__in=outcomes))
    undecided = (HeldCertificate.State.WAITING, HeldCertificate.State.REFUSED)
    held = HeldCertificate.objects.filter(enrolment__edition=edition, programme=None, state__in=undecided)
    return earned.exclude(pk__in=held.values("enrolment"))


def issued_of(edition: Edition) -> QuerySet[Certificate]:
    return Certificate.objects.all().issued().filter(enrolment__edition=edition, programme=None, erased_at=None)


def _to_do(round_: Round) -> QuerySet[Enrolment]:
    """Who is left of a round. What it made itself is not its work again."""
    if round_.what == What.ISSUE:
        return earned_without(round_.edition)
    old = issued_of(round_.edition).filter(requested_at__lt=round_.asked_at, superseded_by=None)
    return Enrolment.objects.filter(pk__in=old.values("enrolment"))


def go_on(round_: Round, *, at: datetime) -> bool:
    """The next few people; True while there are more. Twice is once: whoever has theirs gets no second."""
    round_ = Round.objects.select_related("edition", "asked_by").get(pk=round_.pk)
    if round_.state != State.RUNNING:
        return False
    people = _to_do(round_).filter(pk__gt=round_.reached).select_related("edition__course").order_by("pk")
    batch = list(people[:AT_A_TIME])
    try:
        for enrolment in batch:
            _do(round_, enrolment, at=at)
    except PermissionDenied:
        batch = []  # who asked for it may no longer: what is done is done
    if not batch:
        _end(round_, at=at)
        return False
    Round.objects.filter(pk=round_.pk, reached__lt=batch[-1].pk).update(reached=batch[-1].pk, moved_at=at)
    return True


def _do(round_: Round, enrolment: Enrolment, *, at: datetime) -> None:
    if round_.what == What.ISSUE:
        request_earned_certificate(enrolment, by=round_.asked_by, at=at)
        return
    old = issued_of(round_.edition).filter(enrolment=enrolment, requested_at__lt=round_.asked_at)
    for certificate in old:
        try:
            supersede_certificate(certificate, reason=round_.reason, by=round_.asked_by, at=at)
        except TransitionRefused:
            continue  # revoked in this very second
        except SnapshotIncomplete as incomplete:
            hold_back(enrolment, incomplete.lacking, by=round_.asked_by, at=at)  # the old one stays valid


def _end(round_: Round, *, at: datetime) -> None:
    try:
        move(round_, to=State.DONE, allowed=Round.TRANSITIONS, by=None, verb="round.ended", at=at, moved_at=at)
    except TransitionRefused:
        return  # another worker was first
