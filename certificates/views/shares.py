"""The holder's links: made, copied, passed on to LinkedIn, and taken back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from certificates.actions.sharing import MOST, NotShareable, TooManyShares, links_to, make_share, revoke_share
from certificates.forms import ShareForm
from certificates.models import Certificate, Share
from certificates.numbers import normalise
from certificates.reading import Reading, reading_of
from lms.people.requests import SignedInRequest

LINKEDIN = "https://www.linkedin.com/profile/add"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def shares(request: SignedInRequest, number: str) -> HttpResponse:
    """The links to one certificate of one's own, and the form that makes another."""
    certificate = get_object_or_404(
        Certificate.objects.allowing(request.user, "share").exclude(state=Certificate.State.REQUESTED),
        number=normalise(number),
    )
    has_parts = bool(certificate.snapshot.get("parts"))
    form = ShareForm(request.POST or None, parts=has_parts)
    if request.method == "POST" and form.is_valid():
        shows = set(form.cleaned_data["shows"]) | (set() if has_parts else {"parts"})
        label, days = form.cleaned_data["label"], form.cleaned_data["days"]
        try:
            make_share(certificate, shows=shows, days=days, label=label, by=request.user, at=timezone.now())
        except TooManyShares:
            form.add_error(
                None,
                _("This certificate has %(most)s links that work. Take one back before you make another.")
                % {"most": MOST},
            )
        except NotShareable:
            form.add_error(None, _("This certificate no longer holds, so there is no new link to it."))
        else:
            messages.success(request, _("The link is there. Copy it and send it to whom you like."))
            return redirect(reverse("certificates:shares", args=[certificate.grouped_number]) + "#links")
    said = reading_of(certificate.snapshot)
    return render(
        request,
        "certificates/shares.html",
        {
            "certificate": certificate,
            "said": said,
            "form": form,
            "links": links_to(certificate.shares.working(timezone.now())),
            "linkedin": linkedin_address(certificate, said),
            "may_share": certificate.state == Certificate.State.ISSUED and certificate.erased_at is None,
        },
    )


@login_required
@require_POST
def revoke(request: SignedInRequest, number: str, share: int) -> HttpResponse:
    """Take one link back; it opens nothing from now on."""
    found = get_object_or_404(
        Share.objects.allowing(request.user, "share"), pk=share, certificate__number=normalise(number)
    )
    revoke_share(found, by=request.user, at=timezone.now())
    messages.success(request, _("The link no longer works. What was seen before, we cannot take back."))
    if request.POST.get("from") == "sharing":
        return redirect("enrolments:my_sharing")
    return redirect("certificates:shares", found.certificate.grouped_number)


def linkedin_address(certificate: Certificate, said: Reading) -> str:
    """LinkedIn's own form, filled in. Nothing of theirs is on our page: they hear of it when somebody follows this."""
    about = {
        "startTask": "CERTIFICATION_NAME",
        "name": said.title,
        "organizationName": said.issuer,
        "issueYear": said.issued_on.year,
        "issueMonth": said.issued_on.month,
        "certUrl": said.verify_url,
        "certId": said.number,
    }
    if said.expires_on:
        about |= {"expirationYear": said.expires_on.year, "expirationMonth": said.expires_on.month}
    return f"{LINKEDIN}?{urlencode(about)}"
