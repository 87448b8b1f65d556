"""How the desk's rows prove a figure: what is hashed, what an auditor reads, which keys should have been counted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lms.desk.models import Presence, Request, Step
from lms.kernel.counting import Countable, Proof, Told, Witness, fingerprint
from lms.kernel.formats import date_time, plain_date
from lms.people.models import Organisation

# Kinds of facts and codes of evidence, as the ledger names them.
CONTACT, STEP = "org_contact", "org_step"
REACH, STATEMENT = "EV-REACH", "EV-STEP"


def counts(organisation: Organisation) -> bool:
    """Whether reaching this organisation is a result: not when it is one of those who run or pay the programme."""
    is_of_the_programme = (
        organisation.is_partner
        or organisation.is_funder
        or organisation.is_programme_office
        or organisation.is_provider
        or organisation.lab_kind
    )
    return not is_of_the_programme


# What counts ----------------------------------------------------------------------------------------------------------


def contact_by_request(request: Request, organisation: Organisation, day: Any) -> Countable:
    """Two-way contact: a question and an answer to it."""
    return Countable(
        CONTACT,
        request_key(request),
        day,
        {**_of(organisation), "category": request.kind, "provider_code": _code(request.routed_to)},
        [Proof(REACH, request)],
    )


def contact_by_meeting(presence: Presence, day: Any) -> Countable:
    """A company was at a meeting of its peer group."""
    host = presence.meeting.group.host
    dimensions = {**_of(presence.organisation), "category": "meeting", "provider_code": _code(host)}
    return Countable(CONTACT, presence_key(presence), day, dimensions, [Proof(REACH, presence)])


def step_taken(step: Step) -> Countable:
    """A step with its statement, both seen by a second person."""
    dimensions = {**_of(step.organisation), "category": step.size, "provider_code": _code(step.request.routed_to)}
    proofs = [Proof(REACH, step.request), Proof(STATEMENT, step)]
    return Countable(STEP, step_key(step), step.taken_on, dimensions, proofs)


def request_key(request: Request) -> str:
    return f"request:{request.pk}"


def presence_key(presence: Presence) -> str:
    return f"presence:{presence.pk}"


def step_key(step: Step) -> str:
    return f"step:{step.pk}"


def _of(organisation: Organisation) -> dict[str, Any]:
    """The organisation as it is that day: growing later changes nothing."""
    return {
        "employer": organisation.uuid,
        "employer_kvk": organisation.kvk_number,
        "employer_size": organisation.size,
        "sbi_code": organisation.sbi_code,
    }


def _code(house: Organisation | None) -> str:
    return (house.code or "") if house else ""


# What should have been counted ----------------------------------------------------------------------------------------


def keys_of_contacts() -> Iterable[str]:
    """Answered questions and presences of companies. Spam was never answered."""
    answered = Request.objects.filter(counts=True, answered_at__isnull=False).order_by()
    yield from (f"request:{pk}" for pk in answered.values_list("pk", flat=True).iterator())
    present = Presence.objects.filter(counts=True).order_by()
    yield from (f"presence:{pk}" for pk in present.values_list("pk", flat=True).iterator())


def keys_of_steps() -> Iterable[str]:
    verified = Step.objects.verified().filter(counts=True).order_by()
    yield from (f"step:{pk}" for pk in verified.values_list("pk", flat=True).iterator())


# Evidence -------------------------------------------------------------------------------------------------------------


def request_record(request: Request) -> dict[str, Any]:
    """Date, channel, topic and the role of the contact person: what proof of contact must hold, and no name."""
    return {
        "code": request.code,
        "organisation": str(request.organisation.uuid) if request.organisation else None,
        "channel": request.channel,
        "topic": request.topic.code if request.topic else None,
        "role": request.contact_role,
        "asked_at": request.asked_at,
        "answered_at": request.answered_at,
    }


def presence_record(presence: Presence) -> dict[str, Any]:
    return {
        "organisation": str(presence.organisation.uuid),
        "group": presence.meeting.group.code,
        "meeting": str(presence.meeting.uuid),
        "starts_at": presence.meeting.starts_at,
        "recorded_at": presence.recorded_at,
    }


def step_record(step: Step) -> dict[str, Any]:
    """Before and after, the date, and the statement's digest as it can be worked out now."""
    return {
        "step": str(step.uuid),
        "organisation": str(step.organisation.uuid),
        "size": step.size,
        "type": step.type,
        "before": step.before,
        "description": step.description,
        "taken_on": step.taken_on,
        "signed_at": step.signed_at,
        "statement": statement_digest(step),
    }


def statement_digest(step: Step) -> str:
    """Over the document where there is one, read from the store itself; else over what the company confirmed."""
    if step.signed_way == Step.Way.FILE:
        try:
            with step.document.open("rb") as document:
                return hashlib.file_digest(document, "sha256").hexdigest()
        except (FileNotFoundError, ValueError):
            return ""
    return fingerprint(statement_of(step))


def statement_of(step: Step) -> dict[str, Any]:
    """What a company puts its name under."""
    return {
        "step": str(step.uuid),
        "before": step.before,
        "description": step.description,
        "taken_on": step.taken_on,
        "statement": step.statement,
        "signer_name": step.signer_name,
        "signer_role": step.signer_role,
        "signed_at": step.signed_at,
    }


def request_told(request: Request) -> Told:
    return [
        (_("Company"), str(request.organisation or request.company_name)),
        (_("Number"), request.grouped_code),
        (_("Came by"), str(request.get_channel_display())),
        (_("Topic"), str(request.topic or _("not known yet"))),
        (_("Role of the contact person"), request.contact_role),
        (_("Asked at"), date_time(request.asked_at)),
        (_("First answered at"), date_time(request.answered_at) if request.answered_at else ""),
    ]


def presence_told(presence: Presence) -> Told:
    return [
        (_("Company"), str(presence.organisation)),
        (_("Peer group"), presence.meeting.group.name),
        (_("Meeting"), presence.meeting.topic),
        (_("When"), date_time(presence.meeting.starts_at)),
        (_("Recorded at"), date_time(presence.recorded_at)),
    ]


def step_told(step: Step) -> Told:
    return [
        (_("Company"), str(step.organisation)),
        (_("Kind of step"), f"{step.get_type_display()}, {step.get_size_display()}"),
        (_("Taken on"), plain_date(step.taken_on)),
        (_("How it was before"), step.before),
        (_("What changed"), step.description),
        (_("In the company's own words"), step.statement),
        (_("Signed by"), ", ".join(part for part in (step.signer_name, step.signer_role) if part)),
        (_("Signed at"), date_time(step.signed_at) if step.signed_at else ""),
        (_("Signed how"), str(step.get_signed_way_display())),
        (_("Adviser"), str(step.described_by or "")),
        (_("Verified by"), str(step.verified_by or "")),
    ]


def step_files(step: Step) -> Told:
    if not step.document:
        return []
    return [(_("Download the signed document"), reverse("desk:statement_file", args=[step.uuid]))]


WITNESSES = {
    Request: Witness(lambda: Request.objects.select_related("organisation", "topic"), request_record, request_told),
    Presence: Witness(
        lambda: Presence.objects.select_related("organisation", "meeting__group"), presence_record, presence_told
    ),
    Step: Witness(
        lambda: Step.objects.select_related("organisation", "described_by", "verified_by"),
        step_record,
        step_told,
        step_files,
    ),
}
