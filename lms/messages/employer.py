"""What was sent to an employer's people about the enrolments that its HR made: which kind, when, and did it arrive.

Never what it said; and never kinds that tell how someone does. That a certificate came, or that someone stopped, is the
learner's own to tell.
"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from enrolments.employers import name_of, seen_by
from enrolments.models import Enrolment, EnrolmentQuerySet, GroupEnrolment
from enrolments.views.employer.company import Company, company_of, for_hr, show
from lms.kernel.panels import Panel
from lms.messages.models import Message, MessageQuerySet
from lms.people.models import Employment, Membership, Organisation, Role
from lms.people.requests import SignedInRequest

PER_PAGE = 50
# What HR knows from the enrolment itself, so that the message tells nothing more.
KINDS = {
    "enrolment_requested": _("Request came in"),
    "enrolment_confirmed": _("Place confirmed"),
    "enrolment_waitlisted": _("On the waiting list"),
    "seat_offered": _("Place offered"),
    "offer_lapsed": _("Offer lapsed"),
    "enrolment_cancelled": _("Edition cancelled"),
    "edition_changed": _("Edition changed"),
    "edition_changed_waiting": _("Edition changed"),
    "session_dropped": _("Session does not take place"),
    "group_news": _("News about a group"),
}
ABOUT = f"{Enrolment._meta.label}:"


def _made_by_hr(company: Organisation) -> EnrolmentQuerySet:
    """The enrolments that HR of this employer made, or its own system, of people who still work there."""
    now = timezone.now()
    hr = Membership.objects.filter(organisation=company, role=Role.HR, user=OuterRef("enrolled_by"))
    here = Employment.objects.current(timezone.localdate(now)).filter(organisation=company, user=OuterRef("learner"))
    by_system = Q(enrolled_by=None, group__source=GroupEnrolment.Source.SYSTEM)
    by_hr = Q(Exists(hr)) & ~Q(enrolled_by=F("learner"))
    return seen_by(company, now).filter(by_hr | by_system, Exists(here))


def sent_for(company: Organisation) -> MessageQuerySet:
    """Those messages, newest first, without a word of what they say."""
    made = _made_by_hr(company).order_by().annotate(about=Concat(Value(ABOUT), Cast("pk", CharField())))
    found = Message.objects.filter(kind__in=KINDS, about__in=made.values("about"))
    return found.only("kind", "about", "state", "created_at", "sent_at").order_by("-created_at", "-pk")


def not_arrived(company: Organisation) -> int:
    """How many of them did not arrive."""
    return sent_for(company).filter(state__in=Message.NOT_ARRIVED).count()


@for_hr
@require_safe
def messages(request: SignedInRequest, company: Company) -> HttpResponse:
    """Fifty to a page, each with the person and the course that it was about."""
    page = Paginator(sent_for(company.organisation), PER_PAGE).get_page(request.GET.get("page"))
    about = {int(one.about.removeprefix(ABOUT)): one for one in page}
    enrolments = Enrolment.objects.select_related("learner", "edition__course").in_bulk(list(about))
    rows = []
    for one in page:
        enrolment = enrolments[int(one.about.removeprefix(ABOUT))]
        rows.append(
            {
                "message": one,
                "kind": KINDS[one.kind],
                "has_arrived_not": one.state in Message.NOT_ARRIVED,
                "name": name_of(enrolment.learner),
                "enrolment": enrolment,
            }
        )
    query = request.GET.copy()
    query.pop("page", None)
    context = {"page": page, "rows": rows, "query": query.urlencode()}
    return show(request, company, "messages/employer.html", context)


def not_arrived_in_the_room(request: HttpRequest) -> dict[str, Any] | None:
    """On the overview only when something did not arrive."""
    company = company_of(request)  # type: ignore[arg-type]  # the room is for who is signed in
    number = not_arrived(company.organisation)
    return {"number": number, "company_query": company.query} if number else None


NOT_ARRIVED_PANEL = Panel("employer", 10, "messages/panel_employer.html", not_arrived_in_the_room)
