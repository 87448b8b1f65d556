"""Whether a certificate holds, for programs: what its public page says, and no more."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from django.utils.translation import override
from ninja import Query, Router
from pydantic import Field, StringConstraints

from certificates.models import EarlierCertificate
from certificates.reading import reading_of
from certificates.verification import Answer as Answered
from certificates.verification import Verdict, answer_to, earlier_with, signature_holds
from certificates.views.public import PER_MINUTE
from lms.api.edge import asker_of, beyond
from lms.api.framework import Answer, serve_as
from lms.api.languages import language_of
from lms.api.problems import Problem
from lms.api.v1.shapes import InLanguage, words

router = Router(tags=["certificates"])

# As typed, with whatever stands between the groups. NUL never gets this far.
Typed = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00]*$")]


class CertificateCheck(Answer):
    """The same fields for every number; all but the first are null where they do not apply."""

    number: str = Field(description=_("The number as it is printed."), examples=["7K3M-Q9TX-2B4N-8WRF-D"])
    verdict: str = words(
        [one.value for one in Verdict],
        description=_(
            "Whether it holds. A revoked one is genuine and no longer counts; taken_over is one of somebody's earlier "
            "records, which we did not issue ourselves; not_ours means that there is no such certificate."
        ),
    )
    kind: str | None = Field(description=_("Of participation, or assessed."), examples=["participation"])
    title: str | None = Field(description=_("What it was issued for."))
    name: str | None = Field(description=_("To whom; null where the holder had it removed."))
    issuer: str | None = Field(description=_("Who issued it."))
    provider: str | None = Field(description=_("Who taught it."))
    issued_on: date | None = Field(description=_("The day of issue."))
    expires_on: date | None = Field(description=_("The last day on which it is valid; null: it does not expire."))
    ended_on: date | None = Field(description=_("The day on which it was revoked or replaced."))
    reason: str | None = Field(description=_("Why it was revoked, in words for anyone."))
    replaced_by: str | None = Field(description=_("The number of the certificate that took its place."))
    signature_holds: bool | None = Field(
        description=_("Whether the signature on its credential holds; null: it has none.")
    )
    page: str | None = Field(description=_("The page that says all of this to a person."))
    credential: str | None = Field(description=_("The signed credential (Open Badges 3.0)."))
    status_list: str | None = Field(description=_("The signed list in which it would be when revoked."))


@router.get(
    "/certificates/{number}",
    response=CertificateCheck,
    operation_id="getCertificate",
    summary=_("Check a certificate"),
    description=_(
        "The verdict on a number, forgiving of spaces, case, O for 0 and I for 1. A number that is not ours gets the "
        "same answer, with the verdict not_ours and no facts."
    ),
)
@serve_as(personal=True)
def get_certificate(request: HttpRequest, number: Typed, query: Query[InLanguage]) -> CertificateCheck:
    if left := beyond(f"verify.{asker_of(request)}", min(PER_MINUTE, settings.LMS_API_RATE)):
        raise Problem(429, f"At most {PER_MINUTE} certificates a minute.", headers={"Retry-After": str(left)})
    answer = answer_to(number, on=timezone.localdate())
    with override(language_of(request, query.language)):
        if answer.certificate is None and (earlier := earlier_with(number)) and not earlier.taken_back_at:
            return _taken_over(earlier)
        return CertificateCheck(number=answer.typed, verdict=answer.verdict.value, **_facts(answer))


_NOTHING: dict[str, Any] = dict.fromkeys(set(CertificateCheck.model_fields) - {"number", "verdict"})


def _taken_over(earlier: EarlierCertificate) -> CertificateCheck:
    """Nobody's claim but that of the records it came from: no issuer, and nothing signed."""
    facts = {
        "kind": earlier.kind,
        "title": earlier.title,
        "name": earlier.name or None,
        "provider": earlier.batch.provider.name,
        "issued_on": earlier.issued_on,
        "expires_on": earlier.expires_on,
        "page": settings.LMS_BASE_URL + reverse("verify", args=[earlier.grouped_number]),
    }
    return CertificateCheck(number=earlier.grouped_number, verdict=Verdict.TAKEN_OVER.value, **{**_NOTHING, **facts})


def _facts(answer: Answered) -> dict[str, Any]:
    """What the page shows: of one that was revoked or withdrawn less, of one that is not ours nothing."""
    certificate = answer.certificate
    if certificate is None:
        return _NOTHING
    said, base = reading_of(certificate.snapshot), settings.LMS_BASE_URL
    holds = signature_holds(certificate) if certificate.credential else None
    successor = answer.successor
    withdrawn = answer.verdict == Verdict.WITHDRAWN
    place = certificate.snapshot["credential"] if certificate.credential else None
    return {
        "kind": said.kind,
        "title": said.title,
        "name": (said.name or None) if not withdrawn else None,
        "issuer": said.issuer,
        "provider": said.provider,
        "issued_on": said.issued_on,
        "expires_on": None if withdrawn else said.expires_on,
        "ended_on": timezone.localdate(certificate.ended_at) if certificate.ended_at and not withdrawn else None,
        "reason": str(certificate.get_public_reason_display()) or None if answer.verdict == Verdict.REVOKED else None,
        "replaced_by": successor.grouped_number if successor else None,
        "signature_holds": holds,
        "page": base + reverse("verify", args=[certificate.grouped_number]),
        "credential": base + reverse("credential", args=[certificate.uuid]) if place else None,
        "status_list": base + reverse("status_list", args=[place["list"]]) if place else None,
    }
