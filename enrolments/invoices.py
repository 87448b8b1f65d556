"""The lines that a provider's bookkeeping makes invoices of: one per order of an edition, and one per correction.

No payment is made here, and no invoice is numbered: that is the provider's own administration.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from courses.models import Course, Edition
from enrolments.models import Order
from enrolments.terms import vat_part
from lms.kernel.languages import in_language
from lms.kernel.spreadsheets import Cell


def headings() -> list[str]:
    words = [
        _("Line"), _("Kind"), _("Date"), _("Delivered from"), _("Delivered until"), _("Supplier"),
        _("Supplier's KvK number"), _("Supplier's VAT number"), _("Supplier's address"), _("Customer"),
        _("Customer's KvK number"), _("Customer's address"), _("Customer's e-mail address"), _("Purchase order"),
        _("Description"), _("Quantity"), _("Amount without VAT"), _("VAT (%)"), _("VAT"), _("Amount"),
        _("Explanation of the VAT"),
    ]  # fmt: skip
    return [capfirst(word) for word in words]  # some are labels of fields elsewhere


def invoice_lines(edition: Edition) -> Iterator[list[Cell]]:
    """What was ordered, and under it what was taken back; two queries, however many orders."""
    for order in Order.objects.all().to_invoice(edition):
        yield _line(order, _("order"), order.cents, order.concluded_at, 1)
        if order.correction_cents:
            yield _line(order, _("correction"), -order.correction_cents, order.corrected_at, 2)


def _line(order: Order, kind: str, cents: int, moment: datetime | None, number: int) -> list[Cell]:
    enrolment, edition = order.enrolment, order.enrolment.edition
    supplier, learner, employer = edition.provider, enrolment.learner, order.employer
    vat = vat_part(abs(cents), order.vat_regime) * (1 if cents > 0 else -1)
    is_taxed = order.vat_regime == Course.VatRegime.STANDARD_21
    return [
        f"{enrolment.code}-{number}",
        kind,
        timezone.localdate(moment) if moment else None,
        timezone.localdate(edition.starts_at) if edition.starts_at else None,
        timezone.localdate(edition.ends_at) if edition.ends_at else None,
        supplier.full_name or supplier.name,
        supplier.kvk_number,
        supplier.vat_number,
        _address(supplier.street, supplier.postcode, supplier.city),
        (employer.full_name or employer.name) if employer else learner.full_name,
        employer.kvk_number if employer else "",
        _address(employer.street, employer.postcode, employer.city) if employer else "",
        "" if employer else learner.email,
        order.reference,
        f"{in_language(edition.course, 'title')}, {edition.code}, {learner.full_name}",
        1,
        _euros(cents - vat),
        21 if is_taxed else None,
        _euros(vat),
        _euros(cents),
        _explanation(order.vat_regime),
    ]


def _euros(cents: int) -> Decimal:
    return (Decimal(cents) / 100).quantize(Decimal("0.01"))


def _address(street: str, postcode: str, city: str) -> str:
    return ", ".join(part for part in (street, f"{postcode} {city}".strip()) if part)


def _explanation(regime: str) -> str:
    return {
        Course.VatRegime.EXEMPT_CRKBO: _("Exempt from VAT (Wet OB 1968, article 11(1)(o))"),
        Course.VatRegime.OUT_OF_SCOPE_SUBSIDISED: _("Outside VAT (subsidised)"),
    }.get(Course.VatRegime(regime), "")
