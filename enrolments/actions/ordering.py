"""Ordering a place, and going back on it. The caller of the first three holds the edition's lock."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from courses.actions import lock_edition
from courses.models import Edition
from enrolments import signals
from enrolments.models import Enrolment, LearnerCategory, Order
from enrolments.pricing import charge
from enrolments.terms import owed_for_held, vat_part, withdrawal_until
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import TransitionRefused
from lms.people.models import Organisation, User

Payer = Order.Payer


def who_pays(edition: Edition, category: str, employer: Organisation | None) -> tuple[Order.Payer, str, int]:
    """By whom, at which price, how many cents. An employee's employer pays, others themselves; at no price nobody."""
    audience, cents = charge(edition.course.prices.all(), category, employer)
    payer = Payer.EMPLOYER if employer else Payer.SELF
    return (payer if cents else Payer.FUNDED), audience, cents


def place_order(enrolment: Enrolment, *, reference: str, early_start: bool, by: User | None, at: datetime) -> Order:
    """Freeze what this enrolment costs, by whom it is paid, and that an early start was asked for.

    Of who pays themselves the self-employed do not as a private person.
    """
    course = enrolment.edition.course
    payer, audience, cents = who_pays(enrolment.edition, enrolment.category, enrolment.employer)
    order = Order.objects.create(
        enrolment=enrolment,
        payer=payer,
        is_consumer=payer == Payer.SELF and enrolment.category != LearnerCategory.SELF_EMPLOYED,
        employer=enrolment.employer if payer == Payer.EMPLOYER else None,
        audience=audience,
        cents=cents,
        vat_regime=course.vat_regime,
        vat_cents=vat_part(cents, course.vat_regime),
        reference=reference if payer == Payer.EMPLOYER else "",
        terms_version=enrolment.terms_version,
        ordered_at=at,
        early_start_asked_at=at if early_start and payer == Payer.SELF else None,
    )
    Event.record(order, "order.placed", by=by, at=at, data={"cents": cents, "payer": payer})
    return order


def conclude_order(enrolment: Enrolment, *, early_start: bool = False, by: User | None, at: datetime) -> None:
    """The place is certain: from now on it is owed, and the days to go back on it count.

    ``early_start``: a private person asked now for lessons within those days.
    """
    order = getattr(enrolment, "order", None)
    if order is None:
        return
    if early_start and order.needs_early_start(enrolment.edition.starts_at, at):
        order.early_start_asked_at = at
        order.save(update_fields=["early_start_asked_at"])
        Event.record(order, "order.early_start_asked", by=by, at=at)
    if order.concluded_at is not None:
        return
    order.concluded_at = at
    order.withdrawal_until = withdrawal_until(at) if order.is_consumer else None
    order.save(update_fields=["concluded_at", "withdrawal_until"])
    Event.record(order, "order.concluded", by=by, at=at)


def carry_order(
    enrolment: Enrolment, moved: Enrolment, *, early_start: bool = False, by: User | None, at: datetime
) -> None:
    """Someone changes editions: the price, the terms and the days to go back on it stay those of the first order.

    What was ordered first is taken back when that enrolment ends (``correct_order``), so nothing is owed twice. Who has
    to accept the new place first (an offer) is bound by nothing until then: only the price and its terms go along.
    """
    first = Order.objects.filter(enrolment=enrolment).first()
    if first is None:
        return
    own = ("id", "enrolment", "correction_cents", "corrected_at", "withdrawn_at")
    agreed = {field.name: getattr(first, field.name) for field in Order._meta.fields if field.name not in own}
    is_certain = moved.state == Enrolment.State.CONFIRMED
    if not is_certain:
        agreed |= {"concluded_at": None, "withdrawal_until": None, "early_start_asked_at": None}
    carried = Order.objects.create(enrolment=moved, **agreed)
    Event.record(carried, "order.carried", by=by, at=at, data={"from": first.pk})
    if is_certain:
        conclude_order(moved, early_start=early_start, by=by, at=at)


def correct_order(enrolment: Enrolment, *, by: User | None, at: datetime) -> None:
    """The enrolment ended. Before the start nothing is owed any more; after it, the provider's terms decide."""
    starts_at = enrolment.edition.starts_at
    order = Order.objects.filter(enrolment=enrolment, corrected_at=None).exclude(concluded_at=None).first()
    if order is None or (starts_at is not None and starts_at <= at):
        return
    _take_back(order, order.cents, by=by, at=at)


def _take_back(order: Order, cents: int, *, by: User | None, at: datetime) -> None:
    order.correction_cents, order.corrected_at = cents, at
    order.save(update_fields=["correction_cents", "corrected_at", "withdrawn_at"])
    Event.record(order, "order.corrected", by=by, at=at, data={"cents": cents})


@transaction.atomic
def withdraw_contract(order: Order, *, by: User | None, at: datetime) -> Order:
    """A private learner goes back on the contract, within the term and without a reason.

    What was held is owed only where an early start was asked for. Raises TransitionRefused when the term is over, or
    all was given as asked; the seat goes to who waits first.
    """
    from enrolments.actions.enrolling import withdraw  # which itself concludes and corrects orders

    enrolment = order.enrolment
    require(by, "withdraw", enrolment)
    edition = lock_edition(enrolment.edition)
    order.refresh_from_db()
    enrolment.refresh_from_db()
    if not order.may_be_withdrawn(at) or (edition.ends_at is not None and edition.ends_at <= at):
        raise TransitionRefused(f"The contract of {enrolment.code} can no longer be withdrawn.")
    order.withdrawn_at = at
    owed = owed_for_held(order.cents, edition.sessions.all(), at) if order.early_start_asked_at else 0
    _take_back(order, order.cents - owed, by=by, at=at)
    Event.record(order, "order.withdrawn", by=by, at=at)
    if enrolment.state == Enrolment.State.CONFIRMED:
        withdraw(enrolment, by=by, at=at)
    signals.contract_withdrawn.send(Order, order=order, at=at)
    return order
