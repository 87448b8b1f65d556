"""What the tests of figures share: a way to attend, and a way to write a fact by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from courses.models import Session
from enrolments import checkin
from enrolments.actions import check_in, close_session, record_attendance
from enrolments.models import Attendance, Enrolment
from lms.kpis.models import Evidence, Fact, FundingProject
from tests.factories import NOW

_numbers = count(1)


def write_fact(
    kind: str = Fact.Kind.ATTENDANCE, *, on: date = date(2027, 3, 4), quantity: int = 390, **said: Any
) -> Fact:
    """One fact of an invented person; what matters to a test it says itself."""
    said.setdefault("person", uuid4())
    said.setdefault("category", "employee")
    said.setdefault("course_code", "p-02")
    said.setdefault("edition_code", "cobots-27-2")
    return Fact.objects.create(
        kind=kind,
        key=said.pop("key", f"{kind}:{next(_numbers)}"),
        quantity=quantity,
        counts_on=on,
        recorded_at=NOW,
        **said,
    )


def write_certificate(person: UUID | None = None, *, kind: str = "assessed", **said: Any) -> Fact:
    return write_fact(Fact.Kind.CERTIFICATE, quantity=1, person=person or uuid4(), certificate_kind=kind, **said)


def write_evidence(fact: Fact, code: str, subject: str = "enrolments.Enrolment:0") -> Evidence:
    return Evidence.objects.create(fact=fact, code=code, subject=subject, sha256="0" * 64, captured_at=NOW)


def check(enrolment: Enrolment, session: Session) -> None:
    """The learner types the code of the wall at the start of the session."""
    code = checkin.code_at(session.uuid, session.starts_at)
    check_in(enrolment, session, code, method=Attendance.Method.PIN, by=None, at=session.starts_at)


def hold(session: Session, *present: Enrolment, partly: dict[Enrolment, int] | None = None, sign: bool = True) -> None:
    """A session: who is present checks in, everyone else is absent, the trainer signs off."""
    partly = partly or {}
    for enrolment in session.edition.enrolments.taking_part():
        if enrolment in present or enrolment in partly:
            check(enrolment, session)
        if enrolment in partly:
            status, minutes = Attendance.Status.PARTIAL, partly[enrolment]
            record_attendance(session, enrolment, status, minutes=minutes, by=None, at=session.starts_at)
        elif enrolment not in present:
            record_attendance(session, enrolment, Attendance.Status.ABSENT, by=None, at=session.starts_at)
    if sign:
        close_session(session, by=None, at=session.ends_at)


@pytest.fixture
def project(db: None) -> Callable[[str], FundingProject]:
    """Makes a grant that runs through 2027."""

    def make(code: str) -> FundingProject:
        return FundingProject.objects.create(
            code=code,
            name_nl=f"Subsidie {code}",
            name_en=f"Grant {code}",
            fund="ERDF",
            starts_on=date(2027, 1, 1),
            ends_on=date(2027, 12, 31),
        )

    return make


TODAY = timezone.localdate(NOW)
TOMORROW = TODAY + timedelta(days=1)
