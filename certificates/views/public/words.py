"""What the pages for anyone say: the verdict in words, the facts beside it, what a file turned out to be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.examining.findings import Finding, Outcome
from certificates.models import Certificate
from certificates.reading import Reading
from certificates.verification import Answer, Verdict
from lms.kernel.formats import clock_time, plain_date


def verdict_said(answer: Answer, said: Reading | None, *, at: datetime, named: bool = True) -> dict[str, Any]:
    """Tone, title and one sentence: what a reader in a hurry needs. Not ``named``: the holder keeps the name back."""
    if answer.certificate is None or said is None:
        return {"tone": "bad", "icon": "search-x", "title": _("This number is not ours")}
    assessed = said.kind == "assessed"
    ended = plain_date(answer.certificate.ended_at) if answer.certificate.ended_at else ""
    match answer.verdict:
        case Verdict.WITHDRAWN:
            day = plain_date(answer.certificate.check_ended_at) if answer.certificate.check_ended_at else ""
            title = _("This certificate can no longer be checked")
            text = _("Its holder asked on %(day)s to end the public check. That says nothing against it.") % {
                "day": day
            }
            return {"tone": "warn", "title": title, "text": text}
        case Verdict.REVOKED:
            title = (
                _("This certificate has been revoked")
                if assessed
                else _("This certificate of participation has been revoked")
            )
            text = _("%(issuer)s revoked it on %(day)s. You can no longer rely on it.") % {
                "issuer": said.issuer,
                "day": ended,
            }
            return {"tone": "bad", "title": title, "text": text}
        case Verdict.REPLACED:
            title = (
                _("This certificate has been replaced")
                if assessed
                else _("This certificate of participation has been replaced")
            )
            text = _("Since %(day)s a newer one holds. This one is genuine, but no longer says how things are.") % {
                "day": ended
            }
            return {"tone": "warn", "icon": "refresh-cw", "title": title, "text": text}
        case Verdict.EXPIRED:
            title = (
                _("This certificate has expired") if assessed else _("This certificate of participation has expired")
            )
            day = plain_date(said.expires_on) if said.expires_on else ""
            text = _("It was valid until %(day)s, that day included. What it says is genuine and unchanged.") % {
                "day": day
            }
            return {"tone": "warn", "title": title, "text": text}
    title = _("This certificate is valid") if assessed else _("This certificate of participation is valid")
    if not named:
        text = _("Issued by %(issuer)s. The holder does not show a name here. Checked on %(day)s at %(time)s.") % {
            "issuer": said.issuer,
            "day": plain_date(at),
            "time": clock_time(at),
        }
        return {"tone": "ok", "title": title, "text": text}
    if not said.name:
        text = _("Issued by %(issuer)s. The name was removed at the holder's request.") % {"issuer": said.issuer}
        return {"tone": "ok", "title": title, "text": text}
    text = format_html(
        _("Issued by {issuer} to <strong>{name}</strong>. Checked on {day} at {time}."),
        issuer=said.issuer,
        name=said.name,
        day=plain_date(at),
        time=clock_time(at),
    )
    return {"tone": "ok", "title": title, "text": text}


def facts_said(answer: Answer, said: Reading) -> list[tuple[str, Any]]:
    """The title block. Of one that was taken back only what tells which it was, and why."""
    certificate = answer.certificate
    number = (_("Number"), format_html('<span class="code">{}</span>', said.number))
    who = (_("Issued to"), said.name or _("name removed at the holder's request"))
    issued = (_("Issued on"), plain_date(said.issued_on))
    if certificate is not None and answer.verdict == Verdict.REVOKED:
        ended = plain_date(certificate.ended_at) if certificate.ended_at else ""
        reason = certificate.get_public_reason_display()
        return [number, who, issued, (_("Revoked on"), ended), (_("Reason"), reason)]
    if answer.verdict == Verdict.WITHDRAWN:
        return [number, issued]
    until = plain_date(said.expires_on) if said.expires_on else _("No end date")
    return [
        number,
        who,
        issued,
        (_("Valid until"), until),
        (_("Period"), said.period),
        (_("Provider"), said.provider),
        (_("Workload"), said.workload),
        (_("Level"), said.level),
        (_("Form"), said.form),
    ]


def without_us(certificate: Certificate | None) -> list[dict[str, str]]:
    """Where a program finds what it needs to check this certificate by itself."""
    if certificate is None or not certificate.credential:
        return []
    return [
        {"url": reverse("credential", args=[certificate.uuid]), "said": _("The signed credential")},
        {"url": reverse("issuer_did"), "said": _("The keys of the issuer")},
        {
            "url": reverse("status_list", args=[certificate.snapshot["credential"]["list"]]),
            "said": _("The list of what was revoked"),
        },
    ]


def said_of(finding: Finding) -> dict[str, Any]:
    """What a file turned out to be: title and text, what was looked at, what differs."""
    tone, icon, title, text = _FOUND[finding.outcome]
    return {
        "tone": tone,
        "icon": icon,
        "title": title,
        "text": text,
        "checks": finding.checks,
        "differences": finding.differences,
        "is_altered": finding.outcome == Outcome.ALTERED,
    }


_FOUND = {
    Outcome.SAME: (
        "ok",
        "circle-check",
        gettext_lazy("Your file is the document that we issued"),
        gettext_lazy("We compared it byte for byte: nothing in it was changed. We kept nothing of it."),
    ),
    Outcome.GENUINE: (
        "ok",
        "circle-check",
        gettext_lazy("Your file is the credential that we signed"),
        gettext_lazy(
            "Its signature holds: nothing in it was changed. Whether the certificate is valid, this page says."
        ),
    ),
    Outcome.COPY: (
        "ok",
        "circle-check",
        gettext_lazy("Our seal on your file holds"),
        gettext_lazy("Nothing in it was changed since we sealed it. It is another copy than the one that we keep."),
    ),
    Outcome.ALTERED: (
        "bad",
        "circle-alert",
        gettext_lazy("Your file is not the document that we issued: it was altered"),
        gettext_lazy("The certificate itself is real, and this page says what it states. Do not rely on the file."),
    ),
    Outcome.OF_ANOTHER: (
        "warn",
        "triangle-alert",
        gettext_lazy("Your file belongs to another certificate of ours"),
        gettext_lazy("It has another number than this page. Check the number that stands in the file."),
    ),
    Outcome.DIFFERENT: (
        "bad",
        "circle-alert",
        gettext_lazy("Your file is not the document that we issued"),
        gettext_lazy(
            "It differs from it. A scan or a file that was saved again differs too. "
            "What stands on this page is what we issued: compare it with what you have."
        ),
    ),
    Outcome.NOT_OURS: (
        "bad",
        "circle-alert",
        gettext_lazy("We did not issue this file"),
        gettext_lazy(
            "We have no certificate of which this is the document. A scan or a file that was saved again is "
            "not recognised either: then check by number."
        ),
    ),
    Outcome.ENCRYPTED: (
        "warn",
        "lock",
        gettext_lazy("We did not issue this file: it is locked"),
        gettext_lazy(
            "Our certificates are never encrypted and never ask for a password. Ask for the file as we issued it."
        ),
    ),
    Outcome.UNREADABLE: (
        "warn",
        "triangle-alert",
        gettext_lazy("We did not issue this file, and cannot read it"),
        gettext_lazy(
            "It is no PDF, credential or badge, or it is damaged. Ask for the file once more, or check by number."
        ),
    ),
    Outcome.TOO_MUCH: (
        "warn",
        "triangle-alert",
        gettext_lazy("There is more in this file than in any certificate of ours"),
        gettext_lazy("We stopped reading, so we did not issue it like this. Check by number."),
    ),
}
