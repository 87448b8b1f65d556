"""One's own certificates."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates import bundles
from certificates.actions import record_downloads
from certificates.formats import forms_of
from certificates.models import Certificate
from certificates.panels import my_certificates
from certificates.reading import reading_of
from certificates.views.serving import one_of, sent_as
from lms.people.requests import SignedInRequest

State = Certificate.State


@never_cache
@login_required
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """All one's own certificates; the my page asks here every five seconds while one is being made."""
    return render(request, "certificates/mine.html", my_certificates(request))


@never_cache
@login_required
@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """The same words as the PDF, as a page: for who cannot read a PDF well."""
    certificate = one_of(Certificate.objects.visible_to(request.user), number)
    is_holder = certificate.enrolment.learner_id == request.user.pk
    course = certificate.programme or certificate.enrolment.edition.course
    own = Certificate.objects.filter(pk=certificate.pk).to_be_renewed(timezone.localdate())
    return render(
        request,
        "certificates/detail.html",
        {
            "certificate": certificate,
            "said": reading_of(certificate.snapshot),
            "expired": certificate.is_expired(),
            "is_holder": is_holder,
            "renew": course.code if is_holder and own.exists() else "",
            "forms": forms_of(certificate),
            "successor": Certificate.objects.filter(supersedes=certificate).exclude(state=State.REQUESTED).first(),
        },
    )


@login_required
@require_safe
def pdf(request: SignedInRequest, number: str) -> HttpResponse | FileResponse:
    """The document, for whom it is at this very moment; who took it is on record."""
    allowed = Certificate.objects.allowing(request.user, "download").exclude(state=State.REQUESTED).exclude(pdf="")
    certificate = one_of(allowed, number)
    record_downloads([certificate], by=request.user, at=timezone.now())
    return sent_as(certificate.pdf.open("rb"), bundles.file_name(certificate), "application/pdf")
