"""What a certificate promises on the day it is asked for: to be signed, with a place in a status list, and sealed.

Promised is kept: a certificate that is to be signed waits for its key, and is never issued without.
"""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction

from certificates.credentials.status import ENTRIES
from certificates.models import Certificate, IssuerKey, StatusEntry

# A random place is soon found while half the list is free; then the next list begins.
FULL = ENTRIES // 2
TRIES = 64


def promise_signatures(certificate: Certificate) -> None:
    """Freeze in the snapshot what the active keys will sign. Inside the transaction that makes the certificate."""
    snapshot = certificate.snapshot
    if IssuerKey.objects.active(IssuerKey.Purpose.CREDENTIAL):
        entry = give_place(certificate)
        snapshot["credential"] = {"list": entry.list_number, "place": entry.place}
    if seal := IssuerKey.objects.active(IssuerKey.Purpose.SEAL):
        snapshot["seal"] = {"demo": seal.is_demo}
    certificate.save(update_fields=["snapshot"])


def give_place(certificate: Certificate) -> StatusEntry:
    """A random free place in the newest list that is not half full; the one it has, if it has one."""
    if found := StatusEntry.objects.filter(certificate=certificate).first():
        return found
    newest = StatusEntry.objects.order_by("-list_number").values_list("list_number", flat=True).first() or 1
    number = newest if StatusEntry.objects.filter(list_number=newest).count() < FULL else newest + 1
    for _try in range(TRIES):
        try:
            with transaction.atomic():
                return StatusEntry.objects.create(
                    list_number=number, place=secrets.randbelow(ENTRIES), certificate=certificate
                )
        except IntegrityError:
            continue  # taken: by chance, or by someone at this very moment
    raise RuntimeError(f"No free place in status list {number} after {TRIES} tries.")
