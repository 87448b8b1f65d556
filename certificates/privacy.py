"""What a certificate keeps about people."""

from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from certificates.erasing import drop_document, erase_certificates, strip
from certificates.models import Certificate, IssuerKey, Share, StatusEntry
from lms.kernel.privacy import Term, declare, delete, remove

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
ENDED_FOR = relativedelta(days=30)


def _ended_links(at: datetime) -> QuerySet:
    return Share.objects.filter(Q(expires_at__lt=at - ENDED_FOR) | Q(revoked_at__lt=at - ENDED_FOR))


declare(
    Share,
    personal=["certificate", "label", "opened_on"],
    purpose=_("Showing a certificate to whom its holder likes, with what the holder chose on it."),
    ground=_("consent, which can be withdrawn"),
    keep=_("until the holder takes it back or it ends, and 30 days after; gone with the account"),
    owner=["certificate__enrolment__learner", "certificate__programme_holder"],
    secret=["salt", "token_hash"],
    erase=delete,
    terms=[
        Term(
            "certificates.share",
            _("Links to certificates go 30 days after they ended."),
            _ended_links,
            remove,
        )
    ],
)
declare(IssuerKey)
declare(StatusEntry)
