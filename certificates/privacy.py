"""What a certificate keeps about people."""

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from certificates.actions.bundles import end_bundle
from certificates.actions.holding import lapse
from certificates.erasing import AfterErasure, drop_document, erase_certificates, strip
from certificates.models import (
    Bundle,
    BundleItem,
    BundlePart,
    Certificate,
    CertificateLayout,
    CourseCertificate,
    EarlierBatch,
    EarlierCertificate,
    ExpiryNotice,
    HeldCertificate,
    IssuerKey,
    Logo,
    OrganisationLogo,
    RevocationProposal,
    Round,
    Share,
    StatusEntry,
)
from lms.kernel.privacy import Erasure, Term, counted, declare, delete, remove

KEPT = relativedelta(years=10)
BUNDLES_KEPT = timedelta(days=90)  # the file itself a week


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


def _old_bundles(at: datetime) -> QuerySet:
    return Bundle.objects.filter(state=Bundle.State.OVER, asked_at__lt=at - BUNDLES_KEPT)


def _end_files(rows: QuerySet[BundleItem], erasure: Erasure) -> int:
    """A file in which someone is goes whole, whoever asked for it."""
    bundles = list(Bundle.objects.filter(items__in=rows).distinct())
    for bundle in bundles:
        end_bundle(bundle, at=erasure.at)
    return len(bundles)


def _delete_own(rows: QuerySet[Bundle], erasure: Erasure) -> int:
    """With the file that lies in storage."""
    for bundle in rows.exclude(state=Bundle.State.OVER):
        end_bundle(bundle, at=erasure.at)
    return delete(rows, erasure)


declare(
    Bundle,
    personal=["asked_by"],
    purpose=_("Making a file of certificates for who may have them, and knowing who took it."),
    ground=_("legitimate interest"),
    keep=_("the file a week, that it was asked for three months"),
    owner=["asked_by"],
    erase=_delete_own,
    terms=[
        Term(
            "certificates.bundle",
            _("That somebody asked for a file of certificates is forgotten after three months."),
            _old_bundles,
            remove,
        )
    ],
)
declare(
    BundleItem,
    personal=["certificate", "name"],
    purpose=_("Making a file of certificates for who may have them, and knowing who took it."),
    ground=_("legitimate interest"),
    keep=_("a week"),
    owner=["certificate__enrolment__learner"],
    erase=_end_files,
    follows="certificates.Bundle",
)
declare(BundlePart)


def _without_reasons(rows: QuerySet[RevocationProposal], erasure: Erasure) -> int:
    """Of the holder the reason goes, which may speak of them; who proposed or decided stays an emptied account."""
    return rows.filter(certificate__enrolment__learner=erasure.subject.user.pk).update(inside_reason="–")


declare(
    Round,
    personal=["asked_by", "reason"],
    purpose=_("Issuing the certificates of a whole edition; knowing who had them made anew, and why."),
    ground=_("legitimate interest"),
    keep=_("10 years"),
    owner=["asked_by"],
    erase=counted,
    terms=[
        Term(
            "certificates.round",
            _("Who had the certificates of an edition made is forgotten after ten years."),
            lambda at: Round.objects.filter(asked_at__lt=at - KEPT),
            remove,
        )
    ],
)
declare(
    RevocationProposal,
    personal=["certificate", "inside_reason", "proposed_by", "decided_by"],
    purpose=_("Having two people look before a certificate is revoked; answering for it later."),
    ground=_("legitimate interest"),
    keep=_("as long as the certificate"),
    owner=["certificate__enrolment__learner", "proposed_by", "decided_by"],
    secret=["inside_reason", "proposed_by", "decided_by"],
    erase=_without_reasons,
    follows="certificates.Certificate",
)
declare(
    ExpiryNotice,
    personal=["certificate"],
    purpose=_("Telling once, and not twice, that a certificate expires."),
    ground=_("contract"),
    keep=_("as long as the certificate"),
    owner=["certificate__enrolment__learner"],
    erase=delete,
    follows="certificates.Certificate",
)


def _erase_earlier(rows: QuerySet[EarlierCertificate], erasure: Erasure) -> int:
    """As the holder chose for certificates: left, without a name, or gone. We issued none of them."""
    if erasure.certificates == AfterErasure.KEEP:
        return 0
    if erasure.certificates == AfterErasure.END:
        return delete(rows, erasure)
    return rows.update(name="", email="", holder=None)


declare(
    EarlierBatch,
    personal=["by", "rows"],
    purpose=_("Taking over certificates of before the platform, after somebody looked at them; undoing it."),
    ground=_("legitimate interest"),
    keep=_("the rows until they are taken over, at most 7 days; the rest 10 years"),
    owner=["by"],
    secret=["rows"],
    erase=counted,
    terms=[
        Term(
            "certificates.earlier_untaken",
            _("Lists of earlier certificates that nobody took over go after seven days."),
            lambda at: EarlierBatch.objects.filter(
                state=EarlierBatch.State.CHECKED, created_at__lt=at - EarlierBatch.KEPT_UNTAKEN
            ),
            remove,
        )
    ],
)
declare(
    EarlierCertificate,
    personal=["holder", "email", "name", "title"],
    purpose=_("Letting somebody show what they learned before the platform, with where that is known from."),
    ground=_("legitimate interest"),
    keep=_("10 years"),
    owner=["holder"],
    address=["email"],
    erase=_erase_earlier,
    terms=[
        Term(
            "certificates.earlier",
            _("Earlier certificates go ten years after they were taken over."),
            lambda at: EarlierCertificate.objects.filter(taken_over_at__lt=at - KEPT),
            remove,
        )
    ],
)


def _without_words(rows: QuerySet[HeldCertificate], erasure: Erasure) -> int:
    """The reason may speak of the learner; that something was held stays with the enrolment."""
    mine = rows.filter(enrolment__learner=erasure.subject.user.pk)
    for held in HeldCertificate.objects.waiting().filter(pk__in=mine.values("pk")):
        lapse(held, at=erasure.at)  # without a name there is nothing to make
    return mine.exclude(reason="").update(reason="–")


declare(
    HeldCertificate,
    personal=["enrolment", "public_reason", "reason", "decided_by"],
    purpose=_("Having the provider approve a certificate before it is issued; answering for it later."),
    ground=_("legitimate interest"),
    keep=_("as long as the certificate"),
    owner=["enrolment__learner", "decided_by"],
    secret=["reason", "decided_by"],
    erase=_without_words,
    follows="certificates.Certificate",
)
declare(IssuerKey)
declare(StatusEntry)
declare(Logo)
declare(OrganisationLogo)
# Who vouches stands there by office, as on courses: a name that the organisation itself prints and takes off.
declare(CertificateLayout)
declare(CourseCertificate)
