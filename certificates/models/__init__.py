"""Certificates, the keys that sign them and their places in the lists of revocations. One module per noun."""

from certificates.models.certificates import Certificate, CertificateQuerySet, document_path, document_storage
from certificates.models.keys import IssuerKey, IssuerKeyQuerySet
from certificates.models.shares import Share, ShareQuerySet
from certificates.models.status import StatusEntry

__all__ = [
    "Certificate",
    "CertificateQuerySet",
    "IssuerKey",
    "IssuerKeyQuerySet",
    "Share",
    "ShareQuerySet",
    "StatusEntry",
    "document_path",
    "document_storage",
]
