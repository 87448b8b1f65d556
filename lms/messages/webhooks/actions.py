"""Setting up an address, writing what it is told in the transaction of what happened, and sending it."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.post import Letter, post
from lms.kernel.states import TransitionRefused, move
from lms.messages.webhooks import signing, tasks, wire
from lms.messages.webhooks.models import Delivery, Webhook
from lms.messages.webhooks.telling import content_of, tellable
from lms.people.models import Organisation, Role, User

log = structlog.get_logger(__name__)

# After each failed try the next waits longer: with the first that makes seven within a day.
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 900)]


class ListensAlready(Exception):
    """This employer has a webhook at that address already."""


@transaction.atomic
def add_webhook(
    organisation: Organisation,
    *,
    url: str,
    events: Collection[str],
    by: User | None,
    at: datetime,
    token: int | None = None,
) -> tuple[Webhook, str]:
    """A new address, and the secret that signs what it gets. Raises NotOutward, ListensAlready.

    ``token``: the key with which the organisation's own system asks for it.
    """
    require(by, "connect", organisation)
    wire.checked(url)
    wanted = [event.value for event in Webhook.Event if event in events]
    if not wanted or len(wanted) != len(set(events)):
        raise ValueError("A webhook hears known events.")
    secret = signing.new_secret()
    try:
        with transaction.atomic():
            webhook = Webhook.objects.create(
                organisation=organisation,
                url=url,
                events=wanted,
                sealed_secret=signing.seal(secret),
                made_by=by,
                made_at=at,
            )
    except IntegrityError:
        raise ListensAlready(url) from None
    data = {"organisation": organisation.pk} | ({"token": token} if token else {})
    Event.record(webhook, "webhook.made", by=by, at=at, data=data)
    return webhook, secret


@transaction.atomic
def remove_webhook(webhook: Webhook, *, by: User | None, at: datetime, token: int | None = None) -> None:
    """With its log. What waits is not sent."""
    require(by, "keep", webhook)
    data = {"organisation": webhook.organisation_id} | ({"token": token} if token else {})
    Event.record(webhook, "webhook.removed", by=by, at=at, data=data)
    webhook.delete()


def pause_webhook(webhook: Webhook, *, by: User | None, at: datetime) -> Webhook:
    """Nothing is written for it or sent to it until it goes on."""
    require(by, "keep", webhook)
    to = Webhook.State.PAUSED
    return move(webhook, to=to, allowed=Webhook.TRANSITIONS, by=by, verb="webhook.paused", at=at)


def resume_webhook(webhook: Webhook, *, by: User | None, at: datetime) -> Webhook:
    """Go on; what waited is sent."""
    require(by, "keep", webhook)
    to = Webhook.State.ACTIVE
    return move(webhook, to=to, allowed=Webhook.TRANSITIONS, by=by, verb="webhook.resumed", at=at)


# Writing --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def tell(event: str, company: Organisation | None, about: models.Model, *, at: datetime) -> list[Delivery]:
    """Write it for every address of this employer that wants it, if the employer may know it at all."""
    if company is None:
        return []
    listening = Webhook.objects.filter(organisation=company, state=Webhook.State.ACTIVE)
    wanting = [one for one in listening if event in one.events]
    if not wanting or not tellable(event, company, at).filter(pk=about.pk).exists():
        return []
    return [_write(webhook, event, str(about.pk), at=at) for webhook in wanting]


@transaction.atomic
def send_test(webhook: Webhook, *, by: User | None, at: datetime) -> Delivery:
    """A message about nothing, to see whether it arrives."""
    require(by, "keep", webhook)
    return _write(webhook, Delivery.TEST, "", at=at)


def _write(webhook: Webhook, event: str, about: str, *, at: datetime) -> Delivery:
    delivery = Delivery.objects.create(webhook=webhook, event=event, about=about, happened_at=at, try_at=at)
    tasks.deliver.delay_on_commit(delivery.pk)
    return delivery


@transaction.atomic
def redeliver(delivery: Delivery, *, by: User | None, at: datetime) -> Delivery:
    """Send it once more, under the same id: a receiver that has it already can tell."""
    require(by, "keep", delivery.webhook)
    move(
        delivery, to=Delivery.State.WAITING, allowed=Delivery.TRANSITIONS, by=by, verb="delivery.retried", at=at,
        tries=0, try_at=at, sent_at=None,
    )  # fmt: skip
    tasks.deliver.delay_on_commit(delivery.pk)
    return delivery


# Sending --------------------------------------------------------------------------------------------------------------


def deliver(delivery: Delivery, *, at: datetime) -> None:
    """Send one waiting delivery; on failure plan the next try, after the last one pause the address and tell HR.

    The try is claimed before sending (the next one moved ahead): two workers never send the same at once, and a worker
    killed in between leads to a later second try. What may no longer be told is thrown away, not sent.
    """
    webhook = delivery.webhook
    if webhook.state != Webhook.State.ACTIVE or not claim_try(delivery, at=at):
        return
    content = content_of(delivery, at)
    if content is None:
        delivery.delete()
        return
    body = json.dumps(content, separators=(",", ":")).encode()
    status, error = _sent(webhook, str(delivery.uuid), body, at)
    note_answer(delivery, status, error, at=at)


def claim_try(delivery: Delivery, *, at: datetime) -> bool:
    """Whether this try is ours: counted, and the next one moved ahead."""
    waiting = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING, try_at=delivery.try_at)
    wait = BACK_OFF[min(delivery.tries, len(BACK_OFF) - 1)]
    claimed = waiting.update(tries=F("tries") + 1, try_at=at + wait)
    delivery.refresh_from_db()
    return bool(claimed)


def note_answer(delivery: Delivery, status: int | None, error: str, *, at: datetime) -> None:
    """What a claimed try was answered: it is there, or waits for its next try, or that was the last one."""
    received = status is not None and 200 <= status < 300
    with transaction.atomic():
        rows = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING)
        rows.update(status=status, error=error)
        try:
            if received:
                move(
                    delivery, to=Delivery.State.SENT, allowed=Delivery.TRANSITIONS, by=None, verb="delivery.sent",
                    at=at, sent_at=at,
                )  # fmt: skip
            elif delivery.tries > len(BACK_OFF):
                move(
                    delivery, to=Delivery.State.FAILED, allowed=Delivery.TRANSITIONS, by=None, verb="delivery.failed",
                    at=at,
                )  # fmt: skip
                _give_up(delivery.webhook, at=at)
        except TransitionRefused:
            return  # another worker, late, was sooner


def _sent(webhook: Webhook, message_id: str, body: bytes, at: datetime) -> tuple[int | None, str]:
    timestamp = int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "lms-webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signing.signature(signing.unseal(webhook.sealed_secret), message_id, timestamp, body),
    }
    try:
        return wire.send(webhook.url, body, headers), ""
    except (wire.NotDelivered, wire.NotOutward) as trouble:
        log.warning("webhook_not_delivered", webhook=webhook.pk, error=type(trouble).__name__)
        return None, f"{type(trouble).__name__}: {trouble}"[:120]


def _give_up(webhook: Webhook, *, at: datetime) -> None:
    """Pause the address; of many that fail at once the first tells HR."""
    try:
        pause_webhook(webhook, by=None, at=at)
    except TransitionRefused:
        return
    today = timezone.localdate(at)
    hr = webhook.organisation.memberships.current(today).filter(role=Role.HR, user__is_active=True)
    for membership in hr.select_related("user"):
        reader = membership.user
        with override(reader.language):
            context = {
                "greeting_name": reader.given_name,
                "company": webhook.organisation.name,
                "facts": [(_("Address"), webhook.url)],
                "action_url": settings.LMS_BASE_URL + reverse("connections:webhook", args=[webhook.uuid]),
                "action_label": _("See the log"),
            }
        post(Letter("webhook_paused", reader.email, reader.language, context, reader), at=at)
