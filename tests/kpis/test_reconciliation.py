"""The ledger against the domain: equal after any course of things, and every difference is named."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from courses.models import Edition
from enrolments.actions import reopen_session
from enrolments.models import Attendance, Enrolment
from lms.kpis.models import Fact
from lms.kpis.reconciliation import Difference, reconcile
from tests.kpis.conftest import hold, write_fact


def test_the_ledger_equals_the_domain_also_after_a_correction(enrolled: Enrolment, edition: Edition):
    first, second = edition.sessions.all()[:2]
    hold(first, enrolled)
    hold(second, partly={enrolled: 100})
    first.refresh_from_db()
    reopen_session(first, by=None, at=first.ends_at + timedelta(days=1), reason="Verkeerde lijst.")
    assert Fact.objects.count() == 3
    assert reconcile() == []


def test_what_the_ledger_lacks_is_named(enrolled: Enrolment, edition: Edition):
    session = edition.sessions.first()
    hold(session, enrolled)
    Attendance.objects.update(minutes=200)
    key = f"attendance:{Attendance.objects.get().pk}"
    assert reconcile() == [Difference(key, 200, 390)]


def test_what_the_domain_lacks_is_named_and_the_command_fails(db: None):
    write_fact(key="attendance:999")
    out = StringIO()
    with pytest.raises(CommandError, match="1 difference"):
        call_command("reconcile", stdout=out)
    assert "attendance:999: domain None, ledger 390" in out.getvalue()


def test_the_command_says_when_all_is_well(db: None):
    out = StringIO()
    call_command("reconcile", stdout=out)
    assert "equals" in out.getvalue()
