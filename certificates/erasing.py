"""What remains of a certificate when its holder has their data erased: what they chose, never less than the number."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from certificates.actions import issue_certificate
from certificates.models import Certificate
from lms.kernel.models import Event
from lms.kernel.privacy import Erasure


class AfterErasure(models.TextChoices):
    """What a holder may choose."""

    KEEP = "keep", _("Leave my certificates as they are")
    NUMBER = "number", _("Keep only the number, without my name")
    END = "end", _("End the public check")


def erase_certificates(rows: models.QuerySet[Certificate], erasure: Erasure) -> int:
    """As the holder chose. What is still being made is made first: a certificate without a name cannot be drawn."""
    if erasure.certificates == AfterErasure.KEEP:
        return 0
    done = 0
    # The last part of a programme, made now, asks for the certificate of the whole: until nothing is left.
    while certificates := list(rows.filter(erased_at=None)):
        for certificate in certificates:
            issue_certificate(certificate, at=erasure.at)
            strip(
                certificate,
                ends_check=erasure.certificates == AfterErasure.END,
                keeps_document=erasure.is_held,
                at=erasure.at,
            )
        done += len(certificates)
    return done


@transaction.atomic
def strip(certificate: Certificate, *, ends_check: bool, keeps_document: bool, at: datetime) -> None:
    """To number and hash: without the name, the signed credential and the PDF. It counts as before.

    Evidence of a running project keeps the document, for its office alone. One that could not be drawn yet never will
    be (``waiting`` leaves it out).
    """
    certificate.refresh_from_db()
    certificate.snapshot["learner"]["name"] = ""
    certificate.credential = None
    if certificate.inside_reason:
        certificate.inside_reason = "–"
    certificate.erased_at = at
    certificate.check_ended_at = at if ends_check else certificate.check_ended_at
    certificate.save(update_fields=["snapshot", "credential", "inside_reason", "erased_at", "check_ended_at"])
    certificate.shares.filter(revoked_at=None).update(revoked_at=at)
    if not keeps_document:
        drop_document(certificate, at=at)
    Event.record(certificate, "certificate.stripped", by=None, at=at, data={"check_ended": ends_check})


@transaction.atomic
def drop_document(certificate: Certificate, *, at: datetime) -> None:
    """The PDF goes, its hash stays: a copy somebody has can still be recognised."""
    if certificate.pdf:
        storage, name = certificate.pdf.storage, str(certificate.pdf.name)
        Certificate.objects.filter(pk=certificate.pk).update(pdf="")
        transaction.on_commit(lambda: storage.delete(name))
        Event.record(certificate, "certificate.document_dropped", by=None, at=at)
