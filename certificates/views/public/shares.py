"""What a link of a holder opens: what they chose to show, and whether it still holds."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certificates.actions.sharing import open_share
from certificates.models import Share
from certificates.reading import Reading, reading_of
from certificates.verification import Answer, Verdict, checks_of, verdict_on
from certificates.views.public.edge import around, public, with_language
from certificates.views.public.words import verdict_said
from lms.kernel.formats import plain_date


@require_safe
@public
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A link that was taken back, one that ended and one that never was get the same answer."""
    at = timezone.now()
    today = timezone.localdate(at)
    share = open_share(token, at=at, on=today)
    if share is None:
        return render(request, "certificates/shared_gone.html", around(request), status=404)
    certificate = share.certificate
    said = reading_of(certificate.snapshot)
    answer = Answer(verdict_on(certificate, on=today), certificate.grouped_number, certificate)
    context = {
        "share": share,
        "said": said,
        "at": at,
        "verdict": verdict_said(answer, said, at=at, named=share.shows_name),
        "holds": answer.verdict in (Verdict.VALID, Verdict.EXPIRED, Verdict.REPLACED),
        "checks": checks_of(answer),
        "facts": _facts(share, said),
        "parts": said.parts if share.shows_parts else [],
        "check": with_language(request, "verify", certificate.grouped_number) if share.shows_everything else "",
    }
    return render(request, "certificates/shared.html", context | around(request))


def _facts(share: Share, said: Reading) -> list[tuple[str, Any]]:
    until = plain_date(said.expires_on) if said.expires_on else _("No end date")
    facts = [
        (_("Issued by"), said.issuer),
        (_("Provider"), said.provider),
        (_("Issued on"), plain_date(said.issued_on)),
        (_("Valid until"), until),
    ]
    if share.shows_name:
        facts.insert(0, (_("Issued to"), said.name or _("name removed at the holder's request")))
    if share.shows_hours:
        facts += [(_("Period"), said.period), (_("Workload"), said.workload), (_("Form"), said.form)]
    if share.shows_outcomes:
        facts.append((_("Level"), said.level))
    return facts
