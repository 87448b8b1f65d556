"""What learners are told of their edition: invited, told of changes, reminded, called off.

Each learner has an ``Invitation``: what they were last told, and how far their calendar is. A letter and the row change
together, so the same change is told once, and a calendar believes the newest mail whatever the order of arrival.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from courses.actions import lock_edition
from courses.calendar import sequences_of
from courses.models import Edition
from enrolments.models import Enrolment
from lms.messages import letters
from lms.messages.actions.writing import write_message
from lms.messages.models import EditionChange, Invitation
from lms.messages.quiet import in_time_until, last_day_before
from lms.messages.snapshots import Snapshot, changes_between, dropped_from, snapshot_of

# Whoever changes an edition saves more than once: the letter goes when it has been quiet for this long…
SETTLES = timedelta(minutes=10)
SETTLES_SOON = timedelta(minutes=2)  # …or this, when a session is near,
AT_MOST = timedelta(minutes=30)  # and never later than this after the first change.

# A week ahead, and how many days late that still makes sense (a beat that was down).
WEEK, WEEK_LATE = timedelta(days=7), timedelta(days=4)
LOOK_AHEAD = timedelta(days=9)


# Inviting and calling off ---------------------------------------------------------------------------------------------


@transaction.atomic
def invite(enrolment: Enrolment, *, at: datetime) -> Invitation:
    """The place is certain: tell so, with an invitation for every session."""
    now = snapshot_of(enrolment.edition, enrolment.language)
    invitation = Invitation.objects.filter(enrolment=enrolment).first() or Invitation(enrolment=enrolment)
    sequence = _next_sequence(enrolment)
    if invitation.is_standing and invitation.pk and (gone := dropped_from(invitation.told, now)):
        # The same enrolment, in another edition than it was.
        write_message(**letters.session_dropped(enrolment, at, gone, sequence), at=at)
    invitation.told, invitation.sequence, invitation.is_standing = now, sequence, True
    invitation.told_at = invitation.confirmed_at = at
    invitation.reminded_week_at = invitation.reminded_day_at = None
    invitation.save()
    write_message(**letters.enrolment_confirmed(enrolment, at, sequence), at=at)
    return invitation


@transaction.atomic
def note_told(enrolment: Enrolment, *, at: datetime) -> None:
    """Someone without a certain place was told when and where: they hear of changes too. Who had one has their row."""
    told = snapshot_of(enrolment.edition, enrolment.language, is_certain=False)
    mine, is_new = Invitation.objects.get_or_create(
        enrolment=enrolment, defaults={"told": told, "is_standing": False, "told_at": at, "confirmed_at": at}
    )
    if not is_new and not mine.is_standing:
        mine.told, mine.told_at = told, at
        mine.save(update_fields=["told", "told_at"])


@transaction.atomic
def call_off(
    enrolment: Enrolment, letter: Callable[..., dict[str, Any]], *, at: datetime, only_invited: bool = False
) -> None:
    """It does not go on for this learner: tell so, and take out of the calendar what stands in it.

    Whoever never got an invitation (a waiter, or an offer not taken) gets no cancellation of it either; with
    ``only_invited`` no letter at all.
    """
    invitation = Invitation.objects.filter(enrolment=enrolment, is_standing=True).first()
    if invitation is None:
        if not only_invited:
            write_message(**letter(enrolment, at), at=at)
        return
    invitation.sequence, invitation.is_standing, invitation.told_at = _next_sequence(enrolment), False, at
    invitation.save(update_fields=["sequence", "is_standing", "told_at"])
    write_message(**letter(enrolment, at, invitation.told["sessions"], invitation.sequence), at=at)


def _next_sequence(enrolment: Enrolment) -> int:
    """A calendar believes only what has a higher number than what it has.

    Above all that this learner was sent about the edition, also under an earlier enrolment; and not below what the file
    on their own page has, which counts the recorded changes.
    """
    edition = enrolment.edition
    mine = Invitation.objects.filter(enrolment__edition=edition, enrolment__learner=enrolment.learner_id)
    mine = mine.exclude(is_standing=False, sequence=0)  # told, and never invited
    last = mine.aggregate(last=Max("sequence"))["last"]
    changes = max(sequences_of(edition, list(edition.sessions.all())).values(), default=0)
    return changes if last is None else max(changes, last + 1)


# Changes --------------------------------------------------------------------------------------------------------------


def note_change(edition: Edition, *, at: datetime) -> None:
    """Someone changed an edition whose learners were told of it: they will hear, once it has settled."""
    if edition.state != Edition.State.PUBLISHED or not _told_of(edition).exists():
        return
    settles = SETTLES_SOON if _is_near(edition, at) else SETTLES
    change, is_new = EditionChange.objects.get_or_create(
        edition=edition, defaults={"first_at": at, "due_at": at + settles}
    )
    if not is_new:
        change.due_at = min(at + settles, change.first_at + AT_MOST)
        change.save(update_fields=["due_at"])


def _told_of(edition: Edition) -> QuerySet[Invitation]:
    """Whom a change concerns: who takes part, and who may yet."""
    state = Enrolment.State
    waits = Q(is_standing=False, enrolment__state__in=(state.REQUESTED, state.WAITLISTED, state.OFFERED))
    has_place = Q(is_standing=True, enrolment__state=state.CONFIRMED)
    return Invitation.objects.filter(has_place | waits, enrolment__edition=edition)


def _is_near(edition: Edition, at: datetime) -> bool:
    return edition.sessions.filter(starts_at__gt=at, starts_at__lte=in_time_until(at)).exists()


@transaction.atomic
def tell_change(change: EditionChange, *, at: datetime) -> int:
    """Tell everyone with a place, or waiting for one, what is different from what they were told. Answers how many
    letters it became.

    Done twice it tells once, since it compares with what was told; what was changed back is not told at all.
    """
    edition = lock_edition(change.edition)
    due = EditionChange.objects.select_for_update().filter(pk=change.pk, due_at__lte=at).first()
    if due is None:
        return 0
    due.delete()
    is_over = edition.ends_at is not None and edition.ends_at <= at
    if edition.state != Edition.State.PUBLISHED or is_over:
        return 0
    invitations = _told_of(edition).select_related(
        "enrolment__learner", "enrolment__edition__course", "enrolment__edition__provider"
    )
    now = {
        (language, is_certain): snapshot_of(edition, language, is_certain=is_certain)
        for language in ("nl", "en")
        for is_certain in (True, False)
    }
    return sum(_tell(one, now[one.enrolment.language, one.is_standing], at=at) for one in invitations)


def _tell(invitation: Invitation, now: Snapshot, *, at: datetime) -> int:
    was, enrolment = invitation.told, invitation.enrolment
    if was == now:
        return 0
    changes, gone = changes_between(was, now, enrolment.language), dropped_from(was, now)
    if not changes and not gone:
        return 0
    if not invitation.is_standing:
        write_message(**letters.edition_changed_waiting(enrolment, at, changes, gone), at=at)
        invitation.told, invitation.told_at = now, at
        invitation.save(update_fields=["told", "told_at"])
        return 1
    sequence = _next_sequence(enrolment)
    written = 0
    if changes:
        write_message(**letters.edition_changed(enrolment, at, changes, sequence, was["sessions"]), at=at)
        written += 1
    if gone:  # a mail to a calendar either invites or cancels
        write_message(**letters.session_dropped(enrolment, at, gone, sequence), at=at)
        written += 1
    if _first_day(was) != _first_day(now):
        invitation.reminded_week_at = invitation.reminded_day_at = None
    invitation.told, invitation.sequence, invitation.told_at = now, sequence, at
    invitation.save()
    return written


def _first_day(told: Snapshot) -> Any:
    starts = [datetime.fromisoformat(one["starts_at"]) for one in told["sessions"]]
    return timezone.localdate(min(starts)) if starts else None


# Reminders ------------------------------------------------------------------------------------------------------------


def remind(*, at: datetime) -> int:
    """Remind who takes part of what begins in seven days, and of what is about to begin; each once, on the local
    calendar. The second goes on the last day before on which mail goes out: on Saturday for Monday.

    Not who was told that they have a place on the day of the reminder or the day before: they know. A reminder that
    should have gone while nothing ran goes later, as long as that makes sense.
    """
    return _remind("week", letters.reminder_week, at=at) + _remind("day", letters.reminder_day, at=at)


def _days_to_remind(which: str, begins: date) -> tuple[date, date]:
    """From which day the reminder goes, and the last day on which it still makes sense."""
    if which == "week":
        return begins - WEEK, begins - WEEK + WEEK_LATE
    eve = last_day_before(begins)
    return eve, eve


def _remind(which: str, letter: Callable[..., dict[str, Any]], *, at: datetime) -> int:
    today, mark = timezone.localdate(at), f"reminded_{which}_at"
    due = Invitation.objects.filter(
        **{mark: None},
        is_standing=True,
        enrolment__state=Enrolment.State.CONFIRMED,
        enrolment__edition__state=Edition.State.PUBLISHED,
        enrolment__edition__starts_at__gt=at,
        enrolment__edition__starts_at__lt=at + LOOK_AHEAD,
    ).select_related("enrolment__learner", "enrolment__edition__course", "enrolment__edition__provider")
    count = 0
    for invitation in due:
        first, last = _days_to_remind(which, timezone.localdate(invitation.enrolment.edition.starts_at))
        knew = timezone.localdate(invitation.confirmed_at) >= first - timedelta(days=1)
        if not first <= today <= last or knew:
            continue
        with transaction.atomic():
            mine = Invitation.objects.filter(
                pk=invitation.pk, **{mark: None}, enrolment__state=Enrolment.State.CONFIRMED, is_standing=True
            )
            if mine.update(**{mark: at}):
                write_message(**letter(invitation.enrolment, at), at=at)
                count += 1
    return count
