"""Anyone checks a certificate here by its number or its file: no account, no cookie, no script."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from certificates.formats import forms_of
from certificates.forms import DocumentForm, NumberForm
from certificates.models import Certificate
from certificates.numbers import grouped, is_number, normalise
from certificates.public_views.edge import around, public, with_language
from certificates.public_views.words import facts_said, said_of_file, verdict_said, without_us
from certificates.reading import reading_of
from certificates.uploads import Digest, DigestHandler, is_too_large
from certificates.verification import Answer, Comparison, Verdict, answer_to, checks_of, compare


@public
def verify_search(request: HttpRequest) -> HttpResponse:
    """A form to type a number, and one to have a PDF recognised."""
    if request.method == "POST":
        form, digest = _digest_of(request)
        certificate = Certificate.objects.exclude(pdf_sha256="").filter(pdf_sha256=digest).first() if digest else None
        if certificate is not None:
            answer = answer_to(certificate.number, on=timezone.localdate())
            return _show(request, answer, DocumentForm(), Comparison.SAME, at=timezone.now())
        note = said_of_file(compare(digest, None)) if digest else None
        return _show_search(request, NumberForm(), form, note)
    asked = NumberForm(request.GET if "number" in request.GET else None)
    if asked.is_bound and asked.is_valid():
        return redirect(with_language(request, "verify", asked.cleaned_data["number"]))
    return _show_search(request, asked, DocumentForm())


@public
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """The verdict on one number. One that is not ours gets the same page, after the same work, with status 404."""
    if request.method != "POST" and is_number(number) and number != grouped(normalise(number)):
        return redirect(with_language(request, "verify", grouped(normalise(number))))
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
        "verdict": verdict_said(answer, reading, at=at),
        "facts": facts_said(answer, reading) if reading else [],
        "checks": checks_of(answer),
        "without_us": without_us(certificate),
        "forms": forms_of(certificate) if certificate and answer.verdict in (Verdict.VALID, Verdict.EXPIRED) else [],
        "successor": successor and with_language(request, "verify", successor.grouped_number),
        "successor_number": successor and successor.grouped_number,
        "form": form,
        "number_form": None if certificate else NumberForm(),
        "file_note": said_of_file(comparison) if comparison else None,
        **around(request),
    }
    return render(request, "certificates/verify.html", context, status=200 if certificate else 404)


def _show_search(
    request: HttpRequest, number_form: NumberForm, form: DocumentForm, note: dict[str, str] | None = None
) -> HttpResponse:
    wrong = number_form if number_form.is_bound else form
    context = {"number_form": number_form, "document_form": form, "form": wrong, "file_note": note}
    return render(request, "certificates/verify_search.html", context | around(request))
