"""Requests of an employer's people that wait for HR: one or several answered at once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from enrolments import actions
from enrolments.approval_forms import RefusalForm
from enrolments.employers import name_of, seen_by
from enrolments.models import Approval
from enrolments.models.approvals import ApprovalQuerySet
from enrolments.views.employer.company import Company, for_hr, show
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.people import hr_actions
from lms.people.models import Organisation, User
from lms.people.requests import SignedInRequest

PER_PAGE = 50
RULE = {
    "organisation.asks_hr_first": gettext_lazy("HR approves first"),
    "organisation.asks_nobody": gettext_lazy("nobody is asked"),
}


def waiting_for(company: Organisation, user: User) -> ApprovalQuerySet:
    """What waits for HR of this employer, the most urgent first; of enrolments that it may know of."""
    mine = Approval.objects.allowing(user, "decide").filter(kind=Approval.Kind.EMPLOYER)
    return mine.filter(enrolment__in=seen_by(company, timezone.now()).order_by().values("pk")).open()


@for_hr
@require_http_methods(["GET", "HEAD", "POST"])
def approvals(request: SignedInRequest, company: Company) -> HttpResponse:
    """Who asks for what and until when, with an answer for all that are ticked."""
    found = waiting_for(company.organisation, request.user)
    chosen = request.POST.getlist("chosen")
    answer = request.POST.get("answer", "")
    refusal = RefusalForm(request.POST if answer == "refuse" else None)
    error = ""
    if request.method == "POST" and request.POST.get("rule") in {"on", "off"}:
        return _set_rule(request, company, asks=request.POST["rule"] == "on")
    if request.method == "POST":
        ticked = list(found.filter(uuid__in=[one for one in chosen if _is_uuid(one)]).select_related("enrolment"))
        if not ticked:
            error = _("Tick the requests that you want to answer.")
        elif answer == "grant" or (answer == "refuse" and refusal.is_valid()):
            reason = refusal.cleaned_data["reason"] if answer == "refuse" else ""
            _answer(request, ticked, reason)
            return company.back_to("enrolments:employer_approvals")
    page = Paginator(
        found.select_related("enrolment__learner", "enrolment__edition__course", "enrolment__edition__location"),
        PER_PAGE,
    ).get_page(request.GET.get("page"))
    rows = [{"approval": one, "name": name_of(one.enrolment.learner)} for one in page]
    query = request.GET.copy()
    query.pop("page", None)
    return show(
        request,
        company,
        "enrolments/employer/approvals.html",
        {
            "page": page, "rows": rows, "chosen": chosen, "refusal": refusal, "error": error,
            "query": query.urlencode(), "changes": _changes_of_the_rule(company.organisation),
        },
    )  # fmt: skip


def _set_rule(request: SignedInRequest, company: Company, *, asks: bool) -> HttpResponse:
    hr_actions.ask_hr_first(company.organisation, asks, by=request.user, at=timezone.now())
    said = (
        _("From now on you approve what people of %(company)s enrol in themselves.")
        if asks
        else _("From now on people of %(company)s enrol without asking you.")
    )
    messages.success(request, said % {"company": company.organisation.name})
    return company.back_to("enrolments:employer_approvals")


def _changes_of_the_rule(company: Organisation) -> list[tuple[str, Event]]:
    """When it was switched on or off, by whom, the last first."""
    found = Event.objects.about(company).filter(verb__in=RULE).select_related("by").order_by("-at", "-pk")
    return [(str(RULE[event.verb]), event) for event in found[:5]]


def _is_uuid(said: str) -> bool:
    try:
        UUID(said)
    except ValueError:
        return False
    return True


def _answer(request: SignedInRequest, ticked: Sequence[Approval], reason: str) -> None:
    """Each on its own: one that was answered meanwhile does not hold up the rest."""
    at = timezone.now()
    done = late = 0
    for approval in ticked:
        try:
            if reason:
                actions.refuse_approval(approval, reason, by=request.user, at=at)
            else:
                actions.grant_approval(approval, by=request.user, at=at)
        except TransitionRefused:
            late += 1
        else:
            done += 1
    if done and reason:
        messages.success(request, ngettext("%(n)s request refused.", "%(n)s requests refused.", done) % {"n": done})
    elif done:
        messages.success(request, ngettext("%(n)s request approved.", "%(n)s requests approved.", done) % {"n": done})
    if late:
        messages.warning(
            request,
            ngettext(
                "%(n)s request no longer waits for an answer.", "%(n)s requests no longer wait for an answer.", late
            )
            % {"n": late},
        )
