"""Anyone checks a certificate here by its number or its file: no account, no cookie, no script."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from certificates.examining.findings import Finding, Outcome, examine
from certificates.formats import forms_of
from certificates.forms import DocumentForm, NumberForm
from certificates.models import Certificate
from certificates.numbers import grouped, is_number, normalise
from certificates.reading import reading_of
from certificates.uploads import MemoryHandler, is_too_large
from certificates.verification import Answer, Verdict, answer_to, checks_of, earlier_with
from certificates.views.public.earlier import show_earlier
from certificates.views.public.edge import around, asks_too_much, public, with_language
from certificates.views.public.words import facts_said, said_of, verdict_said, without_us

FILES_PER_MINUTE = 12  # of one address: a file made for it keeps a processor busy for seconds


@public
def verify_search(request: HttpRequest) -> HttpResponse:
    """A form to type a number, and one to have a file recognised."""
    if request.method == "POST":
        form, finding = _look_at_file(request, None)
        if finding is not None and finding.certificate is not None:
            answer = answer_to(finding.certificate.number, on=timezone.localdate())
            return _show(request, answer, DocumentForm(), finding, at=timezone.now())
        return _show_search(request, NumberForm(), form, finding)
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
    if answer.certificate is None and (earlier := earlier_with(number)):
        return show_earlier(request, earlier)
    form, finding = DocumentForm(), None
    if request.method == "POST":
        form, finding = _look_at_file(request, answer.certificate)
    return _show(request, answer, form, finding, at=timezone.now())


def _look_at_file(request: HttpRequest, asked: Certificate | None) -> tuple[DocumentForm, Finding | None]:
    """The form, and what its file is; one that is too large is refused unread."""
    if is_too_large(request):
        return _refused(DocumentForm.too_large()), None
    if asks_too_much(request, "verify-file", FILES_PER_MINUTE):
        return _refused(DocumentForm.too_often()), None
    request.upload_handlers = [MemoryHandler(request)]
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return form, None
    finding = examine(form.cleaned_data["document"].content, asked)
    return (_refused(DocumentForm.too_often()), None) if finding.outcome == Outcome.BUSY else (form, finding)


def _refused(said: str) -> DocumentForm:
    form = DocumentForm({}, {})
    form.errors["document"] = form.error_class([said])
    return form


# Pages ----------------------------------------------------------------------------------------------------------------


def _show(
    request: HttpRequest, answer: Answer, form: DocumentForm, finding: Finding | None, *, at: datetime
) -> HttpResponse:
    certificate = answer.certificate
    reading = reading_of(certificate.snapshot) if certificate else None
    successor = answer.successor
    context = {
        "answer": answer,
        "said": reading,
        "at": at,
        "verdict": verdict_said(answer, reading, at=at),
        "facts": facts_said(answer, reading) if reading else [],
        "checks": checks_of(answer),
        "without_us": without_us(certificate),
        "forms": forms_of(certificate) if certificate and answer.verdict in (Verdict.VALID, Verdict.EXPIRED) else [],
        "successor": successor and with_language(request, "verify", successor.grouped_number),
        "successor_number": successor and successor.grouped_number,
        "form": form,
        "number_form": None if certificate else NumberForm(),
        "file_note": said_of(finding) if finding else None,
        **around(request),
    }
    return render(request, "certificates/verify.html", context, status=200 if certificate else 404)


def _show_search(
    request: HttpRequest, number_form: NumberForm, form: DocumentForm, finding: Finding | None = None
) -> HttpResponse:
    wrong = number_form if number_form.is_bound else form
    context = {
        "number_form": number_form,
        "document_form": form,
        "form": wrong,
        "file_note": said_of(finding) if finding else None,
    }
    return render(request, "certificates/verify_search.html", context | around(request))
