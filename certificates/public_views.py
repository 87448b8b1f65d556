"""Anyone checks a certificate here: no account, no cookie, no script.

Both views take POST without Django's token against forged requests: a token needs a cookie, and there is nothing to
forge, since comparing a file changes nothing and tells the answer only to whoever sent it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from certificates.forms import DocumentForm, NumberForm
from certificates.models import Certificate
from certificates.numbers import grouped, is_number, normalise
from certificates.reading import Reading, reading_of
from certificates.uploads import Digest, DigestHandler, is_too_large
from certificates.verification import Answer, Comparison, Verdict, answer_to, checks_of, compare
from lms.kernel.context import OWN_NAMES
from lms.kernel.formats import clock_time, plain_date
from lms.kernel.languages import LANGUAGES, current_language

PER_MINUTE = 60  # for one address; a classroom that checks its own certificates stays below it
MINUTE = 60
LANGUAGE_PARAMETER = "taal"
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """In the language asked for, not too often, and never indexed, kept or passed on as a referrer."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def around(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (chosen := request.GET.get(LANGUAGE_PARAMETER)) in LANGUAGES:
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        if _asks_too_much(request):
            response = render(request, "429.html", {"translations": _other_languages(request)}, status=429)
            response["Retry-After"] = str(MINUTE)
        else:
            response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return around


def _asks_too_much(request: HttpRequest) -> bool:
    """Counted per address and minute; a guesser of numbers has eighty bits before them, this spares the server."""
    key = f"verify:{get_adapter(request).get_client_ip(request)}:{int(time.time()) // MINUTE}"
    if cache.add(key, 1, timeout=2 * MINUTE):
        return False
    try:
        return cache.incr(key) > PER_MINUTE
    except ValueError:  # thrown out of the cache in between
        return False


@public
def verify_search(request: HttpRequest) -> HttpResponse:
    """A form to type a number, and one to have a PDF recognised."""
    if request.method == "POST":
        form, digest = _digest_of(request)
        certificate = Certificate.objects.exclude(pdf_sha256="").filter(pdf_sha256=digest).first() if digest else None
        if certificate is not None:
            answer = answer_to(certificate.number, on=timezone.localdate())
            return _show(request, answer, DocumentForm(), Comparison.SAME, at=timezone.now())
        note = _said_of_file(compare(digest, None)) if digest else None
        return _show_search(request, NumberForm(), form, note)
    asked = NumberForm(request.GET if "number" in request.GET else None)
    if asked.is_bound and asked.is_valid():
        return redirect(_with_language(request, "verify", asked.cleaned_data["number"]))
    return _show_search(request, asked, DocumentForm())


@public
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """The verdict on one number. One that is not ours gets the same page, after the same work, with status 404."""
    if request.method != "POST" and is_number(number) and number != grouped(normalise(number)):
        return redirect(_with_language(request, "verify", grouped(normalise(number))))
    answer = answer_to(number, on=timezone.localdate())
    form, comparison = DocumentForm(), None
    if request.method == "POST":
        form, digest = _digest_of(request)
        comparison = compare(digest, answer.certificate) if digest else None
    return _show(request, answer, form, comparison, at=timezone.now())


def _digest_of(request: HttpRequest) -> tuple[DocumentForm, str | None]:
    """The form and the SHA-256 of the file in it; what is too large is refused unread."""
    if is_too_large(request):
        form = DocumentForm({}, {})
        form.errors["document"] = form.error_class([form.too_large()])
        return form, None
    request.upload_handlers = [DigestHandler(request)]
    form = DocumentForm(request.POST, request.FILES)
    document: Digest | None = form.cleaned_data["document"] if form.is_valid() else None
    return form, document.sha256 if document else None


# Pages ----------------------------------------------------------------------------------------------------------------


def _show(
    request: HttpRequest, answer: Answer, form: DocumentForm, comparison: Comparison | None, *, at: datetime
) -> HttpResponse:
    certificate = answer.certificate
    reading = reading_of(certificate.snapshot) if certificate else None
    successor = answer.successor
    context = {
        "answer": answer,
        "said": reading,
        "verdict": _verdict(answer, reading, at=at),
        "facts": _facts(answer, reading) if reading else [],
        "checks": checks_of(answer),
        "without_us": _without_us(certificate),
        "successor": successor and _with_language(request, "verify", successor.grouped_number),
        "successor_number": successor and successor.grouped_number,
        "form": form,
        "number_form": None if certificate else NumberForm(),
        "file_note": _said_of_file(comparison) if comparison else None,
        **_around(request),
    }
    return render(request, "certificates/verify.html", context, status=200 if certificate else 404)


def _show_search(
    request: HttpRequest, number_form: NumberForm, form: DocumentForm, note: dict[str, str] | None = None
) -> HttpResponse:
    wrong = number_form if number_form.is_bound else form
    context = {"number_form": number_form, "document_form": form, "form": wrong, "file_note": note}
    return render(request, "certificates/verify_search.html", context | _around(request))


def _around(request: HttpRequest) -> dict[str, Any]:
    return {
        "translations": _other_languages(request),
        "here": request.get_full_path(),
        "language_parameter": _chosen(request),
    }


def _verdict(answer: Answer, said: Reading | None, *, at: datetime) -> dict[str, Any]:
    """Tone, title and one sentence: what a reader in a hurry needs."""
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


def _facts(answer: Answer, said: Reading) -> list[tuple[str, Any]]:
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


def _without_us(certificate: Certificate | None) -> list[dict[str, str]]:
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


def _said_of_file(comparison: Comparison) -> dict[str, str]:
    match comparison:
        case Comparison.SAME:
            return {
                "tone": "ok",
                "icon": "circle-check",
                "title": _("Your file is the document that we issued"),
                "text": _("We compared it byte for byte: nothing in it was changed. We kept nothing of it."),
            }
        case Comparison.OF_ANOTHER:
            return {
                "tone": "warn",
                "icon": "triangle-alert",
                "title": _("Your file belongs to another certificate of ours"),
                "text": _(
                    "It is genuine, but has another number than this page. Check the number that stands in the file."
                ),
            }
        case Comparison.DIFFERENT:
            return {
                "tone": "bad",
                "icon": "circle-alert",
                "title": _("Your file is not the document that we issued"),
                "text": _(
                    "It differs from it. A scan or a file that was saved again differs too. "
                    "What stands on this page is what we issued: compare it with what you have."
                ),
            }
        case Comparison.NOT_OURS:
            return {
                "tone": "bad",
                "icon": "circle-alert",
                "title": _("We did not issue this file"),
                "text": _(
                    "We have no certificate of which this is the document. A scan or a file that was saved again is "
                    "not recognised either: then check by number."
                ),
            }


# Languages ------------------------------------------------------------------------------------------------------------


def _chosen(request: HttpRequest) -> str:
    chosen = request.GET.get(LANGUAGE_PARAMETER, "")
    return chosen if chosen in LANGUAGES else ""


def _with_language(request: HttpRequest, name: str, *args: str) -> str:
    address, chosen = reverse(name, args=args), _chosen(request)
    return f"{address}?{urlencode({LANGUAGE_PARAMETER: chosen})}" if chosen else address


def _other_languages(request: HttpRequest) -> list[dict[str, str]]:
    """This very page in the other languages, for the links in the header."""
    return [
        {
            "language": language,
            "label": OWN_NAMES[language],
            "url": f"{request.path}?{urlencode({LANGUAGE_PARAMETER: language})}",
        }
        for language in LANGUAGES
        if language != current_language()
    ]
