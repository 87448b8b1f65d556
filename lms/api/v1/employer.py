"""For an employer's own system, with a key: who learns what, and the certificates that are shared.

Rows come from the same definitions as HR's pages (``seen_by``, ``shared_with``), asked for the key's organisation at
this very moment. What is out of sight is 404, as if it never was.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, time
from typing import Any

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from django.utils.translation import override
from ninja import Query, Router

from certificates.actions import record_deliveries
from certificates.bundles import file_name
from certificates.models import Certificate, CertificateQuerySet
from certificates.numbers import grouped, normalise
from certificates.reading import reading_of
from enrolments.employer_changes import with_changed_at
from enrolments.employers import seen_by
from enrolments.models import EnrolmentQuerySet
from lms.api.catalogue import absolute
from lms.api.framework import serve_as
from lms.api.keys import EmployerKey, token_of
from lms.api.languages import language_of
from lms.api.v1 import employer_shapes as shapes
from lms.api.v1.editions import ZONE, local
from lms.api.v1.shapes import AskedCode, InLanguage
from lms.api.v1.texts import page_of
from lms.kernel.languages import in_language
from lms.people.models import ApiToken, Organisation, User

router = Router(tags=["employer"])

READ_ENROLMENTS = EmployerKey(ApiToken.Scope.READ_ENROLMENTS)
READ_CERTIFICATES = EmployerKey(ApiToken.Scope.READ_CERTIFICATES)


# Enrolments -----------------------------------------------------------------------------------------------------------


@router.get(
    "/enrolments",
    response=shapes.EmployerEnrolmentPage,
    auth=READ_ENROLMENTS,
    operation_id="listEmployerEnrolments",
    summary=_("List the enrolments of your people"),
    description=_(
        "Enrolments made as your employee, while the person worked for you, oldest change first. Scope: "
        "enrolments:read."
    ),
)
def list_employer_enrolments(request: HttpRequest, query: Query[shapes.EnrolmentQuery]) -> shapes.EmployerEnrolmentPage:
    company, moment = token_of(request).organisation, timezone.now()
    rows = _enrolments_of(company, moment)
    if query.edition:
        rows = rows.filter(edition__code=query.edition)
    if query.state:
        rows = rows.filter(seen=query.state)
    if query.changed_since:
        rows = rows.filter(changed_at__gte=query.changed_since)
    found, pages = page_of(rows.order_by("changed_at", "pk"), query, request)
    language = language_of(request, query.language)
    return shapes.EmployerEnrolmentPage(items=_enrolments_said(found, company, language), **pages)


@router.get(
    "/enrolments/{code}",
    response=shapes.EmployerEnrolment,
    auth=READ_ENROLMENTS,
    operation_id="getEmployerEnrolment",
    summary=_("Get an enrolment of one of your people"),
    description=_("As in the list. Scope: enrolments:read."),
)
def get_employer_enrolment(request: HttpRequest, code: AskedCode, query: Query[InLanguage]) -> shapes.EmployerEnrolment:
    company = token_of(request).organisation
    found = get_object_or_404(_enrolments_of(company, timezone.now()), code=code)
    return _enrolments_said([found], company, language_of(request, query.language))[0]


def _enrolments_of(company: Organisation, moment: datetime) -> EnrolmentQuerySet:
    return with_changed_at(seen_by(company, moment), company, moment)


def _enrolments_said(
    enrolments: Collection[Any], company: Organisation, language: str
) -> list[shapes.EmployerEnrolment]:
    """Takes enrolments as ``_enrolments_of`` gives them; one query more, for their certificates."""
    numbers = defaultdict(list)
    shared = _certificates_of(company).filter(enrolment__in=[one.pk for one in enrolments])
    for enrolment, number in shared.values_list("enrolment", "number"):
        numbers[enrolment].append(grouped(number))
    return [
        shapes.EmployerEnrolment(
            code=one.code,
            person=person_said(one.learner, company),
            edition=shapes.EditionOfEnrolment(
                code=one.edition.code,
                course=one.edition.course.code,
                title=in_language(one.edition.course, "title", language),
                starts_at=one.edition.starts_at and local(one.edition.starts_at),
                ends_at=one.edition.ends_at and local(one.edition.ends_at),
            ),
            state=one.seen,
            enrolled_on=one.created_on,
            changed_at=local(one.changed_at),
            hours=None if one.shared_minutes is None else round(one.shared_minutes / 60, 2),
            sessions_attended=one.shared_sessions,
            sessions_held=one.shared_sessions_of,
            certificates=numbers[one.pk],
        )
        for one in enrolments
    ]


def person_said(person: User, company: Organisation) -> shapes.Person:
    return shapes.Person(
        # Theirs alone: two employers cannot put together what each knows of someone.
        id=uuid.uuid5(company.uuid, str(person.uuid)),
        given_name=person.given_name,
        name_prefix=person.name_prefix or None,
        family_name=person.family_name,
    )


# Certificates ---------------------------------------------------------------------------------------------------------


@router.get(
    "/certificates",
    response=shapes.EmployerCertificatePage,
    auth=READ_CERTIFICATES,
    operation_id="listEmployerCertificates",
    summary=_("List the certificates shared with you"),
    description=_(
        "Certificates that learners share with you at this moment, newest first; one that is no longer shared, or was "
        "revoked, is gone from the list. Scope: certificates:read."
    ),
)
def list_employer_certificates(
    request: HttpRequest, query: Query[shapes.CertificateQuery]
) -> shapes.EmployerCertificatePage:
    company = token_of(request).organisation
    rows = _certificates_of(company)
    if query.edition:
        rows = rows.filter(enrolment__edition__code=query.edition)
    if query.issued_since:
        rows = rows.filter(issued_at__gte=datetime.combine(query.issued_since, time.min, ZONE))
    found, pages = page_of(rows.order_by("-issued_at", "-pk"), query, request)
    language = language_of(request, query.language)
    return shapes.EmployerCertificatePage(items=list(_certificates_said(found, company, language)), **pages)


@router.get(
    "/certificates/{number}",
    response=shapes.EmployerCertificate,
    auth=READ_CERTIFICATES,
    operation_id="getEmployerCertificate",
    summary=_("Get a certificate shared with you"),
    description=_("As in the list. Scope: certificates:read."),
)
def get_employer_certificate(
    request: HttpRequest, number: shapes.AskedNumber, query: Query[InLanguage]
) -> shapes.EmployerCertificate:
    company = token_of(request).organisation
    found = get_object_or_404(_certificates_of(company), number=normalise(number))
    return next(_certificates_said([found], company, language_of(request, query.language)))


@router.get(
    "/certificates/{number}/pdf",
    response={200: None},
    auth=READ_CERTIFICATES,
    operation_id="getEmployerCertificatePdf",
    summary=_("Download a certificate shared with you"),
    description=_("The document itself. That your system took it is on record. Scope: certificates:read."),
    openapi_extra={
        "responses": {
            200: {
                "description": _("The document."),
                "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
@serve_as(media_type="application/pdf")
def get_employer_certificate_pdf(request: HttpRequest, number: shapes.AskedNumber) -> FileResponse:
    token = token_of(request)
    certificate = get_object_or_404(_certificates_of(token.organisation), number=normalise(number))
    record_deliveries([certificate], to=token.organisation, token=token.pk, at=timezone.now())
    return FileResponse(
        certificate.pdf.open("rb"),
        as_attachment=True,
        filename=file_name(certificate),
        content_type="application/pdf",
    )


def _certificates_of(company: Organisation) -> CertificateQuerySet:
    rows: CertificateQuerySet = Certificate.objects.all().shared_with({company.pk})
    return rows.select_related("enrolment__learner", "enrolment__edition")


def _certificates_said(
    certificates: Iterable[Certificate], company: Organisation, language: str
) -> Iterator[shapes.EmployerCertificate]:
    today = timezone.localdate()
    with override(language):
        for one in certificates:
            said = reading_of(one.snapshot)
            yield shapes.EmployerCertificate(
                number=said.number,
                kind=one.kind,
                title=said.title,
                name=said.name,
                person=person_said(one.enrolment.learner, company),
                enrolment=one.enrolment.code,
                edition=one.enrolment.edition.code,
                status="expired" if one.is_expired(today) else "valid",
                issued_on=said.issued_on,
                expires_on=one.expires_on,
                verify_url=said.verify_url,
                pdf_url=absolute(reverse("api:get_employer_certificate_pdf", kwargs={"number": said.number})),
            )
