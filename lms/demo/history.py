"""The plan, played through the actions at the moments it names, one edition in one transaction.

What lies in the past happens at its own moment: the codes on the learners' phones are those of that half minute, the
trainer signs off that evening, the certificate is dated that day.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from certificates.actions import issue_certificate, revoke_certificate, supersede_certificate
from certificates.models import Certificate
from courses.actions import PlannedSession, publish_edition, schedule_sessions
from courses.models import Course, Edition, Location, Room, Session
from enrolments import checkin
from enrolments.actions import (
    Answers,
    cancel_edition,
    check_in,
    close_session,
    enrol,
    record_attendance,
    record_result,
    revoke_grant,
    withdraw,
)
from enrolments.models import Attendance, Enrolment, Grant
from lms.demo.approvals import decide_on_some, want_approval
from lms.demo.people import DEMO, Learner, password, with_password
from lms.demo.planning import OFFER, Fate, PlannedEdition, Taking
from lms.kpis.actions import fund_edition
from lms.kpis.models import FundingProject
from lms.messages.actions import send_message
from lms.messages.models import Message
from lms.people.actions import find_or_create_employer, find_or_create_person, start_employment
from lms.people.models import Organisation, User

Status, Method = Attendance.Status, Attendance.Method
LATE = 40  # minutes, for who is partly present


class History:
    """Plays editions one after another up to a moment, and keeps what they all need at hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.courses = Course.objects.in_bulk(field_name="code")
        self.houses = Organisation.objects.exclude(code=None).in_bulk(field_name="code")
        self.locations = {one.organisation.code: one for one in Location.objects.select_related("organisation")}
        self.rooms = {str(one.uuid): one for one in Room.objects.all()}
        self.projects = FundingProject.objects.in_bulk(field_name="code")
        self.officer = User.objects.get(email=f"office{DEMO}")
        self.trainers: dict[str, User] = {}
        self.people: dict[str, User] = {}

    def trainer(self, ref: str, email: str) -> User:
        if ref not in self.trainers:
            self.trainers[ref] = User.objects.get(email=email)
        return self.trainers[ref]

    # An edition --------------------------------------------------------------------------------------------------

    @transaction.atomic
    def play(self, plan: PlannedEdition, trainer: User) -> Edition:
        """One edition from its first announcement to today."""
        edition = self._announce(plan, trainer)
        if plan.is_draft:
            return edition
        self._enrol(plan, edition)
        if plan.story == "approval":
            want_approval(edition.course, at=plan.meetings[0].starts_at)
        if plan.is_cancelled:
            cancel_edition(edition, by=self.officer, at=self.now - timedelta(days=6, hours=-10))
        else:
            for session in edition.sessions.all():
                if session.ends_at < self.now and not self._is_left_open(plan, session):
                    self._hold(plan, edition, session, trainer)
            self._assess(plan, edition, trainer)
            self._tell_story(plan, edition)
        deliver_messages()
        return edition

    def _announce(self, plan: PlannedEdition, trainer: User) -> Edition:
        house = self.houses[plan.lab]
        edition = Edition.objects.create(
            **({"uuid": plan.uuid} if plan.uuid else {}),
            code=plan.code,
            course=self.courses[plan.course["code"]],
            provider=house,
            mode=self.courses[plan.course["code"]].mode,
            location=self.locations[plan.lab],
            capacity=plan.capacity,
            minimum=plan.minimum,
            enrolment_opens_at=plan.opens_at,
            enrolment_closes_at=plan.closes_at,
            decide_by=plan.closes_at.date(),
        )
        edition.trainers.add(trainer)
        planned = [
            PlannedSession(
                title_nl=one.title_nl,
                title_en=one.title_en,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                break_minutes=one.break_minutes,
                mode=one.mode,
                room=self.rooms[one.room] if one.room else None,
                online_url="" if one.room else f"https://online.example/{plan.code.lower()}",
            )
            for one in plan.meetings
        ]
        schedule_sessions(edition, planned, by=self.officer)
        if not plan.is_draft:
            publish_edition(edition, by=self.officer, at=min(plan.opens_at, self.now) - timedelta(days=7))
            if plan.project:
                fund_edition(self.projects[plan.project], edition, by=self.officer)
        return edition

    # Enrolling ---------------------------------------------------------------------------------------------------

    def _enrol(self, plan: PlannedEdition, edition: Edition) -> None:
        dice = random.Random(f"{plan.code} enrolling")  # noqa: S311
        for taking in plan.takings:
            learner = self._person(taking)
            shares = (Grant.Scope.CERTIFICATE,) if taking.shares else ()
            enrolment = enrol(
                edition,
                learner,
                answers_of(taking.learner, shares),
                language=taking.learner.language,
                by=learner,
                at=taking.at,
            )
            if taking.fate is Fate.WITHDRAWS:
                days = (plan.closes_at - taking.at).total_seconds() / 86400
                withdraw(enrolment, by=learner, at=taking.at + timedelta(days=days * dice.random()))
        if plan.waiting and plan.course["code"] == OFFER:
            seated = edition.enrolments.filter(state=Enrolment.State.CONFIRMED).order_by("created_at").last()
            if seated is not None:
                withdraw(seated, by=seated.learner, at=self.now - timedelta(hours=8))

    def _person(self, taking: Taking) -> User:
        """The account, made just before the first enrolment, and the job that someone had long before it."""
        learner = taking.learner
        if learner.ref in self.people:
            return self.people[learner.ref]
        at = taking.at - timedelta(minutes=3)
        person = find_or_create_person(
            learner.email,
            language=learner.language,
            at=at,
            given_name=learner.given_name,
            name_prefix=learner.name_prefix,
            family_name=learner.misspelt or learner.family_name,
        )
        if person.date_joined == at:  # new, and not found from an earlier run
            if learner.uuid:
                person.uuid = learner.uuid
            person.initials = learner.initials
            person.save(update_fields=["uuid", "initials"])
            if learner.email.endswith(DEMO):
                with_password(person, password())
            if learner.employer:
                employer = find_or_create_employer(
                    name=learner.employer, kvk_number=learner.employer_kvk, by=person, at=at
                )
                since = at.date() - timedelta(days=365 * learner.years_employed)
                start_employment(person, employer, by=person, on=since)
        self.people[learner.ref] = person
        return person

    # Sessions ----------------------------------------------------------------------------------------------------

    def _is_left_open(self, plan: PlannedEdition, session: Session) -> bool:
        """In the running edition the trainer has yet to sign off the last session."""
        last_held = session.ends_at > self.now - timedelta(days=7)
        return plan.story == "running" and last_held

    def _hold(self, plan: PlannedEdition, edition: Edition, session: Session, trainer: User) -> None:
        """One session: learners check in with the code on the wall, the trainer notes who was not there, signs off."""
        dice = random.Random(f"{plan.code} {session.number}")  # noqa: S311
        takings = {taking.learner.email: taking for taking in plan.takings}
        online = session.mode == "online"
        for enrolment in edition.enrolments.taking_part().select_related("learner", "employer"):
            taking = takings[enrolment.learner.email]
            status, minutes = presence(plan, session, taking, dice)
            was_there = status in (Status.PRESENT, Status.PARTIAL)
            if was_there and dice.random() < 0.985:  # now and then someone forgets the phone
                late = LATE if status == Status.PARTIAL else 0
                at = session.starts_at + timedelta(minutes=late + dice.randint(-9, 12), seconds=dice.randint(0, 59))
                method = Method.PIN if online or dice.random() < 0.25 else Method.QR
                code = checkin.code_at(session.uuid, at)
                check_in(enrolment, session, code, method=method, by=self._person(taking), at=at)
            if status != Status.PRESENT:
                noted_at = session.starts_at + timedelta(minutes=dice.randint(15, 55))
                record_attendance(session, enrolment, status, minutes=minutes, by=trainer, at=noted_at)
        if plan.story == "late sign-off" and session.number == 2:
            signed_at = session.ends_at + timedelta(days=11)
            close_session(session, by=self.officer, at=signed_at, reason="Trainer was langere tijd afwezig.")
        else:
            close_session(session, by=trainer, at=session.ends_at + timedelta(minutes=dice.randint(2, 50)))
        self._issue(edition)

    def _assess(self, plan: PlannedEdition, edition: Edition, trainer: User) -> None:
        """Results come in the week after; a resit some weeks later, and its certificate replaces the first."""
        if not plan.meetings[-1].ends_at < self.now:
            return
        dice = random.Random(f"{plan.code} results")  # noqa: S311
        assessments = list(edition.course.assessments.all())
        fates = {taking.learner.email: taking.fate for taking in plan.takings}
        absent = (Fate.STAYS_AWAY, Fate.NO_SHOW)
        for enrolment in edition.enrolments.taking_part().select_related("learner"):
            fate = fates[enrolment.learner.email]
            if fate in absent:
                continue
            for assessment in assessments:
                handed_in = plan.meetings[-1].ends_at
                if plan.story == "approval":  # the assessor took long
                    handed_in = max(handed_in, self.now - timedelta(days=9))
                at = min(handed_in + timedelta(days=dice.randint(1, 6), minutes=90), self._lately())
                record_result(enrolment, assessment, fate is Fate.COMPLETES, by=trainer, at=at)
                self._issue(edition)
                if fate is Fate.PASSES_RESIT:
                    again = min(at + timedelta(days=dice.randint(14, 24)), self._lately())
                    record_result(enrolment, assessment, True, by=trainer, at=again)
                    self._issue(edition)

    def _lately(self) -> datetime:
        return self.now - timedelta(hours=7)

    def _issue(self, edition: Edition) -> None:
        """What the worker would do, a few minutes after each certificate was asked for."""
        for certificate in Certificate.objects.waiting().filter(enrolment__edition=edition):
            issue_certificate(certificate, at=certificate.requested_at + timedelta(minutes=2))

    # What makes one edition different ----------------------------------------------------------------------------

    def _tell_story(self, plan: PlannedEdition, edition: Edition) -> None:
        issued = Certificate.objects.issued().filter(enrolment__edition=edition).select_related("enrolment__learner")
        if plan.story == "revoked":
            certificate = issued.filter(kind=edition.course.certificate_kind).earliest("pk")
            revoke_certificate(
                certificate,
                public_reason=Certificate.Reason.CONDITIONS,
                inside_reason="De praktijkopdracht bleek van een ander te zijn; besproken met de deelnemer.",
                by=self.officer,
                at=certificate.issued_at + timedelta(days=30),
            )
        elif plan.story == "corrected":
            learner = next(taking.learner for taking in plan.takings if taking.learner.misspelt)
            certificate = issued.get(enrolment__learner__email=learner.email)
            person = certificate.enrolment.learner
            person.family_name = learner.family_name
            person.save(update_fields=["family_name"])
            supersede_certificate(certificate, by=self.officer, at=certificate.issued_at + timedelta(days=9))
            self._issue(edition)
        elif plan.story == "approval":
            decide_on_some(edition, now=self.now)
            self._issue(edition)
        elif plan.story == "late sign-off":
            grant = Grant.objects.active().filter(enrolment__edition=edition).exclude(learner__email__endswith=DEMO)
            if (given := grant.select_related("enrolment", "learner").first()) is not None:
                revoke_grant(given, by=given.learner, at=plan.meetings[-1].ends_at + timedelta(days=40))


