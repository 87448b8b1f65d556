"""The demo content: complete, true to the rules, and left alone by a second run."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import holidays
import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from wagtail.models import Page

from certificates.models import Certificate
from cms import translations
from cms.models import LabPage
from courses.models import Course, Edition, Session
from courses.phases import Phase
from enrolments.models import Attendance, Enrolment, Grant
from enrolments.tasks import compare_seats
from lms.celery import no_bells
from lms.demo.building import build
from lms.demo.content import at_local, content
from lms.demo.people import password
from lms.demo.planning import plan
from lms.kernel.models import Event
from lms.kpis.models import Fact
from lms.kpis.reconciliation import reconcile
from lms.messages.models import MailText, Message
from lms.messages.tasks import send_waiting_messages
from lms.privacy.models import PrivacyRequest

TODAY = date(2027, 3, 10)  # months after the file was written, and on another weekday
NOON = at_local(TODAY, time(12))
User = get_user_model()

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The demo, built once for this module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        build(today=TODAY, scale=1, say=lambda line: None)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(_built: None, db: None) -> None:
    """The demo, for one test."""


def counts() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


# The plan, which needs no database -----------------------------------------------------------------------------------


def test_the_same_day_gives_the_same_plan():
    def told(today: date) -> list[tuple]:
        return [
            (one.code, one.meetings, one.project, [(t.learner.email, t.at, t.fate, t.shares) for t in one.takings])
            for one in plan(today, 1)
        ]

    assert told(TODAY) == told(TODAY)
    assert told(TODAY) != told(TODAY + timedelta(days=7))


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2027, 3, 10), date(2028, 2, 29), date(2029, 12, 31)])
def test_editions_of_the_file_keep_their_weekday_and_their_clock(today: date):
    written = {one["id"]: one for one in content()["editions"]}
    for edition in plan(today, 1):
        if edition.uuid:
            first = datetime.fromisoformat(written[edition.uuid]["start"])
            begins = timezone.localtime(edition.meetings[0].starts_at)
            assert (begins.weekday(), begins.time()) == (first.weekday(), first.time())


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2027, 3, 10), date(2028, 2, 29)])
def test_no_session_of_the_past_years_fell_on_a_public_holiday(today: date):
    off = holidays.country_holidays("NL", years=range(today.year - 3, today.year + 1))
    written = {one.uuid for one in plan(today, 1) if one.uuid}
    assert written
    on_holidays = [
        (one.code, meeting.starts_at.date())
        for one in plan(today, 1)
        if not one.uuid and one.story not in {"today", "running", "closed", "cancelled"}
        for meeting in one.meetings
        if meeting.starts_at.date() in off
    ]
    assert on_holidays == []


def test_nobody_takes_part_in_two_editions_at_once_or_in_a_course_twice():
    courses: Counter[tuple[str, str]] = Counter()
    days: Counter[tuple[str, date]] = Counter()
    for edition in plan(TODAY, 1):
        for taking in edition.takings:
            if taking.learner.ref != "L01":  # the demo's own learner has a place in everything worth showing
                courses[taking.learner.ref, edition.course["code"]] += 1
                days.update((taking.learner.ref, meeting.starts_at.date()) for meeting in edition.meetings)
    assert max(courses.values()) == 1
    assert max(days.values()) == 1


@pytest.mark.parametrize("days", range(0, 364, 52))
def test_whatever_the_day_the_demos_learner_waits_behind_the_last_seat(days: int):
    editions = plan(date(2026, 11, 22) + timedelta(days=days), 1)
    own = [(one, taking) for one in editions for taking in one.takings if taking.learner.ref == "L01"]
    assert len(own) == 5
    waiting = [one.takings.index(taking) - one.capacity for one, taking in own if one.waiting]
    assert len(waiting) == 1
    assert waiting[0] >= 0


def test_scale_multiplies_learners_and_editions():
    one, three = plan(TODAY, 1), plan(TODAY, 3)
    assert len({edition.code for edition in three}) == len(three) == pytest.approx(3 * len(one), abs=5)
    assert sum(len(edition.takings) for edition in three) > 2.5 * sum(len(edition.takings) for edition in one)


# What stands in the database -----------------------------------------------------------------------------------------


def test_a_second_run_changes_nothing(demo: None):
    before = counts()
    assert build(today=TODAY + timedelta(days=40), scale=1, say=lambda line: None) is False
    assert counts() == before


def test_what_was_entered_is_kept(demo: None):
    Course.objects.filter(code="SMZ-P3").update(title_nl="Anders")
    build(today=TODAY, scale=1, say=lambda line: None)
    assert Course.objects.get(code="SMZ-P3").title_nl == "Anders"


def test_the_catalogue_is_the_files(demo: None):
    # The eighth programme is the path of the skills lab's courses: nothing new, so the new ones stay seven.
    assert Counter(Course.objects.values_list("kind", flat=True)) == {"programme": 8, "course": 6}
    assert Course.objects.filter(is_new=True).count() == 7
    for entry in [*content()["programmes"], *content()["iot_academy"]["courses"]]:
        course = Course.objects.get(uuid=entry["id"])
        assert course.total_minutes == round(entry["study_load"]["total_hours"] * 60)
        assert course.outcomes.count() == len(entry["learning_outcomes"])
        assert course.prices.count() == 4
        assert course.is_assessed == course.assessments.exists()
        assert course.themes.exists()


def test_the_skills_labs_courses_are_the_steps_of_one_programme(demo: None):
    path = Course.objects.filter(parts__isnull=False).distinct().get()
    steps = [part.course for part in path.parts.order_by("order")]
    assert [one.code for one in steps] == [f"IOTA-C{number}" for number in range(1, 7)]
    assert path.total_minutes == sum(one.total_minutes for one in steps)
    for price in path.prices.all():
        assert price.cents == sum(one.prices.get(audience=price.audience).cents for one in steps)
    assert not path.editions.exists()


def test_there_is_a_page_of_every_kind_in_both_languages(demo: None):
    kinds = [model for model in apps.get_app_config("cms").get_models() if issubclass(model, Page)]
    for kind in kinds:
        found = Counter(kind.objects.live().values_list("locale__language_code", flat=True))
        assert found["nl"] == found["en"] > 0, kind
    stories = apps.get_model("cms", "StoryPage").objects
    assert all(stories.values_list("is_example", flat=True))


def test_editors_find_a_page_to_approve_and_a_translation_to_bring_up_to_date(demo: None):
    page = LabPage.objects.get(organisation__code="ROBO", locale__language_code="nl")
    assert page.current_workflow_state.requested_by.email == "coordinator@demo.example"
    assert not page.directions, "what waits is not on the site yet"
    assert translations.state_of(page.get_translations().get()) == translations.State.BEHIND


def test_there_is_an_edition_in_every_phase(demo: None):
    phases = Counter(edition.phase(NOON) for edition in Edition.objects.all())
    assert set(phases) == set(Phase)
    assert phases[Phase.FINISHED] > 40


def test_a_full_edition_has_a_queue_and_an_offer_that_stands(demo: None):
    offered = Enrolment.objects.get(state=Enrolment.State.OFFERED)
    assert offered.offer_expires_at > NOON
    assert offered.edition.phase(NOON) == Phase.FULL
    assert Enrolment.objects.waiting().filter(edition=offered.edition).exists()


def test_the_demos_trainer_has_a_session_today(demo: None):
    trainer = User.objects.get(email="trainer@demo.example")
    session = Session.objects.on_day(NOON).get(edition__trainers=trainer)
    assert timezone.localtime(session.starts_at).time() == time(9)
    assert timezone.localtime(session.ends_at).time() == time(16, 30)
    assert session.state == Session.State.PLANNED
    assert session.edition.provider.code == "ROBO"
    assert session.edition.enrolments.taking_part().count() == 12


def test_the_demos_learner_has_something_in_every_corner(demo: None):
    learner = User.objects.get(email="learner@demo.example")
    states = Counter(learner.enrolments.values_list("state", flat=True))
    assert states == {"completed": 2, "confirmed": 2, "waitlisted": 1}
    certificates = Certificate.objects.issued().filter(enrolment__learner=learner)
    assert certificates.count() == 2
    grant = Grant.objects.active().get(learner=learner)
    assert grant.organisation.kvk_number == "00000001"
    hr = User.objects.get(email="hr@demo.example")
    assert certificates.filter(pk__in=Certificate.objects.allowing(hr, "download")).count() == 1
    assert learner.enrolments.filter(edition__sessions__in=Session.objects.on_day(NOON)).count() == 1


def test_there_are_learners_of_each_category_and_ends_of_each_kind(demo: None):
    assert len(set(Enrolment.objects.values_list("category", flat=True))) == 7
    assert set(Enrolment.objects.values_list("outcome", flat=True)) == {"", "passed", "attended", "absent"}
    assert Attendance.objects.filter(status=Attendance.Status.PARTIAL).exists()
    assert Attendance.objects.filter(learner_confirmed_at=None, minutes__gt=0).exists()


def test_there_is_a_certificate_of_each_fate(demo: None):
    states = Counter(Certificate.objects.values_list("state", flat=True))
    assert states["revoked"] == 1
    assert states["superseded"] >= 1
    assert states["requested"] == 0
    assert any(certificate.is_expired(TODAY) for certificate in Certificate.objects.issued())
    corrected = Certificate.objects.get(supersedes__isnull=False, enrolment__learner__email="l06@deelnemer.example")
    assert corrected.snapshot["learner"]["name"] == "Kadir Örnek"
    assert corrected.supersedes.snapshot["learner"]["name"] == "Kadir Ornek"


def test_history_happened_at_its_own_time(demo: None):
    for certificate in Certificate.objects.exclude(state="requested").select_related("enrolment__edition"):
        assert certificate.issued_at.date() >= certificate.enrolment.edition.ends_at.date()
        assert certificate.issued_at < NOON
    late = Event.objects.get(verb="session.signed_off", data__late=True)
    assert late.data["reason"]
    assert not Event.objects.filter(verb="attendance.confirmed_by_learner", at__gt=NOON).exists()


def test_the_seats_are_right(demo: None):
    assert compare_seats() == []


def test_the_ledger_equals_the_domain(demo: None):
    assert reconcile() == []
    standing = Fact.objects.of_kind(Fact.Kind.ATTENDANCE).filter(corrects=None, corrections=None)
    minutes = Attendance.objects.counting().aggregate(minutes=Sum("minutes"))["minutes"]
    assert standing.aggregate(minutes=Sum("quantity"))["minutes"] == minutes


def test_the_figures_are_those_of_a_young_programme(demo: None):
    trained = Fact.objects.of_kind(Fact.Kind.ATTENDANCE).values("person").distinct().count()
    assert 180 < trained < 280


def test_all_mail_of_the_past_is_gone_and_none_was_sent(demo: None):
    assert Message.objects.exists()
    went = (Message.State.SENT, Message.State.BOUNCED)
    assert not Message.objects.exclude(state__in=went).filter(try_at__lte=timezone.now()).exists()
    assert mail.outbox == []


def test_the_outbox_shows_what_can_become_of_a_letter(demo: None):
    assert Message.objects.filter(state=Message.State.BOUNCED).count() == 1
    assert {one.language for one in MailText.objects.filter(is_own=True)} == {"nl", "en"}
    for kind in ("edition_changed", "edition_changed_waiting"):
        assert Message.objects.filter(kind=kind).exists(), kind


def test_the_office_has_requests_about_own_data_to_answer(demo: None):
    states = Counter(PrivacyRequest.objects.exclude(entered_by=None).values_list("state", flat=True))
    assert states == {"received": 2, "done": 1}


def test_demo_accounts_open_with_the_password_of_the_demo(demo: None, settings):
    for name in ("learner", "trainer", "hr", "hr2", "coordinator", "coordinator2", "office", "auditor", "editor"):
        assert User.objects.get(email=f"{name}@demo.example").check_password("demo"), name
    for name in ("office", "coordinator", "editor"):
        assert User.objects.get(email=f"{name}@demo.example").has_perm("wagtailadmin.access_admin"), name
    assert not User.objects.get(email="hr@demo.example").has_perm("wagtailadmin.access_admin")
    assert not User.objects.get(email="l02@deelnemer.example").has_usable_password()


def test_outside_the_demo_nobody_has_a_password(settings):
    settings.LMS_DEMO = False
    assert password().startswith("!")


def test_a_bell_in_silence_is_not_rung(monkeypatch):
    """With a broker that is away, ringing would log and wait; in silence it does neither."""
    rung = []
    monkeypatch.setattr("celery.contrib.django.task.DjangoTask.apply_async", lambda *args, **kwargs: rung.append(args))
    with no_bells():
        send_waiting_messages.delay()
    assert rung == []
    send_waiting_messages.delay()
    assert len(rung) == 1
