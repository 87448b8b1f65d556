"""What the desk writes: one function per kind, in the reader's language. The words stand in ``templates/email/desk_…``.

A company reads its answer in the mail and behind its own link; a house is told that something waits, and nothing about
persons.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lms.desk.models import Entry, Meeting, Member, Request, Step
from lms.kernel.formats import long_date, plain_date, time_range
from lms.kernel.post import Letter
from lms.people.models import Organisation, Role, User


def absolute(name: str, *args: Any) -> str:
    """The whole address of a page in the active language."""
    return settings.LMS_BASE_URL + reverse(name, args=args)


def page_of(request: Request) -> str:
    """The company's own page, in the active language."""
    return absolute("desk:track", request.token)


# To the company -------------------------------------------------------------------------------------------------------


def _to_company(kind: str, request: Request, context: dict[str, Any], label: str) -> Letter:
    said = {
        "greeting_name": request.contact_name,
        "kicker": request.grouped_code,
        "action_url": page_of(request),
        "action_label": label,
        **context,
    }
    return Letter(kind, request.contact_email, request.language, said, about=request)


def received(request: Request) -> Letter:
    """Your question is here: its number, who answers, before when, and the link."""
    with translation.override(request.language):
        facts = [
            (_("Number"), request.grouped_code),
            (_("Topic"), str(request.topic or request.group or "")),
            (_("Who answers"), request.routed_to.name if request.routed_to else _("The programme office")),
            (_("Answer at the latest on"), long_date(request.due_on)),
        ]
        # Not the name of the company: a stranger may have typed it, with an address that is not theirs.
        context = {"facts": facts, "group": request.group and request.group.name}
        return _to_company("desk_received", request, context, _("Follow your question"))


def answered(request: Request, entry: Entry) -> Letter:
    """The answer itself, and where to go on."""
    with translation.override(request.language):
        context = {
            "answer": entry.text,
            "suggestions": suggestions_of(entry),
            "facts": [(_("Number"), request.grouped_code)],
            "group": request.group and request.group.name,
        }
        return _to_company("desk_answered", request, context, _("Answer or see the whole conversation"))


def suggestions_of(entry: Entry) -> list[dict[str, str]]:
    """Courses and labs that were named with an answer, each with its page."""
    courses = [{"label": one.title, "url": absolute("cms:course", one.code)} for one in entry.courses.all()]
    return courses + [{"label": one.name, "url": one.website} for one in entry.labs.all()]


def step_to_sign(step: Step) -> Letter:
    """What we understood that changed; please say in your own words whether it is right."""
    request = step.request
    with translation.override(request.language):
        facts = [
            (_("Kind of step"), str(step.get_type_display())),
            (_("Taken on"), plain_date(step.taken_on)),
            (_("How it was before"), step.before),
            (_("What changed"), step.description),
        ]
        context = {"facts": facts, "company": step.organisation.name}
        return _to_company("desk_step", request, context, _("Read and confirm"))


def meeting_off(meeting: Meeting, member: Member) -> Letter:
    """A meeting does not go on."""
    language = member.request.language if member.request else "nl"
    with translation.override(language):
        context = {
            "greeting_name": member.contact_name,
            "kicker": meeting.group.name,
            "group": meeting.group.name,
            "facts": [
                (_("Topic"), meeting.topic),
                (_("When"), f"{long_date(meeting.starts_at)}, {time_range(meeting.starts_at, meeting.ends_at)}"),
            ],
        }
        if member.request:
            context |= {"action_url": page_of(member.request), "action_label": _("See the other meetings")}
        return Letter("desk_meeting_off", member.contact_email, language, context, about=meeting)


# To the desk ----------------------------------------------------------------------------------------------------------


def for_the_house(request: Request, today: date) -> Iterator[Letter]:
    """To everyone at the desk of the house it lies with: something waits, until when."""
    for person in people_of(request.routed_to, today):
        with translation.override(person.language):
            context = {
                "greeting_name": person.given_name,
                "kicker": request.grouped_code,
                "is_join": request.kind == Request.Kind.JOIN,
                "facts": [
                    (_("Number"), request.grouped_code),
                    (_("Topic"), str(request.topic or request.group or _("not known yet"))),
                    (_("Answer at the latest on"), long_date(request.due_on)),
                ],
                "action_url": absolute("desk:request", request.code),
                "action_label": _("See the question"),
            }
        yield Letter("desk_for_you", person.email, person.language, context, recipient=person, about=request)


def people_of(house: Organisation | None, today: date) -> list[User]:
    """Who works at the desk of a house today; of none: the programme office's officers."""
    current = Q(memberships__starts_on__lte=today) & (Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=today))
    if house is None:
        holds = Q(memberships__role=Role.OFFICER)
    else:
        holds = Q(memberships__role=Role.COORDINATOR, memberships__organisation=house)
    return list(User.objects.filter(current & holds, is_active=True).distinct().order_by("pk"))
