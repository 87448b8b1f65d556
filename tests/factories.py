"""The smallest valid thing of every kind, with traits for its states; nothing in here is thrown by dice.

An enrolment made here takes its seat, as one made by an action does, so that the edition's counter stays true.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from courses.actions import claim_seat
from courses.models import Course, Edition, LearningOutcome, Location, Mode, Price, Room, Session
from enrolments.actions import Answers
from enrolments.models import Assessment, Attendance, Enrolment, Grant, LearnerCategory, Result, SeatHold
from lms.people.models import Employment, Membership, Organisation, Role, User

# Monday morning, a month before the editions of the cast begin.
NOW = datetime(2027, 2, 8, 10, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
FIRST_DAY = datetime(2027, 3, 4, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))  # a Thursday


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisatie {n}")

    class Params:
        provider = factory.Trait(
            code=factory.Sequence(lambda n: f"lab-{n}"), is_provider=True, lab_kind=Organisation.LabKind.FIELD_LAB
        )
        employer = factory.Trait(is_employer=True, kvk_number=factory.Sequence(lambda n: f"{10_000_000 + n}"))
        programme_office = factory.Trait(is_programme_office=True)


class UserFactory(DjangoModelFactory):
    """Someone who signs in by mailed code. Whoever tests a password sets one."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"persoon{n}@voorbeeld.example")
    given_name = "Sam"
    family_name = factory.Sequence(lambda n: f"Persoon {n}")
    date_joined = NOW - timedelta(days=100)
    password = "!"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.COORDINATOR
    starts_on = (NOW - timedelta(days=100)).date()


class EmploymentFactory(DjangoModelFactory):
    class Meta:
        model = Employment

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory, employer=True)
    starts_on = (NOW - timedelta(days=100)).date()


class CourseFactory(DjangoModelFactory):
    class Meta:
        model = Course

    code = factory.Sequence(lambda n: f"c-{n:02d}")
    kind = Course.Kind.PROGRAMME
    provider = factory.SubFactory(OrganisationFactory, provider=True)
    title_nl = factory.Sequence(lambda n: f"Opleiding {n}")
    title_en = factory.Sequence(lambda n: f"Course {n}")
    summary_nl = "Je leert werken met een machine."
    summary_en = "You learn to work with a machine."
    audience_nl = "Voor mensen uit de maakindustrie."
    audience_en = "For people in manufacturing."
    level_label_nl = "mbo-niveau 3 en 4"
    level_label_en = "vocational level 3 and 4"
    mode = Mode.ONSITE
    format_nl = "In het fieldlab, aan de machine"
    format_en = "In the field lab, at the machine"
    contact_minutes = 24 * 60
    certificate_kind = Course.CertificateKind.PARTICIPATION
    quality_nl = "Het fieldlab evalueert elke editie."
    quality_en = "The field lab evaluates every edition."
    signatory_role_nl = "Programmadirecteur"
    signatory_role_en = "Programme director"

    class Params:
        assessed = factory.Trait(
            certificate_kind=Course.CertificateKind.ASSESSED,
            assessment_nl="Praktijkopdracht",
            assessment_en="Practical assignment",
        )


class LearningOutcomeFactory(DjangoModelFactory):
    class Meta:
        model = LearningOutcome

    course = factory.SubFactory(CourseFactory)
    code = factory.Sequence(lambda n: f"lu-{n:02d}")
    text_nl = "Je stelt een machine veilig in."
    text_en = "You set up a machine safely."


class PriceFactory(DjangoModelFactory):
    class Meta:
        model = Price

    course = factory.SubFactory(CourseFactory)
    audience = Price.Audience.STANDARD
    cents = 125_000


class LocationFactory(DjangoModelFactory):
    class Meta:
        model = Location

    organisation = factory.SubFactory(OrganisationFactory, provider=True)
    name = factory.Sequence(lambda n: f"Hal {n}")
    street = "Molengraaffsingel 29"
    postcode = "2629 JD"
    city = "Delft"


class RoomFactory(DjangoModelFactory):
    class Meta:
        model = Room

    location = factory.SubFactory(LocationFactory)
    name_nl = factory.Sequence(lambda n: f"Werkplaats {n}")
    name_en = factory.Sequence(lambda n: f"Workshop {n}")


