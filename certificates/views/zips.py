"""Certificates for HR, several at once, while the browser waits; more go into a file that is made (``files``)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from certificates import bundles
from certificates.actions import record_downloads
from certificates.numbers import normalise
from certificates.panels import shared_with
from certificates.views.serving import sent_as
from lms.people.models import Role
from lms.people.requests import SignedInRequest

MOST_IN_A_BUNDLE = 500  # built while the browser waits


@login_required
@require_POST
def bundle(request: SignedInRequest) -> HttpResponse | FileResponse:
    """A ZIP of the chosen certificates, or of all that is shared now. What is no longer shared is left out."""
    if not request.user.holds(Role.HR):
        raise Http404
    found = shared_with(request)
    if "all" not in request.POST:
        found = found.filter(number__in=[normalise(number) for number in request.POST.getlist("number")])
    certificates = list(found[: MOST_IN_A_BUNDLE + 1])
    if not certificates or len(certificates) > MOST_IN_A_BUNDLE:
        if certificates:
            said = _("More than %(most)s certificates do not fit in one file. Choose fewer.") % {
                "most": MOST_IN_A_BUNDLE
            }
        elif "all" in request.POST:
            said = _("Nobody shares a certificate with you at this moment.")
        else:
            said = _("Tick the certificates that you want to download.")
        messages.warning(request, said)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(reverse("certificates:employer") + query + "#certificates")
    now = timezone.now()
    record_downloads(certificates, by=request.user, at=now)
    name = f"{slugify(_('Certificates'))}_{timezone.localdate(now):%Y-%m-%d}.zip"
    return sent_as(bundles.bundle(certificates), name, "application/zip")
