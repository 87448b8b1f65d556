"""Making, using and stopping the keys of an organisation's own systems."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.post import Letter, post
from lms.people.models import ApiToken, Membership, Organisation, Role, User

# Recognised by who searches code for secrets, and by whoever finds one in a log.
PREFIX = "lms_"
SHOWN = len(PREFIX) + 8
LONGEST = timedelta(days=366)
# Last use is written this seldom: it tells a living key from a dead one, and meters nobody.
COARSE = timedelta(minutes=1)


@transaction.atomic
def make_token(
    organisation: Organisation, *, name: str, scopes: Collection[str], days: int, by: User | None, at: datetime
) -> tuple[ApiToken, str]:
    """A new key, and its secret, which is nowhere to be found afterwards. For HR of that organisation."""
    require(by, "connect", organisation)
    wanted = [scope.value for scope in ApiToken.Scope if scope in scopes]
    if not wanted or len(wanted) != len(set(scopes)) or not timedelta() < timedelta(days=days) <= LONGEST:
        raise ValueError("A key has known scopes, and ends within a year.")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        organisation=organisation,
        name=name.strip(),
        scopes=wanted,
        start=secret[:SHOWN],
        digest=_digest(secret),
        made_by=by,
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    Event.record(token, "token.made", by=by, at=at, data={"organisation": organisation.pk, "scopes": wanted})
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User | None, at: datetime) -> ApiToken:
    """Stop a key; it opens nothing from this moment on. Twice is once."""
    require(by, "revoke", token)
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at, revoked_by=by):
        Event.record(token, "token.revoked", by=by, at=at)
    token.refresh_from_db()
    return token


def find_token(secret: str) -> ApiToken | None:
    """The key with this secret, working or not.

    Found by the hash of 256 random bits: how long that takes tells nothing about any key that exists.
    """
    digest = _digest(secret)
    token = ApiToken.objects.select_related("organisation").filter(digest=digest).first()
    return token if token and constant_time_compare(token.digest, digest) else None


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Keep when a key was last used; on its first use of a day that it was: an employer's system took data away."""
    if token.used_at is not None and token.used_at > at - COARSE:
        return
    first = token.used_at is None or timezone.localdate(token.used_at) < timezone.localdate(at)
    unchanged = ApiToken.objects.filter(pk=token.pk, used_at=token.used_at)
    with transaction.atomic():
        if unchanged.update(used_at=at) and first:
            Event.record(token, "token.used", by=None, at=at, data={"organisation": token.organisation_id})


def tell_of_tokens(membership: Membership, *, at: datetime) -> None:
    """Someone of HR leaves the role: the keys of the organisation go on working, and who stays is told which."""
    working = ApiToken.objects.filter(organisation=membership.organisation).working_at(at)
    if membership.role != Role.HR or not working.exists():
        return
    for reader, is_office in _who_stays(membership, at):
        with override(reader.language):
            page = "api_tokens:index" if is_office else "connections:list"
            context = {
                "greeting_name": reader.given_name,
                "company": membership.organisation.name,
                "person": str(membership.user),
                "facts": [(one.name, one.start + "…") for one in working],
                "action_url": urljoin(settings.LMS_BASE_URL, reverse(page)),
                "action_label": _("See the API keys"),
            }
        letter = Letter("tokens_stay", reader.email, reader.language, context, reader, membership.organisation)
        post(letter, at=at)


def _who_stays(membership: Membership, at: datetime) -> Iterator[tuple[User, bool]]:
    """HR of the organisation besides who leaves, then the programme office; each with whether it is the office."""
    current = Membership.objects.current(timezone.localdate(at)).exclude(user=membership.user)
    hr = current.filter(role=Role.HR, organisation=membership.organisation).values("user")
    office = current.filter(role=Role.OFFICER).values("user")
    for person in User.objects.filter(Q(pk__in=hr) | Q(pk__in=office), is_active=True).order_by("pk"):
        yield person, not person.organisations_as(Role.HR) & {membership.organisation_id}


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