class SessionFactory(DjangoModelFactory):
    """One session day: nine to half past four with an hour's break, 390 minutes that count."""

    class Meta:
        model = Session

    edition = factory.SubFactory("tests.factories.EditionFactory", days=0)
    number = factory.Sequence(lambda n: n + 1)
    title_nl = factory.LazyAttribute(lambda o: f"Dag {o.number}")
    title_en = factory.LazyAttribute(lambda o: f"Day {o.number}")
    starts_at = FIRST_DAY
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(hours=7, minutes=30))
    break_minutes = 60

    class Params:
        signed_off = factory.Trait(
            state=Session.State.SIGNED_OFF, signed_off_at=factory.LazyAttribute(lambda o: o.ends_at)
        )


class EditionFactory(DjangoModelFactory):
    """A published edition, open for enrolment at NOW, with ``days`` weekly sessions from ``first_day`` on."""

    class Meta:
        model = Edition
        skip_postgeneration_save = True

    # Not columns: _create makes sessions of them.
    first_day = FIRST_DAY
    days = 4

    class Params:
        draft = factory.Trait(state=Edition.State.DRAFT)
        cancelled = factory.Trait(state=Edition.State.CANCELLED)

    code = factory.Sequence(lambda n: f"ed-{n:02d}")
    course = factory.SubFactory(CourseFactory)
    provider = factory.SelfAttribute("course.provider")
    state = Edition.State.PUBLISHED
    mode = Mode.ONSITE
    location = factory.SubFactory(LocationFactory, organisation=factory.SelfAttribute("..provider"))
    capacity = 12
    enrolment_opens_at = factory.LazyAttribute(lambda o: o.first_day - timedelta(days=60))
    enrolment_closes_at = factory.LazyAttribute(lambda o: o.first_day - timedelta(days=2))

    @classmethod
    def _create(cls, model_class: type[Edition], *args: Any, **kwargs: Any) -> Edition:
        first_day, days = kwargs.pop("first_day"), kwargs.pop("days")
        # Weeks are counted on the wall's clock, so that nine o'clock stays nine o'clock when the clock changes.
        starts = [first_day + timedelta(weeks=week) for week in range(days)]
        planned = [(start, start + timedelta(hours=7, minutes=30)) for start in starts]
        kwargs["starts_at"] = planned[0][0] if planned else None
        kwargs["ends_at"] = planned[-1][1] if planned else None
        edition = super()._create(model_class, *args, **kwargs)
        for number, (start, end) in enumerate(planned, start=1):
            SessionFactory(edition=edition, number=number, starts_at=start, ends_at=end)
        return edition

    @factory.post_generation
    def trainers(self, create: bool, extracted: list[User] | None, **kwargs: Any) -> None:
        if create and extracted:
            self.trainers.add(*extracted)


class EnrolmentFactory(DjangoModelFactory):
    """A student with a confirmed seat; the edition's counter is kept, so a full edition refuses (EditionFull)."""

    class Meta:
        model = Enrolment

    edition = factory.SubFactory(EditionFactory)
    learner = factory.SubFactory(UserFactory)
    state = Enrolment.State.CONFIRMED
    category = LearnerCategory.STUDENT
    institution = factory.LazyAttribute(lambda o: "mboRijnland" if o.category == LearnerCategory.STUDENT else "")
    terms_version = "2026-11"
    created_at = NOW - timedelta(days=7)
    created_on = factory.LazyAttribute(lambda o: timezone.localdate(o.created_at))

    class Params:
        requested = factory.Trait(state=Enrolment.State.REQUESTED)
        waitlisted = factory.Trait(state=Enrolment.State.WAITLISTED, waitlisted_at=factory.SelfAttribute("created_at"))
        offered = factory.Trait(
            state=Enrolment.State.OFFERED,
            waitlisted_at=factory.SelfAttribute("created_at"),
            offer_expires_at=NOW + timedelta(hours=48),
        )
        completed = factory.Trait(
            state=Enrolment.State.COMPLETED,
            outcome=Enrolment.Outcome.PASSED,
            ended_at=factory.LazyAttribute(lambda o: o.edition.ends_at or NOW),
            attended_minutes=4 * 390,
            planned_minutes=4 * 390,
        )
        not_completed = factory.Trait(
            state=Enrolment.State.NOT_COMPLETED,
            outcome=Enrolment.Outcome.ABSENT,
            ended_at=factory.LazyAttribute(lambda o: o.edition.ends_at or NOW),
            attended_minutes=2 * 390,
            planned_minutes=4 * 390,
        )
        declined = factory.Trait(state=Enrolment.State.DECLINED)
        withdrawn = factory.Trait(state=Enrolment.State.WITHDRAWN)
        cancelled = factory.Trait(state=Enrolment.State.CANCELLED)
        # Works for the employer since before the enrolment, so that its HR may see it.
        employee = factory.Trait(
            category=LearnerCategory.EMPLOYEE, employer=factory.SubFactory(OrganisationFactory, employer=True)
        )
        career_switcher = factory.Trait(
            category=LearnerCategory.CAREER_SWITCHER, sector_left="horeca", sector_sought="techniek"
        )

    @classmethod
    def _create(cls, model_class: type[Enrolment], *args: Any, **kwargs: Any) -> Enrolment:
        if kwargs["state"] in Enrolment.HOLDING_A_SEAT:
            claim_seat(kwargs["edition"])
        if kwargs.get("employer") is not None:
            Employment.objects.get_or_create(
                user=kwargs["learner"],
                organisation=kwargs["employer"],
                ends_on=None,
                defaults={"starts_on": kwargs["created_on"] - timedelta(days=30)},
            )
        return super()._create(model_class, *args, **kwargs)


