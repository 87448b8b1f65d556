"""Taking over certificates of before the platform, and undoing that as one batch."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from certificates.imports import DIFFERS, KNOWN, NEW, read_rows
from certificates.models import EarlierBatch, EarlierCertificate
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import move
from lms.people.actions import people_behind
from lms.people.models import Organisation, Role, User

State = EarlierBatch.State


class TakenOverBefore(Exception):
    """This very file was taken over already; undo that first."""


@transaction.atomic
def check_earlier(
    provider: Organisation, *, source: str, content: bytes, file_name: str, by: User, at: datetime
) -> EarlierBatch:
    """Read a list and keep what each row says and is, to be looked at. Raises FileRefused, TakenOverBefore."""
    if not (by.holds(Role.OFFICER) or provider.pk in by.organisations_as(Role.COORDINATOR)):
        raise PermissionDenied(f"User {by.pk} may not take over certificates of organisation {provider.pk}.")
    digest = hashlib.sha256(content).hexdigest()
    if _taken_before(provider, digest):
        raise TakenOverBefore
    batch = EarlierBatch.objects.create(
        provider=provider,
        source=source.strip(),
        file_name=file_name[:200],
        sha256=digest,
        by=by,
        rows=read_rows(content, file_name, today=timezone.localdate(at)),
        created_at=at,
    )
    Event.record(batch, "earlier_batch.checked", by=by, at=at, data={"rows": len(batch.rows)})
    return batch


def _taken_before(provider: Organisation, digest: str) -> bool:
    return EarlierBatch.objects.filter(provider=provider, sha256=digest, state=State.TAKEN).exists()


@transaction.atomic
def take_over(batch: EarlierBatch, *, also: Collection[int], by: User, at: datetime) -> EarlierBatch:
    """Enter the good rows, each with a number of its own. ``also``: rows whose account bears another name, of which
    somebody said that they are the same person; the others of that kind are left out.

    Raises TransitionRefused when it was taken over already, TakenOverBefore when the same file was, read twice.
    """
    require(by, "take_over", batch)
    rows = batch.rows
    Organisation.objects.select_for_update(of=("self",)).get(pk=batch.provider_id)  # of one house, one list at a time
    if batch.state == State.CHECKED and _taken_before(batch.provider, batch.sha256):
        raise TakenOverBefore
    move(batch, to=State.TAKEN, allowed=EarlierBatch.TRANSITIONS, by=by, verb="earlier_batch.taken_over", at=at,
         taken_at=at, rows=[])  # fmt: skip
    standing = EarlierCertificate.objects.standing().filter(email__in=[row["email"] for row in rows if "email" in row])
    taken = {(one.email, one.title, one.issued_on.isoformat()) for one in standing}  # by another list meanwhile
    good = [
        row
        for row in rows
        if (row["verdict"] in (NEW, KNOWN) or (row["verdict"] == DIFFERS and row["number"] in also))
        and (row["email"], row["title"], row["issued_on"]) not in taken
    ]
    # Since it was read an account may have been merged, or erased: then it is not entered again.
    erased = set(User.objects.filter(pk__in=[row["holder"] for row in good if row["holder"]], erased_at__isnull=False)
                 .values_list("pk", flat=True))  # fmt: skip
    good = [row for row in good if row["holder"] not in erased]
    behind = people_behind(row["email"] for row in good if row["holder"])
    # Another house may be taking over the same certificate at this very moment: then it stands with theirs.
    EarlierCertificate.objects.bulk_create(
        [
            EarlierCertificate(
                batch=batch,
                holder=behind.get(row["email"]),
                email=row["email"],
                name=row["name"],
                title=row["title"],
                kind=row["kind"],
                minutes=row["minutes"],
                issued_on=date.fromisoformat(row["issued_on"]),
                expires_on=date.fromisoformat(row["expires_on"]) if row["expires_on"] else None,
                taken_over_at=at,
            )
            for row in good
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
    counted = {"certificates": batch.certificates.count(), "rows": len(rows)}
    Event.record(batch, "earlier_batch.counted", by=by, at=at, data=counted)
    return batch


@transaction.atomic
def undo_take_over(batch: EarlierBatch, *, by: User, at: datetime) -> EarlierBatch:
    """All of a batch at once. The numbers stay known, as taken back: someone may have them on paper by now."""
    require(by, "undo", batch)
    move(
        batch,
        to=State.UNDONE,
        allowed=EarlierBatch.TRANSITIONS,
        by=by,
        verb="earlier_batch.undone",
        at=at,
        undone_at=at,
    )
    EarlierCertificate.objects.standing().filter(batch=batch).update(taken_back_at=at)
    return batch
