"""Sessions that want the same room or the same trainer at the same time.

Two sessions clash when one begins before the other has ended; back to back is fine. What is cancelled clashes with
nothing. Of another house's session only that the room or the trainer is taken is told, never what for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.models import Edition, Room, Session, SessionQuerySet
from lms.people.models import User


@dataclass(frozen=True)
class Slot:
    """A session as planned or about to be: when, where, by whom. ``pk`` is the session's, when it is there already."""

    starts_at: datetime
    ends_at: datetime
    room: Room | None = None
    trainers: Collection[User] = ()
    pk: int | None = None
    edition: int | None = None


@dataclass(frozen=True)
class Clash:
    """One thing that a slot wants and another session has. ``other`` is None where it may not be named."""

    what: Room | User
    starts_at: datetime
    ends_at: datetime
    other: Session | None = field(default=None)

    @property
    def is_of_a_room(self) -> bool:
        return isinstance(self.what, Room)

    def __str__(self) -> str:
        words = {
            "what": str(self.what),
            "day": date_format(timezone.localtime(self.starts_at), "j F Y"),
            "from": date_format(timezone.localtime(self.starts_at), "H:i"),
            "until": date_format(timezone.localtime(self.ends_at), "H:i"),
        }
        if self.other is None:
            return _("%(what)s is taken on %(day)s from %(from)s to %(until)s.") % words
        words["session"] = str(self.other)
        return _("%(what)s is taken on %(day)s from %(from)s to %(until)s, by session %(session)s.") % words


def slot_of(session: Session, trainers: Collection[User]) -> Slot:
    return Slot(session.starts_at, session.ends_at, session.room, trainers, session.pk, session.edition_id)


def clashes_of(slots: Sequence[Slot], *, user: User) -> list[list[Clash]]:
    """Per slot what is taken, for this user's eyes. Four queries, however many slots."""
    wanted = [slot for slot in slots if slot.room or slot.trainers]
    if not wanted:
        return [[] for _slot in slots]
    others = _around(wanted)
    teaching = _trainers_of(others)
    visible = set(
        Session.objects.visible_to(user).filter(pk__in=[one.pk for one in others]).values_list("pk", flat=True)
    )
    return [list(_clashes(slot, others, teaching, visible)) for slot in slots]


def _around(slots: Sequence[Slot]) -> list[Session]:
    """Every session that could stand in the way of one of these."""
    rooms = {slot.room.pk for slot in slots if slot.room}
    people = {person.pk for slot in slots for person in slot.trainers}
    taught = Edition.trainers.through.objects.filter(user__in=people).values("edition")
    return list(
        Session.objects.exclude(edition__state=Edition.State.CANCELLED)
        .filter(starts_at__lt=max(slot.ends_at for slot in slots), ends_at__gt=min(slot.starts_at for slot in slots))
        .filter(Q(room__in=rooms) | Q(edition__in=taught))
        .select_related("edition")
        .order_by("starts_at", "pk")
    )


def _trainers_of(sessions: Iterable[Session]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = Edition.trainers.through.objects.filter(edition__in={one.edition_id for one in sessions})
    for edition, user in rows.values_list("edition", "user"):
        found[edition].add(user)
    return found


def _clashes(slot: Slot, others: list[Session], teaching: dict[int, set[int]], visible: set[int]) -> Iterable[Clash]:
    for other in others:
        if other.pk == slot.pk or not (other.starts_at < slot.ends_at and slot.starts_at < other.ends_at):
            continue
        named = other if other.pk in visible else None
        if slot.room and other.room_id == slot.room.pk:
            yield Clash(slot.room, other.starts_at, other.ends_at, named)
        for person in slot.trainers:
            if person.pk in teaching[other.edition_id]:
                yield Clash(person, other.starts_at, other.ends_at, named)


def clashing(sessions: SessionQuerySet) -> SessionQuerySet:
    """Of these the sessions whose room or trainer is also wanted elsewhere. One query."""
    others = (
        Session.objects.exclude(pk=OuterRef("pk"))
        .exclude(edition__state=Edition.State.CANCELLED)
        .filter(starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at"))
    )
    same_room = others.filter(room=OuterRef("room"))
    taught_here = Edition.trainers.through.objects.filter(edition=OuterRef(OuterRef("edition"))).values("user")
    same_trainer = others.filter(edition__trainers__in=taught_here)
    return sessions.exclude(edition__state=Edition.State.CANCELLED).filter(
        Exists(same_room.filter(room__isnull=False)) | Exists(same_trainer)
    )
