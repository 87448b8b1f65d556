"""What a visitor filled in and never finished is gone after a day, as the register of personal data says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from enrolments.actions import forget_holds
from enrolments.models import SeatHold
from tests.factories import EditionFactory, SeatHoldFactory

pytestmark = pytest.mark.django_db


def test_what_was_filled_in_is_gone_after_a_day(now: datetime) -> None:
    old = SeatHoldFactory(created_at=now - timedelta(days=1))
    young = SeatHoldFactory(created_at=now - timedelta(hours=23, minutes=59))
    assert forget_holds(at=now) == 1
    assert list(SeatHold.objects.all()) == [young]
    assert not SeatHold.objects.filter(pk=old.pk).exists()


def test_one_that_still_has_its_seat_waits_until_that_is_given_back(now: datetime) -> None:
    edition = EditionFactory(seats_taken=1)
    SeatHoldFactory(edition=edition, has_seat=True, created_at=now - timedelta(days=2))
    assert forget_holds(at=now) == 0
    assert SeatHold.objects.count() == 1
