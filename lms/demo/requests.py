"""Requests that wait for an answer, and someone who pays: one of a provider, a talk, an employer, a private order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from courses.actions import save_edition
from courses.models import Edition
from enrolments.actions import Answers, enrol, plan_talk
from enrolments.models import Approval, Enrolment
from lms.demo.people import password, with_password
from lms.people.actions import find_or_create_person
from lms.people.models import Organisation, Role, User

ASKED_BEFORE = timedelta(days=2)
PEOPLE = (("Ilse", "Aanvraag"), ("Joris", "Gesprek"), ("Karin", "Werkgever"), ("Lex", "Particulier"))


def put_down_requests(now: datetime) -> None:
    """On the last editions that take enrolments, so that the first ones stay open to everyone. Twice is once."""
    if User.objects.filter(email="aanvraag1@deelnemer.example").exists():
        return
    asked_at = now - ASKED_BEFORE
    far = (
        Edition.objects.open_at(asked_at).filter(starts_at__gt=now + timedelta(days=21)).order_by("-starts_at", "code")
    )
    editions = [edition for edition in far.select_related("course") if edition.seats_free > 1][: len(PEOPLE)]
    if len(editions) < len(PEOPLE):
        return
    for_provider, for_talk, for_employer, for_payer = editions
    for_provider.needs_approval = for_talk.needs_intake = True
    for edition in (for_provider, for_talk):
        save_edition(edition, by=None)
    employer = Organisation.objects.filter(memberships__role=Role.HR).order_by("pk").last()
    if employer is not None:
        employer.approves_enrolments = True
        employer.save(update_fields=["approves_enrolments"])
    _enrol(1, for_provider, asked_at, category="student", institution="mboRijnland")
    talk = _enrol(2, for_talk, asked_at, category="student", institution="Hogeschool Inholland")
    plan_talk(
        talk.approvals.get(kind=Approval.Kind.INTAKE), talk_at=now + timedelta(days=3), place="Telefonisch",
        by=None, at=now - timedelta(days=1),
    )  # fmt: skip
    if employer is not None:
        _enrol(
            3, for_employer, asked_at, category="employee", employer_name=employer.name,
            employer_kvk=employer.kvk_number,
        )  # fmt: skip
    payer = _enrol(4, for_payer, asked_at, category="other")
    with_password(payer.learner, password())  # to try the withdrawal of a contract, as every demo account


def _enrol(number: int, edition: Edition, at: datetime, **said: Any) -> Enrolment:
    given_name, family_name = PEOPLE[number - 1]
    person = find_or_create_person(
        f"aanvraag{number}@deelnemer.example", language="nl", at=at, given_name=given_name, family_name=family_name
    )
    answers = Answers(given_name=given_name, family_name=family_name, **said)
    return enrol(edition, person, answers, language="nl", by=person, at=at)