class SeatHoldFactory(DjangoModelFactory):
    """What a visitor filled in, without a seat. One with a seat, and its six digits, come from ``hold_seat``."""

    class Meta:
        model = SeatHold

    edition = factory.SubFactory(EditionFactory)
    email = factory.Sequence(lambda n: f"bezoeker{n}@voorbeeld.example")
    answers = factory.LazyFunction(lambda: {**vars(answers()), "shares": []})
    language = "nl"
    has_seat = False
    was_promised_a_seat = False
    created_at = NOW
    expires_at = NOW + timedelta(minutes=20)


class GrantFactory(DjangoModelFactory):
    class Meta:
        model = Grant

    enrolment = factory.SubFactory(EnrolmentFactory, employee=True)
    learner = factory.SelfAttribute("enrolment.learner")
    organisation = factory.SelfAttribute("enrolment.employer")
    scope = Grant.Scope.CERTIFICATE
    text_version = "2026-11"
    language = "nl"
    granted_at = NOW - timedelta(days=7)


class AttendanceFactory(DjangoModelFactory):
    """Someone who was there all day, noted by the trainer and not yet confirmed by anyone."""

    class Meta:
        model = Attendance

    enrolment = factory.SubFactory(EnrolmentFactory)
    session = factory.LazyAttribute(lambda o: o.enrolment.edition.sessions.first())
    status = Attendance.Status.PRESENT
    minutes = factory.LazyAttribute(
        lambda o: o.session.countable_minutes if o.status == Attendance.Status.PRESENT else 0
    )

    class Params:
        absent = factory.Trait(status=Attendance.Status.ABSENT)
        # Both confirmations: the hours count.
        counting = factory.Trait(
            learner_confirmed_at=factory.LazyAttribute(lambda o: o.session.starts_at),
            learner_method=Attendance.Method.QR,
            trainer_confirmed_at=factory.LazyAttribute(lambda o: o.session.ends_at),
        )


class AssessmentFactory(DjangoModelFactory):
    class Meta:
        model = Assessment

    course = factory.SubFactory(CourseFactory, assessed=True)
    code = factory.Sequence(lambda n: f"toets-{n}")
    title_nl = "Praktijkopdracht"
    title_en = "Practical assignment"


class ResultFactory(DjangoModelFactory):
    class Meta:
        model = Result

    enrolment = factory.SubFactory(EnrolmentFactory)
    assessment = factory.SubFactory(AssessmentFactory, course=factory.SelfAttribute("..enrolment.edition.course"))
    passed = True
    recorded_at = NOW


def answers(**changes: Any) -> Answers:
    """What someone fills in on the enrolment page: a student, unless said otherwise."""
    said: dict[str, Any] = {
        "category": LearnerCategory.STUDENT.value,
        "given_name": "Amal",
        "family_name": "Haddad",
        "institution": "mboRijnland",
    }
    return Answers(**said | changes)
