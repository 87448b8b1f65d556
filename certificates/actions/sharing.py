"""Making, opening and taking back links to a certificate."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from certificates.models import Certificate, Share
from certificates.models.shares import hash_of
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.people.models import User

MOST = 20  # working links to one certificate: more, and nobody knows any longer who has which
PARTS = ("name", "hours", "outcomes", "parts")


class TooManyShares(Exception):
    """This certificate has as many working links as one can keep an eye on."""


class NotShareable(Exception):
    """What was taken back, replaced or stripped is shown to nobody by a new link."""


@transaction.atomic
def make_share(
    certificate: Certificate, *, shows: Collection[str], days: int | None, label: str = "", by: User, at: datetime
) -> Share:
    """A new link that shows these parts for so many days, or until it is taken back.

    The certificate's row is locked: of two links made at once the second is counted too.
    """
    require(by, "share", certificate)
    if set(shows) - set(PARTS):
        raise ValueError("A link shows name, hours, outcomes or parts.")
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if certificate.state != Certificate.State.ISSUED or certificate.erased_at is not None:
        raise NotShareable
    if certificate.shares.working(at).count() >= MOST:
        raise TooManyShares
    share = Share(
        certificate=certificate,
        label=label.strip(),
        made_at=at,
        expires_at=at + timedelta(days=days) if days else None,
        **{f"shows_{part}": part in shows for part in PARTS},
    )
    share.token_hash = hash_of(share.token)
    share.save(force_insert=True)
    Event.record(share, "share.made", by=by, at=at, data={"certificate": certificate.pk, "shows": sorted(shows)})
    return share


@transaction.atomic
def revoke_share(share: Share, *, by: User, at: datetime) -> Share:
    """Take a link back: it opens nothing from this moment on. Twice is once."""
    require(by, "share", share)
    if Share.objects.filter(pk=share.pk, revoked_at=None).update(revoked_at=at):
        Event.record(share, "share.revoked", by=by, at=at)
    share.refresh_from_db()
    return share


def open_share(token: str, *, at: datetime, on: date) -> Share | None:
    """The working link with this token, and note the day on which it was opened; None for any other."""
    found = Share.objects.working(at).filter(token_hash=hash_of(token)).select_related("certificate").first()
    if found is None or found.certificate.check_ended_at is not None:
        return None
    if found.opened_on is None or found.opened_on < on:
        Share.objects.filter(Q(opened_on=None) | Q(opened_on__lt=on), pk=found.pk).update(opened_on=on)
    return found


def links_to(shares: Iterable[Share]) -> list[dict[str, Any]]:
    """Each link with its address and what it shows, in words."""
    return [
        {
            "share": one,
            "address": settings.LMS_BASE_URL + reverse("shared", args=[one.token]),
            "shows": [
                str(Share._meta.get_field(f"shows_{part}").verbose_name)  # type: ignore[union-attr]  # a column has one
                for part in PARTS
                if getattr(one, f"shows_{part}") and (part != "parts" or one.certificate.snapshot.get("parts"))
            ],
        }
        for one in shares
    ]
