"""Certificates, how they look, the keys that sign them, their places in the lists of revocations, files of many,
and rounds over an edition. One module per noun.
"""

from certificates.models.bundles import Bundle, BundleItem, BundlePart, BundleQuerySet
from certificates.models.certificates import Certificate, CertificateQuerySet, document_path, document_storage
from certificates.models.earlier import (
    EarlierBatch,
    EarlierBatchQuerySet,
    EarlierCertificate,
    EarlierCertificateQuerySet,
)
from certificates.models.held import HeldCertificate, HeldCertificateQuerySet
from certificates.models.keys import IssuerKey, IssuerKeyQuerySet
from certificates.models.layouts import (
    CertificateLayout,
    CertificateLayoutQuerySet,
    CourseCertificate,
    Logo,
    OrganisationLogo,
)
from certificates.models.notices import ExpiryNotice
from certificates.models.proposals import RevocationProposal, RevocationProposalQuerySet
from certificates.models.rounds import Round, RoundQuerySet
from certificates.models.shares import Share, ShareQuerySet
from certificates.models.status import StatusEntry

__all__ = [
    "Bundle",
    "BundleItem",
    "BundlePart",
    "BundleQuerySet",
    "Certificate",
    "CertificateLayout",
    "CertificateLayoutQuerySet",
    "CertificateQuerySet",
    "CourseCertificate",
    "EarlierBatch",
    "EarlierBatchQuerySet",
    "EarlierCertificate",
    "EarlierCertificateQuerySet",
    "ExpiryNotice",
    "HeldCertificate",
    "HeldCertificateQuerySet",
    "IssuerKey",
    "IssuerKeyQuerySet",
    "Logo",
    "OrganisationLogo",
    "RevocationProposal",
    "RevocationProposalQuerySet",
    "Round",
    "RoundQuerySet",
    "Share",
    "ShareQuerySet",
    "StatusEntry",
    "document_path",
    "document_storage",
]
