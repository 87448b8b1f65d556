"""HR lets its own systems in, and sees which came when."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enrolments.views.employer.company import Company, for_hr, show
from lms.api.connections.forms import KeyForm
from lms.people.models import ApiToken
from lms.people.requests import SignedInRequest
from lms.people.tokens import make_token, revoke_token


@require_safe
@for_hr
def connections(request: SignedInRequest, company: Company) -> HttpResponse:
    """The keys of a company, those that work first, each with when it was last used."""
    now = timezone.now()
    tokens = [(one, one.is_working(now)) for one in ApiToken.objects.filter(organisation=company.organisation)]
    context = {
        "tokens": sorted(tokens, key=lambda pair: not pair[1]),
        "make_key": company.address("connections:make_key"),
    }
    return show(request, company, "connections/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_hr
def make_key(request: SignedInRequest, company: Company) -> HttpResponse:
    """Make a key. Its secret stands on the answer to this very request, and nowhere else ever again."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token, secret = make_token(company.organisation, **form.cleaned_data, by=request.user, at=timezone.now())
        reads = "certificates" if ApiToken.Scope.READ_ENROLMENTS not in token.scopes else "enrolments"
        example = f"{settings.LMS_BASE_URL}/api/v1/employer/{reads}"
        made = {"token": token, "secret": secret, "example": example}
        return show(request, company, "connections/key_made.html", made)
    return show(request, company, "connections/make_key.html", {"form": form})


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
