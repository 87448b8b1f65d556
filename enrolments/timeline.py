"""What happened in an edition, in sentences: its own events, its sessions' and its enrolments'.

Events hold ids; the names are looked up for who may see these people. What a verb says stands here once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from courses.models import Edition, Session
from enrolments.models import Approval, Enrolment, GroupEnrolment
from enrolments.reasons import label_of
from lms.kernel import formats
from lms.kernel.models import Event


class Kind(models.TextChoices):
    """What a timeline can be narrowed to."""

    PLACES = "places", gettext_lazy("places and waiting list")
    RESULTS = "results", gettext_lazy("results")
    SESSIONS = "sessions", gettext_lazy("sessions and lists")
    MESSAGES = "messages", gettext_lazy("messages")
    EDITION = "edition", gettext_lazy("the edition itself")


# By verb: its kind and its sentence. Attendance is left out on purpose: the register has a history of its own.
SAYS = {
    "edition.planned": (Kind.EDITION, gettext_lazy("The edition was planned")),
    "edition.copied": (Kind.EDITION, gettext_lazy("The edition was made after an earlier one")),
    "edition.revised": (Kind.EDITION, gettext_lazy("The plan was changed")),
    "edition.published": (Kind.EDITION, gettext_lazy("The edition was published")),
    "edition.go_decided": (Kind.EDITION, gettext_lazy("It was decided that the edition goes ahead")),
    "edition.cancelled": (Kind.EDITION, gettext_lazy("The edition was cancelled")),
    "edition.funding_announced": (Kind.EDITION, gettext_lazy("The funding notice was changed")),
    "edition.capacity_changed": (Kind.PLACES, gettext_lazy("The number of places went from %(from)s to %(to)s")),
    "edition.announced": (
        Kind.MESSAGES,
        ngettext_lazy("A message was sent to %(people)s person", "A message was sent to %(people)s people", "people"),
    ),
    "edition.list_downloaded": (Kind.MESSAGES, gettext_lazy("The list of participants was downloaded (%(format)s)")),
    "edition.scheduled": (Kind.SESSIONS, gettext_lazy("The sessions were laid down")),
    "edition.session_removed": (Kind.SESSIONS, gettext_lazy("Session %(number)s was removed")),
    "session.planned": (Kind.SESSIONS, gettext_lazy("Session %(session)s was planned")),
    "session.revised": (Kind.SESSIONS, gettext_lazy("Session %(session)s was changed")),
    "session.signed_off": (Kind.SESSIONS, gettext_lazy("The list of session %(session)s was closed")),
    "session.reopened": (Kind.SESSIONS, gettext_lazy("The list of session %(session)s was reopened")),
    "enrolment.requested": (Kind.PLACES, gettext_lazy("%(who)s asked to take part")),
    "enrolment.confirmed": (Kind.PLACES, gettext_lazy("%(who)s has a place")),
    "enrolment.waitlisted": (Kind.PLACES, gettext_lazy("%(who)s came on the waiting list")),
    "enrolment.offered": (Kind.PLACES, gettext_lazy("%(who)s was offered a place")),
    "enrolment.offer_extended": (Kind.PLACES, gettext_lazy("%(who)s has longer to answer, until %(until)s")),
    "enrolment.offer_taken_back": (Kind.PLACES, gettext_lazy("The offer to %(who)s was taken back")),
    "enrolment.offer_declined": (Kind.PLACES, gettext_lazy("%(who)s left the offered place to the next")),
    "enrolment.offer_lapsed": (Kind.PLACES, gettext_lazy("%(who)s did not answer in time")),
    "enrolment.place_kept": (Kind.PLACES, gettext_lazy("A place was kept for %(who)s, from a cancelled edition")),
    "enrolment.request_lapsed": (Kind.PLACES, gettext_lazy("The request of %(who)s was not answered before the start")),
    "enrolment.declined": (Kind.PLACES, gettext_lazy("The request of %(who)s was declined")),
    "enrolment.withdrawn": (Kind.PLACES, gettext_lazy("%(who)s was withdrawn")),
    "enrolment.cancelled": (Kind.PLACES, gettext_lazy("The enrolment of %(who)s ended with the edition")),
    "enrolment.moved": (Kind.PLACES, gettext_lazy("%(who)s was moved to another edition")),
    "group.begun": (Kind.PLACES, gettext_lazy("A group of %(company)s was sent in")),
    "group.done": (Kind.PLACES, gettext_lazy("The group of %(company)s was enrolled")),
    "group.waitlisted": (Kind.PLACES, gettext_lazy("The group of %(company)s came on the waiting list as a whole")),
    "group.seat_gathered": (Kind.PLACES, gettext_lazy("A place was kept for the group of %(company)s")),
    "group.placed": (Kind.PLACES, gettext_lazy("The group of %(company)s has all its places")),
    "group.ended": (Kind.PLACES, gettext_lazy("The group of %(company)s did not go ahead")),
    "group.lapsed": (Kind.PLACES, gettext_lazy("The group of %(company)s did not fit in time")),
    "group.seat_named": (Kind.PLACES, gettext_lazy("%(company)s gave a reserved place a name")),
    "group.seats_given_back": (
        Kind.PLACES,
        ngettext_lazy(
            "%(seats)s place without a name of %(company)s was given back",
            "%(seats)s places without a name of %(company)s were given back",
            "seats",
        ),
    ),
    "group.seats_returned": (
        Kind.PLACES,
        ngettext_lazy(
            "%(seats)s place is reserved for %(company)s again",
            "%(seats)s places are reserved for %(company)s again",
            "seats",
        ),
    ),
    "group.undo_begun": (Kind.PLACES, gettext_lazy("Undoing the group of %(company)s was begun")),
    "group.undone": (Kind.PLACES, gettext_lazy("The group of %(company)s was undone")),
    "approval.asked": (Kind.PLACES, gettext_lazy("An answer was asked about the request of %(who)s")),
    "approval.talk_planned": (Kind.PLACES, gettext_lazy("An intake talk was planned with %(who)s")),
    "approval.granted": (Kind.PLACES, gettext_lazy("The request of %(who)s was granted")),
    "approval.refused": (Kind.PLACES, gettext_lazy("The request of %(who)s was refused")),
    "enrolment.completed": (Kind.RESULTS, gettext_lazy("%(who)s completed the course")),
    "enrolment.not_completed": (Kind.RESULTS, gettext_lazy("%(who)s did not complete the course")),
    "enrolment.reassessed": (Kind.RESULTS, gettext_lazy("%(who)s was assessed again")),
    "enrolment.frozen": (Kind.RESULTS, gettext_lazy("Category and employer of %(who)s were frozen for the figures")),
}


@dataclass(frozen=True)
class Line:
    """One event as it is read."""

    at: datetime
    text: str
    by: str
    why: str
    person: Enrolment | None


def events_of(edition: Edition, *, kind: str = "", person: Enrolment | None = None) -> QuerySet[Event]:
    """Newest first. ``person`` narrows to one enrolment."""
    types = ContentType.objects.get_for_models(Edition, Session, Enrolment, Approval, GroupEnrolment)
    # What an employer answered is between that employer and its people.
    approvals = Approval.objects.filter(kind__in=Approval.OF_PROVIDER).order_by()

    def about(model: type[models.Model], ids: Collection[Any]) -> Q:
        return Q(object_type=types[model], object_id__in=[str(pk) for pk in ids])

    if person is not None:
        where = about(Enrolment, [person.pk]) | about(
            Approval, approvals.filter(enrolment=person).values_list("pk", flat=True)
        )
    else:
        where = (
            about(Edition, [edition.pk])
            | about(Session, edition.sessions.values_list("pk", flat=True))
            | about(Enrolment, edition.enrolments.order_by().values_list("pk", flat=True))
            | about(Approval, approvals.filter(enrolment__edition=edition).values_list("pk", flat=True))
            | about(GroupEnrolment, edition.groups.order_by().values_list("pk", flat=True))
        )
    verbs = [verb for verb, (of, _says) in SAYS.items() if kind not in Kind.values or of == kind]
    return Event.objects.filter(where, verb__in=verbs).select_related("by").order_by("-at", "-pk")


def lines_of(edition: Edition, events: Sequence[Event]) -> list[Line]:
    """The sentences of these events; four questions, however many there are."""
    types = ContentType.objects.get_for_models(Session, Enrolment, Approval, GroupEnrolment)

    def ids(model: type[models.Model]) -> list[str]:
        return [event.object_id for event in events if event.object_type_id == types[model].pk]

    people = {str(one.pk): one for one in edition.enrolments.filter(pk__in=ids(Enrolment)).select_related("learner")}
    numbers = {str(one.pk): one.number for one in edition.sessions.filter(pk__in=ids(Session))}
    asked = Approval.objects.filter(pk__in=ids(Approval)).select_related("enrolment__learner")
    requests = {str(one.pk): one.enrolment for one in asked}
    groups = {str(one.pk): one for one in edition.groups.filter(pk__in=ids(GroupEnrolment)).select_related("employer")}
    about = {types[Enrolment].pk: people, types[Approval].pk: requests}
    return [
        _line(
            event,
            about.get(event.object_type_id, {}).get(event.object_id),
            numbers.get(event.object_id) if event.object_type_id == types[Session].pk else None,
            groups.get(event.object_id) if event.object_type_id == types[GroupEnrolment].pk else None,
        )
        for event in events
    ]


def _line(event: Event, enrolment: Enrolment | None, session: int | None, group: GroupEnrolment | None) -> Line:
    _kind, says = SAYS[event.verb]
    until = parse_datetime(str(event.data.get("until", ""))) if event.data.get("until") else None
    words = {
        "who": _name(enrolment),
        "session": session or "–",
        "from": event.data.get("from", "–"),
        "to": event.data.get("to", "–"),
        "people": event.data.get("people", 0),
        "format": str(event.data.get("format", "")).upper(),
        "number": event.data.get("number", "–"),
        "company": group.employer.name if group else "–",
        "seats": event.data.get("seats", 0),
        "until": formats.date_time(until) if until else "–",
    }
    if event.by_id is None:
        by = _("by itself")
    elif enrolment is not None and event.by_id == enrolment.learner_id:
        by = _("the learner")
    else:
        by = str(event.by)
    text = says % words
    if event.verb == "group.done" and words["seats"]:
        more = ngettext(
            "%(said)s, with %(seats)s place without a name", "%(said)s, with %(seats)s places without a name",
            words["seats"],
        )  # fmt: skip
        text = more % {**words, "said": text}
    return Line(event.at, text, by, _why(event), enrolment)


def _name(enrolment: Enrolment | None) -> str:
    return (enrolment.learner.full_name if enrolment else "") or _("Someone")


def _why(event: Event) -> str:
    reason = label_of(str(event.data.get("reason", "")))
    if passed_over := event.data.get("passed_over"):
        says = ngettext("%(n)s person waited longer: %(reason)s", "%(n)s people waited longer: %(reason)s", passed_over)
        return says % {"n": passed_over, "reason": reason}
    return reason
