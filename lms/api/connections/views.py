"""HR lets its own systems in, sees which came when, and has them told."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enrolments.views.employer.company import Company, for_hr, show
from lms.api.connections.forms import KeyForm, WebhookForm
from lms.kernel.states import TransitionRefused
from lms.messages.webhooks import actions
from lms.messages.webhooks.models import Delivery, Webhook
from lms.people.models import ApiToken
from lms.people.requests import SignedInRequest
from lms.people.tokens import make_token, revoke_token

DELIVERIES_PER_PAGE = 50
READS = {
    ApiToken.Scope.READ_ENROLMENTS: "enrolments",
    ApiToken.Scope.READ_CERTIFICATES: "certificates",
    ApiToken.Scope.WRITE_GROUPS: "groups",
    ApiToken.Scope.MANAGE_WEBHOOKS: "webhooks",
}


@require_safe
@for_hr
def connections(request: SignedInRequest, company: Company) -> HttpResponse:
    """The keys of a company, those that work first, each with when it was last used."""
    now = timezone.now()
    tokens = [(one, one.is_working(now)) for one in ApiToken.objects.filter(organisation=company.organisation)]
    context = {
        "tokens": sorted(tokens, key=lambda pair: not pair[1]),
        "make_key": company.address("connections:make_key"),
        "webhooks": list(Webhook.objects.filter(organisation=company.organisation)),
        "add_webhook": company.address("connections:add_webhook"),
    }
    return show(request, company, "connections/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_hr
def make_key(request: SignedInRequest, company: Company) -> HttpResponse:
    """Make a key. Its secret stands on the answer to this very request, and nowhere else ever again."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token, secret = make_token(company.organisation, **form.cleaned_data, by=request.user, at=timezone.now())
        example = f"{settings.LMS_BASE_URL}/api/v1/employer/{_readable_with(token)}"
        made = {"token": token, "secret": secret, "example": example}
        return show(request, company, "connections/key_made.html", made)
    return show(request, company, "connections/make_key.html", {"form": form})


def _readable_with(token: ApiToken) -> str:
    """What to try a key on, that changes nothing."""
    return next(address for scope, address in READS.items() if token.may(scope))


@require_http_methods(["GET", "HEAD", "POST"])
@for_hr
def revoke_key(request: SignedInRequest, company: Company, key: str) -> HttpResponse:
    """Ask again, then stop it."""
    token = get_object_or_404(ApiToken.objects.filter(organisation=company.organisation), uuid=key)
    if request.method != "POST":
        return show(request, company, "connections/revoke_key.html", {"token": token})
    revoke_token(token, by=request.user, at=timezone.now())
    messages.success(request, _("The key is revoked. It opens nothing any more."))
    return company.back_to("connections:list")


@require_http_methods(["GET", "HEAD", "POST"])
@for_hr
def add_webhook(request: SignedInRequest, company: Company) -> HttpResponse:
    """Enter an address. The secret that signs what it gets stands on the answer to this very request alone."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            made, secret = actions.add_webhook(company.organisation, **form.cleaned_data, by=request.user, at=now)
        except actions.ListensAlready:
            form.add_error("url", _("There is a webhook at this address already."))
        else:
            return show(request, company, "connections/webhook_made.html", {"webhook": made, "secret": secret})
    return show(request, company, "connections/add_webhook.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@for_hr
def webhook(request: SignedInRequest, company: Company, webhook: str) -> HttpResponse:
    """What was sent to an address, and what can be done about it."""
    found = get_object_or_404(Webhook.objects.filter(organisation=company.organisation), uuid=webhook)
    if request.method == "POST":
        return _act(request, company, found)
    page = Paginator(found.deliveries.all(), DELIVERIES_PER_PAGE).get_page(request.GET.get("page"))
    words = dict(Webhook.Event.choices) | {Delivery.TEST: _("a test")}
    context = {
        "webhook": found,
        "page": page,
        "deliveries": [(one, words.get(one.event, one.event)) for one in page],
        "address": f"{company.query or '?'}{'&' if company.query else ''}page=",
    }
    return show(request, company, "connections/webhook.html", context)


def _act(request: SignedInRequest, company: Company, found: Webhook) -> HttpResponse:
    """One of the buttons of the page; one that came too late changes nothing."""
    now, by = timezone.now(), request.user
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "test": (lambda: actions.send_test(found, by=by, at=now), _("A test is on its way. Look here in a moment.")),
        "pause": (lambda: actions.pause_webhook(found, by=by, at=now), _("Nothing is sent until you go on.")),
        "resume": (lambda: actions.resume_webhook(found, by=by, at=now), _("From now on we send again.")),
        "remove": (lambda: actions.remove_webhook(found, by=by, at=now), _("The webhook is removed.")),
    }
    act = request.POST.get("act", "")
    delivery = found.deliveries.filter(uuid=act).first() if _is_uuid(act) else None
    if delivery is not None:
        acts[act] = (lambda: actions.redeliver(delivery, by=by, at=now), _("It is on its way once more."))
    if act in acts:
        carry_out, said = acts[act]
        try:
            carry_out()
        except TransitionRefused:
            messages.warning(request, _("This was done already."))
        else:
            messages.success(request, said)
    return (
        company.back_to("connections:list")
        if act == "remove"
        else company.back_to("connections:webhook", webhook=found.uuid)
    )


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