def presence(plan: PlannedEdition, session: Session, taking: Taking, dice: random.Random) -> tuple[str, int | None]:
    """How someone was there. Who is to complete misses at most one session, and only where the rule allows it."""
    share = plan.course["certificate"]["attendance_threshold_pct"]
    count = len(plan.meetings)
    chance = dice.random()
    match taking.fate:
        case Fate.NO_SHOW:
            return (Status.ABSENT, None)
        case Fate.STAYS_AWAY if count == 1:
            return (Status.PARTIAL, session.countable_minutes // 2)
        case Fate.STAYS_AWAY if session.number > count // 2:
            return (Status.ABSENT_WITH_NOTICE if chance < 0.6 else Status.ABSENT, None)
    if share == 100:
        return (Status.PRESENT, None)
    if missable(plan) == session.number and hash_of(taking.learner.ref) % 9 == 0:
        return (Status.ABSENT_WITH_NOTICE, None)
    if chance < 0.05 and session.number != missable(plan) and hash_of(taking.learner.ref) % 9:
        return (Status.PARTIAL, session.countable_minutes - LATE)
    return (Status.PRESENT, None)


def missable(plan: PlannedEdition) -> int | None:
    """The number of a session without which enough is left to complete."""
    minutes = [int((one.ends_at - one.starts_at).total_seconds() // 60) - one.break_minutes for one in plan.meetings]
    for number, one in reversed(list(enumerate(minutes, start=1))):
        if (sum(minutes) - one) * 100 >= 84 * sum(minutes):
            return number
    return None


def hash_of(text: str) -> int:
    """A number that is the same in every process, unlike Python's own hash."""
    return sum(ord(letter) * place for place, letter in enumerate(text, start=1))


def answers_of(learner: Learner, shares: tuple[str, ...]) -> Answers:
    """What the enrolment page would have sent."""
    return Answers(
        category=learner.category,
        given_name=learner.given_name,
        name_prefix=learner.name_prefix,
        family_name=learner.misspelt or learner.family_name,
        employer_name=learner.employer,
        employer_kvk=learner.employer_kvk,
        sector_left=learner.sector_left,
        sector_sought=learner.sector_sought,
        institution=learner.institution,
        shares=shares,
    )


def deliver_messages() -> None:
    """Mark what was written as sent at its own moment; the mail server of building.quietly takes and forgets it.

    What was written last night waits for the morning, as it would.
    """
    for message in Message.objects.due(timezone.now()):
        send_message(message, at=message.try_at)
