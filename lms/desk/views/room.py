"""The room of the desk: what waits, one question with its conversation, its steps and their statements."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.models import Course
from lms.desk import actions, forms
from lms.desk.models import PeerGroup, Request, RequestQuerySet, Step
from lms.desk.policies import works_at_desk
from lms.kernel.languages import in_language
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.people.models import Organisation, Role, User
from lms.people.requests import SignedInRequest

PER_PAGE = 25
WAITING, OVERDUE, MINE = "waiting", "overdue", "mine"


def _seen_by(user: User) -> RequestQuerySet:
    """What this person may see; who does not work at the desk finds no page."""
    if not works_at_desk(user):
        raise Http404
    return Request.objects.allowing(user, "view")


def _one(request: SignedInRequest, code: str) -> Request:
    """By its number as typed, with or without the dash."""
    rows = _seen_by(request.user).select_related("topic", "organisation", "routed_to", "course", "group", "assignee")
    return get_object_or_404(rows, code=code.replace("-", "").upper())


# The list -------------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def requests(request: SignedInRequest) -> HttpResponse:
    """What waits for the desk, the longest first; the rest by state."""
    seen, today = _seen_by(request.user), timezone.localdate()
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("state", "q", "house")}
    found = _chosen(seen, asked["state"] or WAITING, request.user)
    if asked["q"]:
        found = found.filter(_like(asked["q"]))
    is_office = request.user.holds(Role.OFFICER)
    if asked["house"] and is_office:
        found = found.filter(routed_to__code=asked["house"])
    is_waiting = (asked["state"] or WAITING) in (WAITING, OVERDUE, MINE)
    found = found.order_by("due_on", "pk") if is_waiting else found.order_by("-moved_at", "-pk")
    page = Paginator(found.select_related("topic", "group", "routed_to", "assignee"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "desk/requests.html",
        {
            "page": page,
            "asked": asked,
            "today": today,
            "states": [(WAITING, _("waiting for an answer")), (OVERDUE, _("too late")), (MINE, _("taken on by me")),
                       *Request.State.choices, ("all", _("all"))],
            "houses": Organisation.objects.filter(requests_here__isnull=False).distinct() if is_office else [],
            "waiting": seen.waiting().count(),
            "overdue": seen.overdue(today).count(),
            "unsigned": Step.objects.allowing(request.user, "edit").filter(state=Step.State.SIGNED).count(),
            "groups": PeerGroup.objects.visible_to(request.user).count(),
            "address": f"?{query.urlencode()}{'&' if query else ''}page=",
        },
    )  # fmt: skip


def _chosen(seen: Any, state: str, user: User) -> Any:
    """The rows of a filter; one that is not there is as if nothing was asked."""
    match state:
        case "overdue":
            return seen.overdue(timezone.localdate())
        case "mine":
            return seen.waiting().filter(assignee=user)
        case "all":
            return seen
    return seen.filter(state=state) if state in Request.State.values else seen.waiting()


def _like(asked: str) -> Q:
    """A number begins like this, or every word is in the name of the company."""
    named = Q()
    for word in asked.split():
        named &= Q(company_name__icontains=word)
    return Q(code__startswith=asked.replace("-", "").upper()) | named


# One question ---------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def request_page(request: SignedInRequest, code: str) -> HttpResponse:
    return _show(request, _one(request, code))


def _show(request: SignedInRequest, found: Request, **bound: Any) -> HttpResponse:
    """The page of a question; ``bound`` are forms that were sent and not right."""
    user, now = request.user, timezone.now()
    may = {verb: Request.objects.allowing(user, verb).filter(pk=found.pk).exists() for verb in ("route", "close")}
    steps = list(found.steps.select_related("described_by", "verified_by"))
    used = {
        "answer_form": forms.AnswerForm(**_choices(user)),
        "note_form": forms.NoteForm(auto_id="id_note_%s"),
        "route_form": forms.RouteForm(initial={"house": found.routed_to_id}, houses=_houses()),
        "close_form": forms.CloseForm(auto_id="id_close_%s"),
        "step_form": forms.StepForm(today=timezone.localdate(now), auto_id="id_step_%s"),
        "admit_form": forms.AdmitForm(auto_id="id_admit_%s"),
    } | bound
    context = {
        **used,
        "form": next((one for one in bound.values() if one.is_bound), None),
        "asked": found,
        "today": timezone.localdate(now),
        "entries": list(found.entries.select_related("by").prefetch_related("courses", "labs")),
        "steps": [(step, _step_forms(step, user)) for step in steps],
        "may_route": may["route"] and found.is_waiting,
        "may_hand_back": not may["route"] and found.is_waiting and found.routed_to_id is not None,
        "may_close": may["close"] and Request.State.CLOSED in Request.TRANSITIONS[Request.State(found.state)],
        "may_spam": may["close"] and Request.State.SPAM in Request.TRANSITIONS[Request.State(found.state)],
        "may_restore": may["route"] and found.state == Request.State.SPAM,
        "may_answer": found.takes_replies,
        "may_admit": found.kind == Request.Kind.JOIN and found.is_waiting,
        "may_describe": found.answered_at is not None and found.takes_replies,
        "events": [(_told(event), event) for event in Event.objects.about(found).select_related("by")],
    }
    return render(request, "desk/request.html", context)


def _step_forms(step: Step, user: User) -> dict[str, Any]:
    """What can be done with a step, each as its form."""
    found: dict[str, Any] = {}
    if step.state == Step.State.DESCRIBED:
        found["document"] = forms.DocumentForm(auto_id=f"id_{step.uuid}_%s")
    verifies = user.holds(Role.OFFICER)
    if step.state == Step.State.SIGNED and verifies:
        found["verify"] = user != step.described_by
        found["needs_another"] = user == step.described_by
    if step.state in (Step.State.DESCRIBED, Step.State.SIGNED) or (step.state == Step.State.VERIFIED and verifies):
        found["drop"] = forms.DropForm(auto_id=f"id_drop_{step.uuid}_%s")
    return found


def _choices(user: User) -> dict[str, list[tuple[int, str]]]:
    """The courses that one may see, since not every course is on show yet; and every lab."""
    courses = Course.objects.visible_to(user).only("code", "title_nl", "title_en").order_by("code")
    labs = Organisation.objects.labs().only("name")
    return {
        "courses": [(one.pk, f"{one.code} {in_language(one, 'title')}") for one in courses],
        "labs": [(one.pk, one.name) for one in labs],
    }


def _houses() -> QuerySet[Organisation]:
    return Organisation.objects.filter(Q(is_provider=True) | ~Q(lab_kind="")).order_by("name")


def _told(event: Event) -> str:
    """An event in words."""
    return {
        "request.asked": _("Asked"),
        "request.routed": _("Laid with another house"),
        "request.taken_on": _("Taken on"),
        "request.answered": _("Answered"),
        "request.added_to": _("Added to the answer"),
        "request.noted": _("Note made"),
        "request.replied": _("The company wrote"),
        "request.reopened": _("Open again"),
        "request.withdrawn": _("Withdrawn by the company"),
        "request.closed": _("Closed"),
        "request.marked_spam": _("Marked as spam"),
        "request.was_no_spam": _("Was no spam"),
        "request.step_described": _("Step described"),
        "request.contact_forgotten": _("Contact person forgotten"),
    }.get(event.verb, event.verb)


def _back(request: SignedInRequest, found: Request) -> HttpResponse:
    """To the question; to the list when it lies with another house by now."""
    if Request.objects.visible_to(request.user).filter(pk=found.pk).exists():
        return redirect("desk:request", code=found.code)
    return redirect("desk:requests")


@login_required
@require_POST
def answer(request: SignedInRequest, code: str) -> HttpResponse:
    found = _one(request, code)
    form = forms.AnswerForm(request.POST, **_choices(request.user))
    if not form.is_valid():
        return _show(request, found, answer_form=form)
    said = form.cleaned_data
    try:
        actions.answer(
            found, said["text"], courses=said["courses"], labs=said["labs"], form_key=form.key, by=request.user,
            at=timezone.now(),
        )  # fmt: skip
    except TransitionRefused:
        messages.error(request, _("This question can no longer be answered."))
    else:
        if found.contact_email:
            messages.success(request, _("Your answer is on its way."))
        else:
            messages.success(
                request, _("Your answer stands on the company's own page. There is no address to mail it.")
            )
    return _back(request, found)


@login_required
@require_POST
def admit(request: SignedInRequest, code: str) -> HttpResponse:
    """A company joins a peer group."""
    found = _one(request, code)
    form = forms.AdmitForm(request.POST, auto_id="id_admit_%s")
    if not form.is_valid():
        return _show(request, found, admit_form=form)
    try:
        actions.admit(found, form.cleaned_data["text"], by=request.user, at=timezone.now())
    except actions.AlreadyMember:
        messages.error(request, _("This company is in the group already. Answer the question instead."))
    except TransitionRefused:
        messages.error(request, _("This was decided already."))
    else:
        messages.success(request, _("The company is in the group. It finds the meetings on its own page."))
    return _back(request, found)


@login_required
@require_POST
def note(request: SignedInRequest, code: str) -> HttpResponse:
    found = _one(request, code)
    form = forms.NoteForm(request.POST, auto_id="id_note_%s")
    if not form.is_valid():
        return _show(request, found, note_form=form)
    actions.add_note(found, form.cleaned_data["text"], by=request.user, at=timezone.now())
    messages.success(request, _("Your note is kept. The company does not see it."))
    return _back(request, found)


@login_required
@require_POST
def route(request: SignedInRequest, code: str) -> HttpResponse:
    found = _one(request, code)
    form = forms.RouteForm(request.POST, houses=_houses())
    if not form.is_valid():
        return _show(request, found, route_form=form)
    try:
        actions.route(found, form.cleaned_data["house"], course=found.course, by=request.user, at=timezone.now())
    except TransitionRefused:
        messages.error(request, _("Only a question that waits can be laid elsewhere."))
    else:
        house = form.cleaned_data["house"] or _("the programme office")
        messages.success(request, _("The question lies with %(house)s now.") % {"house": house})
    return _back(request, found)


@login_required
@require_POST
def act(request: SignedInRequest, code: str) -> HttpResponse:
    """What takes one button."""
    found, now = _one(request, code), timezone.now()
    acts = {
        "take_on": (actions.take_on, _("You have taken this question on.")),
        "hand_back": (actions.hand_back, _("The question is back with the programme office.")),
        "spam": (actions.mark_spam, _("Marked as spam. It is gone after thirty days.")),
        "restore": (actions.not_spam, _("The question waits again.")),
    }
    if (chosen := acts.get(request.POST.get("act", ""))) is None:
        return _back(request, found)
    action, said = chosen
    try:
        action(found, by=request.user, at=now)
    except TransitionRefused:
        messages.error(request, _("Meanwhile something changed. Look how the question stands now."))
    else:
        messages.success(request, said)
    return _back(request, found)


@login_required
@require_POST
def close(request: SignedInRequest, code: str) -> HttpResponse:
    found = _one(request, code)
    form = forms.CloseForm(request.POST, auto_id="id_close_%s")
    if not form.is_valid():
        return _show(request, found, close_form=form)
    try:
        actions.close(found, form.cleaned_data["outcome"], by=request.user, at=timezone.now())
    except TransitionRefused:
        messages.error(request, _("Meanwhile something changed. Look how the question stands now."))
    else:
        messages.success(request, _("The question is closed. The company can still ask on."))
    return _back(request, found)


# Steps ----------------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def describe(request: SignedInRequest, code: str) -> HttpResponse:
    found, now = _one(request, code), timezone.now()
    form = forms.StepForm(request.POST, today=timezone.localdate(now), auto_id="id_step_%s")
    if not form.is_valid():
        return _show(request, found, step_form=form)
    try:
        actions.describe_step(found, **form.cleaned_data, by=request.user, at=now)
    except actions.NotReached:
        messages.error(request, _("Answer the question first: a step follows on an answer."))
    else:
        if found.contact_email:
            messages.success(request, _("The step is described. The company has a mail in which it can confirm it."))
        else:
            messages.success(request, _("The step is described. Have the company sign it, and add the document here."))
    return _back(request, found)


def _step(request: SignedInRequest, uuid: UUID) -> Step:
    """A step of a question that this person may see."""
    seen = _seen_by(request.user)
    rows = Step.objects.filter(request__in=seen).select_related("organisation", "described_by", "request__routed_to")
    return get_object_or_404(rows, uuid=uuid)


@login_required
@require_POST
def document(request: SignedInRequest, step: UUID) -> HttpResponse:
    found = _step(request, step)
    form = forms.DocumentForm(request.POST, request.FILES, auto_id=f"id_{found.uuid}_%s")
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(one) for one in errors))
        return redirect("desk:request", code=found.request.code)
    said = form.cleaned_data
    try:
        actions.sign_by_document(
            found, said["document"], signer_name=said["signer_name"], signer_role=said["signer_role"],
            by=request.user, at=timezone.now(),
        )  # fmt: skip
    except TransitionRefused:
        messages.error(request, _("This step was signed already."))
    else:
        messages.success(request, _("The signed document is kept, with its hash."))
    return redirect("desk:request", code=found.request.code)


@login_required
@require_POST
def verify(request: SignedInRequest, step: UUID) -> HttpResponse:
    found = _step(request, step)
    try:
        actions.verify_step(found, by=request.user, at=timezone.now())
    except actions.NotASecondPerson:
        messages.error(request, _("You described this step yourself. Someone else has to look at it."))
    except TransitionRefused:
        messages.error(request, _("Only a step that was signed can be verified."))
    else:
        messages.success(request, _("The step is verified and counts."))
    return redirect("desk:request", code=found.request.code)


@login_required
@require_POST
def drop(request: SignedInRequest, step: UUID) -> HttpResponse:
    found = _step(request, step)
    form = forms.DropForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why this step is dropped."))
        return redirect("desk:request", code=found.request.code)
    try:
        actions.drop_step(found, form.cleaned_data["reason"], by=request.user, at=timezone.now())
    except TransitionRefused:
        messages.error(request, _("This step was dropped already."))
    else:
        messages.success(request, _("The step is dropped. What it counted for is taken back."))
    return redirect("desk:request", code=found.request.code)


@never_cache
@login_required
@require_safe
def statement_file(request: SignedInRequest, step: UUID) -> HttpResponse | FileResponse:
    """The signed document, for who may see the step: auditors too. Who looks is on record."""
    found = get_object_or_404(Step.objects.visible_to(request.user).exclude(document=""), uuid=step)
    try:
        content = found.document.open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    Event.record(found, "step.document_read", by=request.user, at=timezone.now())
    response = FileResponse(
        content, as_attachment=True, filename=f"{found.request.code}.pdf", content_type="application/pdf"
    )
    response["Cache-Control"] = "private, no-store"
    return response
