"""The page of a certificate of before the platform: what was taken over and from where, and no claim beyond that."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.models import EarlierCertificate
from certificates.views.public.edge import around
from lms.kernel.formats import hours, plain_date


def show_earlier(request: HttpRequest, certificate: EarlierCertificate) -> HttpResponse:
    """Taken over, or taken back since; expired where its records say until when it was valid."""
    at = timezone.now()
    today = timezone.localdate(at)
    source = certificate.batch.source
    facts = [
        (_("Number"), certificate.grouped_number),
        (_("Name"), certificate.name or "–"),
        (_("Provider"), certificate.batch.provider.name),
        (_("Issued on"), plain_date(certificate.issued_on)),
        (_("Valid until"), plain_date(certificate.expires_on) if certificate.expires_on else _("no end date")),
        (_("Study load"), hours(certificate.minutes / 60) if certificate.minutes else _("not known")),
        (_("Taken over from"), source),
        (_("Taken over on"), plain_date(timezone.localdate(certificate.taken_over_at))),
    ]
    if certificate.taken_back_at:
        facts = [facts[0], facts[2], *facts[-2:]]  # whose it was said to be, and of what, was the mistake
        verdict = {
            "tone": "bad",
            "title": _("This entry has been taken back"),
            "text": _("It was taken over by mistake. You can no longer rely on it."),
        }
    elif certificate.is_expired(today):
        verdict = {
            "tone": "warn",
            "title": _("Taken over from earlier records, and expired"),
            "text": _("It was valid until %(day)s, that day included, according to: %(source)s.")
            % {"day": plain_date(certificate.expires_on), "source": source},  # type: ignore[arg-type]
        }
    else:
        verdict = {
            "tone": "warn",
            "icon": "info",
            "title": _("Taken over from earlier records"),
            "text": _("We did not issue this one ourselves. What stands here was taken over from: %(source)s.")
            % {"source": source},
        }
    context = {"certificate": certificate, "verdict": verdict, "facts": facts, "at": at, **around(request)}
    return render(request, "certificates/verify_earlier.html", context)
