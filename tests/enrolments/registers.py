"""What tests about the register share: a session that has begun, who looks at it, and what its form sends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Edition, Session
from enrolments.models import Enrolment
from lms.people.models import User


@pytest.fixture
def session(edition: Edition) -> Session:
    return edition.sessions.get(number=1)


@pytest.fixture
def during(clock, session):
    """Half an hour into the first session."""
    clock.move_to(session.starts_at + timedelta(minutes=30))
    return clock


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, session: Session, **also: str) -> str:
    return reverse(f"enrolments:{name}", kwargs={"session": session.uuid} | also)


def said(*choices: tuple[Enrolment, str, str, str]) -> dict[str, str]:
    """What the form sends: per person what is ticked, the minutes, and what the page showed before."""
    data = {}
    for enrolment, status, minutes, was in choices:
        data |= {
            f"{enrolment.code}-status": status,
            f"{enrolment.code}-minutes": minutes,
            f"{enrolment.code}-was": was,
        }
    return data


HTMX = {"HTTP_HX_REQUEST": "true"}
