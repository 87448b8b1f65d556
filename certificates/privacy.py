"""What a certificate keeps about people."""

from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from certificates.erasing import drop_document, erase_certificates, strip
from certificates.models import Certificate, IssuerKey, StatusEntry
from lms.kernel.privacy import Term, declare

KEPT = relativedelta(years=10)


def _old(at: datetime) -> QuerySet:
    return Certificate.objects.filter(erased_at=None, issued_at__lt=at - KEPT)


def _documents_no_longer_needed(at: datetime) -> QuerySet:
    """Of holders who had their data erased, and whose projects have had their time since."""
    return (
        Certificate.objects.exclude(erased_at=None)
        .exclude(pdf="")
        .filter(enrolment__learner__erased_at__isnull=False, enrolment__learner__sealed_identity=None)
    )


declare(
    Certificate,
    personal=["enrolment", "programme_holder", "snapshot", "credential", "pdf", "inside_reason", "ended_by"],
    purpose=_("Proving what someone learned, to whoever they show it; answering who checks it."),
    ground=_("contract; legitimate interest of those who rely on it"),
    keep=_("10 years; then number and hash only"),
    owner=["enrolment__learner", "programme_holder"],
    secret=["inside_reason", "ended_by"],
    erase=erase_certificates,
    terms=[
        Term(
            "certificates.certificate",
            _("Certificates keep number and hash only, ten years after issue."),
            _old,
            lambda row, at: strip(row, ends_check=False, keeps_document=False, at=at),
        ),
        Term(
            "certificates.document",
            _("Documents kept for evidence go when the project has had its time."),
            _documents_no_longer_needed,
            lambda row, at: drop_document(row, at=at),
        ),
    ],
)
declare(IssuerKey)
declare(StatusEntry)
