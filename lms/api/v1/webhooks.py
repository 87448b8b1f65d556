"""For an employer's own system: saying itself where it wants to be told. What is told is as for HR's own webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from lms.api.catalogue import absolute
from lms.api.framework import Answer
from lms.api.keys import EmployerKey, token_of
from lms.api.problems import Problem
from lms.api.v1.editions import local
from lms.api.v1.group_shapes import Said
from lms.api.v1.shapes import words
from lms.messages.webhooks import actions, wire
from lms.messages.webhooks.models import Webhook
from lms.people.models import ApiToken

router = Router(tags=["webhooks"])

MANAGE_WEBHOOKS = EmployerKey(ApiToken.Scope.MANAGE_WEBHOOKS)


def _known(event: str) -> str:
    if event not in Webhook.Event.values:
        raise ValueError(f"is one of {', '.join(Webhook.Event.values)}")
    return event


EventName = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(Webhook.Event.values)})
]


class NewWebhook(Said):
    url: Annotated[str, StringConstraints(min_length=10, max_length=300, pattern=r"^https?://")] = Field(
        description=_("Where your system listens: https, reachable from the internet."),
        examples=["https://hr.company.example/hook"],
    )
    events: list[EventName] = Field(min_length=1, max_length=20, description=_("What it wants to hear."))


class WebhookSaid(Answer):
    id: UUID
    url: str
    events: list[str] = Field(description=_("What it hears; there may be more kinds one day."))
    state: str = words(Webhook.State.values, description=_("paused: nothing is sent until HR goes on."))
    made_at: datetime


class WebhookMade(WebhookSaid):
    secret: str = Field(
        description=_("Signs what is sent; shown this once."), examples=["whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"]
    )


class WebhookList(Answer):
    items: list[WebhookSaid]


@router.get(
    "/webhooks",
    response=WebhookList,
    auth=MANAGE_WEBHOOKS,
    operation_id="listEmployerWebhooks",
    summary=_("List your webhooks"),
    description=_("All of them, also those that HR made on its page. Scope: webhooks:manage."),
)
def list_employer_webhooks(request: HttpRequest) -> WebhookList:
    found = Webhook.objects.filter(organisation=token_of(request).organisation).order_by("pk")
    return WebhookList(items=[_said(one) for one in found])


@router.post(
    "/webhooks",
    response={201: WebhookMade},
    auth=MANAGE_WEBHOOKS,
    operation_id="makeEmployerWebhook",
    summary=_("Make a webhook"),
    description=_(
        "From now on your system is told. The secret in the answer is shown once. There is one webhook for an address: "
        "asked again you get 409. Scope: webhooks:manage."
    ),
)
def make_employer_webhook(request: HttpRequest, response: HttpResponse, said: NewWebhook) -> WebhookMade:
    token, now = token_of(request), timezone.now()
    try:
        made, secret = actions.add_webhook(
            token.organisation, url=said.url, events=set(said.events), by=None, at=now, token=token.pk
        )
    except wire.NotOutward:
        detail = "is no address that we can send to: https, and reachable from the internet."
        raise Problem(422, f"url: {detail}", errors=[{"parameter": "url", "detail": detail}]) from None
    except actions.ListensAlready:
        raise Problem(409, "url: there is a webhook at this address already.") from None
    response.headers["Location"] = absolute(reverse("api:get_employer_webhook", kwargs={"id": made.uuid}))
    return WebhookMade(**_said(made).model_dump(), secret=secret)


@router.get(
    "/webhooks/{id}",
    response=WebhookSaid,
    auth=MANAGE_WEBHOOKS,
    operation_id="getEmployerWebhook",
    summary=_("Get a webhook"),
    description=_("As in the list; its secret is not told again. Scope: webhooks:manage."),
)
def get_employer_webhook(request: HttpRequest, id: UUID) -> WebhookSaid:
    return _said(_found(request, id))


@router.delete(
    "/webhooks/{id}",
    response={204: None},
    auth=MANAGE_WEBHOOKS,
    operation_id="removeEmployerWebhook",
    summary=_("Remove a webhook"),
    description=_("With its log; what waits is not sent. Scope: webhooks:manage."),
)
def remove_employer_webhook(request: HttpRequest, id: UUID) -> None:
    found, token = _found(request, id), token_of(request)
    actions.remove_webhook(found, by=None, at=timezone.now(), token=token.pk)


def _found(request: HttpRequest, id: UUID) -> Webhook:
    found: Webhook = get_object_or_404(Webhook.objects.filter(organisation=token_of(request).organisation), uuid=id)
    return found


def _said(webhook: Webhook) -> WebhookSaid:
    return WebhookSaid(
        id=webhook.uuid,
        url=webhook.url,
        events=webhook.events,
        state=webhook.state,
        made_at=local(webhook.made_at),
    )
