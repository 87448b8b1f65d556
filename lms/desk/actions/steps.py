"""A step's way: described by the desk, signed by the company, seen by a second person, and then counted."""

from __future__ import annotations

from datetime import date, datetime
from typing import IO, Any

from django.core.files import File
from django.db import transaction

from lms.desk import evidence, letters
from lms.desk.models import Request, Step
from lms.kernel import counting
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.post import post
from lms.kernel.states import TransitionRefused, move
from lms.people.models import User

State = Step.State


class NotReached(Exception):
    """A step follows on an answer: the company was not reached yet."""


class NotASecondPerson(Exception):
    """Who described a step may not verify it."""


@transaction.atomic
def describe_step(
    request: Request,
    *,
    size: str,
    type: str,
    before: str,
    description: str,
    taken_on: date,
    by: User | None,
    at: datetime,
) -> Step:
    """Write down what a company changed, and ask the company to confirm it in its own words."""
    require(by, "answer", request)
    if request.answered_at is None or request.organisation is None:
        raise NotReached
    step = Step.objects.create(
        request=request,
        organisation=request.organisation,
        size=size,
        type=type,
        before=before,
        description=description,
        taken_on=taken_on,
        described_by=by,
        described_at=at,
    )
    Event.record(step, "step.described", by=by, at=at)
    Event.record(request, "request.step_described", by=by, at=at, data={"step": step.pk})
    if request.contact_email:
        post(letters.step_to_sign(step), at=at)
    return step


@transaction.atomic
def sign_by_link(step: Step, *, statement: str, signer_name: str, signer_role: str, at: datetime) -> Step:
    """The company confirms the step from its own page. What it put its name under is sealed by a hash."""
    step.statement, step.signer_name, step.signer_role, step.signed_at = statement, signer_name, signer_role, at
    return _signed(
        step, Step.Way.LINK, counting.fingerprint(evidence.statement_of(step)), by=None, at=at, statement=statement,
        signer_name=signer_name, signer_role=signer_role,
    )  # fmt: skip


@transaction.atomic
def sign_by_document(
    step: Step, document: IO[bytes], *, signer_name: str, signer_role: str, by: User | None, at: datetime
) -> Step:
    """The company signed on paper; the desk keeps the document, sealed by its hash."""
    require(by, "edit", step)
    if step.state != State.DESCRIBED:
        raise TransitionRefused(f"Step {step.pk} was signed already.")
    step.document.save("statement.pdf", File(document), save=False)
    step.signed_way = Step.Way.FILE
    return _signed(
        step, Step.Way.FILE, evidence.statement_digest(step), by=by, at=at, document=step.document.name,
        signer_name=signer_name, signer_role=signer_role,
    )  # fmt: skip


def _signed(step: Step, way: str, sha256: str, *, by: User | None, at: datetime, **said: Any) -> Step:
    move(
        step,
        to=State.SIGNED,
        allowed=Step.TRANSITIONS,
        by=by,
        verb="step.signed",
        at=at,
        data={"way": way},
        signed_at=at,
        signed_way=way,
        statement_sha256=sha256,
        **said,
    )
    return step


@transaction.atomic
def verify_step(step: Step, *, by: User | None, at: datetime) -> Step:
    """A second person has seen description and statement: from now on the step counts, on the day it was taken."""
    require(by, "verify", step)
    if by is not None and by == step.described_by:
        raise NotASecondPerson
    move(
        step,
        to=State.VERIFIED,
        allowed=Step.TRANSITIONS,
        by=by,
        verb="step.verified",
        at=at,
        verified_by=by,
        verified_at=at,
        counts=evidence.counts(step.organisation),
    )
    if step.counts:
        counting.count(evidence.step_taken(step), at=at)
    return step


@transaction.atomic
def drop_step(step: Step, reason: str, *, by: User | None, at: datetime) -> Step:
    """It was no step, or it is described anew. What was counted is taken back."""
    require(by, "verify" if step.state == State.VERIFIED else "edit", step)
    move(step, to=State.DROPPED, allowed=Step.TRANSITIONS, by=by, verb="step.dropped", at=at, dropped_reason=reason)
    counting.take_back(evidence.step_key(step), at=at)
    return step
