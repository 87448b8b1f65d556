"""The back office as its people use it: what they enter is kept and on record, what cannot be is said in the form."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from courses.models import ClosedPeriod, Course, Edition, Location, Session, Skill, Subsidy, Theme
from enrolments.models import Enrolment
from lms.desk.models import Meeting, PeerGroup, Topic
from lms.kernel.models import Event, SiteIdentity
from lms.kpis.models import Funding, FundingProject, HistoricFigure, Target
from lms.messages.actions import post_message
from lms.messages.models import Message
from lms.people.models import Employment, Membership, Organisation, Role, User
from tests.contracts.permission_table import addresses
from tests.factories import (
    NOW,
    AttendanceFactory,
    CourseFactory,
    EditionFactory,
    EnrolmentFactory,
    LearningOutcomeFactory,
    LocationFactory,
    MembershipFactory,
    OrganisationFactory,
    RoomFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _at_now(clock: Any) -> None:
    """Views look at the clock themselves."""


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def as_chris(chris: User) -> Client:
    return signed_in(chris)


@pytest.fixture
def as_officer(officer: User) -> Client:
    return signed_in(officer)


def filled_in(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send back of the form at this address, with changes."""
    form = client.get(address).context["form"]
    held = {bound.html_name: bound.value() for bound in form if not bound.field.disabled}
    return {name: "" if value is None else value for name, value in held.items() if value is not False} | changes


def save(client: Client, address: str, **changes: Any) -> Any:
    return client.post(address, filled_in(client, address, **changes))


def errors_in(response: Any) -> str:
    """What the page says is wrong; it must be a page, and not a saved form."""
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert errors
    return " ".join(str(one) for found in errors.values() for one in found)


def said(response: Any) -> str:
    return " ".join(str(one) for one in get_messages(response.wsgi_request))


def moment(value: Any) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"


# Entering and changing ------------------------------------------------------------------------------------------------


def entries(world: dict[str, Any]) -> dict[str, tuple[type, dict[str, Any]]]:
    """A new row of every model that can be entered, as the programme office would fill it in."""
    day, course, provider = "2027-02-01", world["course"], world["robohouse"]
    return {
        "organisations": (Organisation, {"name": "Nieuw Metaal", "country": "NL", "kvk_number": "12345678"}),
        "people": (User, {"email": "Nieuw@Voorbeeld.example", "language": "nl", "is_active": "on"}),
        "memberships": (
            Membership,
            {"user": world["dina"].email, "organisation": provider.pk, "role": "trainer", "starts_on": day},
        ),
        "employments": (
            Employment,
            {"user": world["dina"].email, "organisation": world["vandorp"].pk, "starts_on": day},
        ),
        "courses": (
            Course,
            {
                "code": "NIEUW-1", "kind": "course", "provider": provider.pk, "mode": "onsite", "contact_minutes": 60,
                "self_study_minutes": 0, "assessment_minutes": 0, "attendance_share": 80, "cover": 1,
                "certificate_kind": "participation", "vat_regime": "exempt_crkbo", "categories": ["student"],
                **{
                    f"{text}_{language}": "Tekst"
                    for text in ("title", "summary", "audience", "level_label", "format", "quality", "signatory_role")
                    for language in ("nl", "en")
                },
            },
        ),
        "editions": (Edition, plan_of(course, code="nieuw-27")),
        "sessions": (
            Session,
            {
                "edition": world["edition"].pk, "number": 9, "title_nl": "Dag", "title_en": "Day", "mode": "onsite",
                "starts_at": "2027-04-01 09:00", "ends_at": "2027-04-01 16:30", "break_minutes": 60,
            },
        ),
        "locations": (Location, {"organisation": provider.pk, "name": "Hal", "city": "Delft"}),
        "closed-periods": (
            ClosedPeriod,
            {
                "organisation": provider.pk, "name_nl": "Zomer", "name_en": "Summer", "starts_on": "2027-07-01",
                "ends_on": "2027-08-31",
            },
        ),
        "rooms": (type(world["room"]), {"location": world["room"].location_id, "name_nl": "Zaal", "name_en": "Room"}),
        "skills": (
            Skill,
            {"framework": "esco", "framework_version": "1.2", "code": "S9", "name_nl": "Lassen", "name_en": "Welding"},
        ),
        "themes": (Theme, {"code": "robotica", "name_nl": "Robotica", "name_en": "Robotics"}),
        "outcomes": (
            course.outcomes.model,
            {"course": course.pk, "code": "lu-nieuw", "order": 1, "text_nl": "Je last.", "text_en": "You weld."},
        ),
        "course-skills": (course.course_skills.model, {"course": course.pk, "skill": world["skill"].pk}),
        "prices": (course.prices.model, {"course": world["other"].pk, "audience": "student", "cents": 0}),
        "parts": (course.parts.model, {"programme": course.pk, "course": world["other"].pk, "order": 1}),
        "assessments": (
            course.assessments.model,
            {"course": course.pk, "code": "toets-nieuw", "title_nl": "Toets", "title_en": "Test"},
        ),
        "projects": (
            FundingProject,
            {
                "code": "EFRO-2", "name_nl": "Subsidie", "name_en": "Grant", "fund": "EFRO", "starts_on": "2027-01-01",
                "ends_on": "2027-12-31", "notice_nl": "Betaald door de EU",
            },
        ),
        "subsidies": (
            Subsidy,
            {
                "name_nl": "Regeling", "name_en": "Scheme", "text_nl": "Voor wie?", "text_en": "For whom?",
                "url": "https://regeling.example/", "checked_on": day,
            },
        ),
        "topics": (Topic, {"code": "robots", "name_nl": "Robots", "name_en": "Robots", "order": 1}),
        "peer-groups": (
            PeerGroup,
            {
                "code": "groep-nieuw", "theme": world["group"].theme_id, "host": provider.pk,
                **{f"{text}_{language}": "Tekst" for text in ("name", "description") for language in ("nl", "en")},
            },
        ),
        "meetings": (
            Meeting,
            {
                "group": world["group"].pk, "topic_nl": "Data", "topic_en": "Data", "mode": "onsite", "place": "Hal",
                "starts_at": "2027-04-01 09:00", "ends_at": "2027-04-01 11:00",
            },
        ),
        "fundings": (Funding, {"project": world["project"].pk, "edition": world["edition"].pk}),
        "targets": (
            Target,
            {"indicator": "LEARNERS_UNIQUE", "starts_on": "2027-01-01", "ends_on": "2027-12-31", "value": 1000},
        ),
        "historic-figures": (
            HistoricFigure,
            {
                "indicator": "learners", "period": "2022", "value": 5, "label_nl": "Geleerd", "label_en": "Learned",
                "source": "Jaarverslag", "order": 1,
            },
        ),
    }  # fmt: skip


def plan_of(course: Course, **changes: Any) -> dict[str, Any]:
    return {
        "course": course.pk, "provider": course.provider_id, "language": "nl", "mode": "onsite", "capacity": 12,
        "minimum": 4, "enrolment_opens_at": "2027-02-01 09:00", "enrolment_closes_at": "2027-03-01 09:00", **changes,
    }  # fmt: skip


@pytest.fixture
def ground(
    course: Course, edition: Edition, robohouse: Organisation, vandorp: Organisation, dina: User
) -> dict[str, Any]:
    skill = Skill.objects.create(framework="esco", framework_version="1", code="S1", name_nl="a", name_en="a")
    project = FundingProject.objects.create(
        code="EFRO-1", name_nl="Subsidie", name_en="Grant", fund="EFRO", starts_on=NOW.date(), ends_on=NOW.date()
    )
    room = RoomFactory(location=edition.location)
    other = CourseFactory(provider=robohouse)
    group = PeerGroup.objects.create(
        code="groep-1", theme=Theme.objects.create(code="data", name_nl="Data", name_en="Data"), host=robohouse,
        name_nl="Groep", name_en="Group", description_nl="Samen", description_en="Together",
    )  # fmt: skip
    return locals()


NAMES = [
    "organisations", "people", "memberships", "employments", "courses", "editions", "sessions", "locations", "rooms",
    "closed-periods", "skills", "themes", "outcomes", "course-skills", "prices", "parts", "assessments", "projects",
    "fundings", "targets", "historic-figures", "subsidies", "topics", "peer-groups", "meetings",
]  # fmt: skip
# With stories of their own: tests/certificates/test_layout_pages.py and tests/people/test_providers.py.
TOLD_ELSEWHERE = ["certificate-layouts", "course-certificates", "organisation-logos", "sign-in-providers"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_entered_changed_and_deleted_is_on_record(ground: dict, as_officer: Client, officer: User, name: str):
    model, data = entries(ground)[name]
    known = set(model._default_manager.values_list("pk", flat=True))
    response = as_officer.post(reverse(f"{name}:add"), data)
    assert response.status_code == 302, response.context["form"].errors
    thing = model._default_manager.exclude(pk__in=known).get()
    assert Event.objects.about(thing).filter(by=officer).count() == 1

    address = reverse(f"{name}:edit", args=[thing.pk])
    response = save(as_officer, address)
    assert response.status_code == 302, response.context["form"].errors
    assert Event.objects.about(thing).filter(by=officer, verb__endswith=".revised").count() == 1

    history = as_officer.get(reverse(f"{name}:history", args=[thing.pk])).content.decode()
    assert "Olga Vos" in history
    if name != "people":
        as_officer.post(reverse(f"{name}:delete", args=[thing.pk]))
        assert not model._default_manager.filter(pk=thing.pk).exists()
        assert Event.objects.filter(verb__regex=r"(deleted|removed)$", by=officer).exists()


def test_the_site_has_one_identity_to_change(as_officer: Client, officer: User):
    """It is there from the start; nothing is added to it and it cannot be taken away."""
    one = SiteIdentity.objects.get()
    data = {"name": "Leerhuis", "subline_nl": "samen leren"}
    assert as_officer.post(reverse("identity:edit", args=[one.pk]), data).status_code == 302
    one.refresh_from_db()
    assert (one.name, one.subline_nl) == ("Leerhuis", "samen leren")
    assert Event.objects.about(one).filter(by=officer).count() == 1
    assert as_officer.get(reverse("identity:index")).status_code == 200
    for gone in ("add", "delete"):
        with pytest.raises(NoReverseMatch):
            reverse(f"identity:{gone}", args=[one.pk] if gone == "delete" else [])


def test_the_list_above_is_complete():
    """Every page on which something can be entered is in NAMES, or has a story elsewhere."""
    enter = {name.removesuffix(":add") for name in addresses() if name.endswith(":add")}
    assert {name for name in enter if not name.startswith("wagtail")} == {*NAMES, *TOLD_ELSEWHERE}


def test_a_form_that_is_saved_as_it_stands_changes_nothing(ground: dict, as_officer: Client):
    course = ground["course"]
    ramlab = OrganisationFactory(provider=True, name="RAMLAB")
    course.labs.add(ramlab)
    course.themes.add(Theme.objects.create(code="lassen", name_nl="Lassen", name_en="Welding"))
    course.categories = ["student"]
    course.save()
    before = Course.objects.filter(pk=course.pk).values().get()
    assert save(as_officer, reverse("courses:edit", args=[course.pk])).status_code == 302
    assert Course.objects.filter(pk=course.pk).values().get() == before
    assert list(course.labs.all()) == [ramlab]
    assert course.themes.count() == 1


def test_a_code_keeps_its_capitals(as_chris: Client, course: Course):
    page = as_chris.get(reverse("courses:edit", args=[course.pk])).content.decode()
    code = re.search(r'<input[^>]*name="code"[^>]*>', page)[0]
    assert "w-slug" not in code  # Wagtail's field for slugs would write it in lower case


def test_an_edition_is_planned_with_its_sessions_and_published(as_chris: Client, course: Course, bo: User, chris: User):
    LearningOutcomeFactory(course=course)
    place = LocationFactory(organisation=course.provider)
    as_chris.post(reverse("editions:add"), plan_of(course, code="COBOTS-27", trainers=[bo.pk], location=place.pk))
    edition = Edition.objects.get(code="COBOTS-27")
    assert edition.state == Edition.State.DRAFT
    assert timezone.localtime(edition.enrolment_opens_at).hour == 9
    add = f"{reverse('sessions:add')}?edition={edition.pk}"
    dates = {"starts_at": "2027-03-28 09:00", "ends_at": "2027-03-28 16:30"}
    save(as_chris, add, number=1, title_nl="Dag", title_en="Day", mode="onsite", **dates)
    as_chris.post(reverse("decide_edition_publish", args=[edition.pk]))
    edition.refresh_from_db()
    assert edition.state == Edition.State.PUBLISHED
    assert moment(edition.starts_at) == "2027-03-28 09:00"
    assert list(edition.trainers.all()) == [bo]
    assert Event.objects.about(edition).filter(verb="edition.published", by=chris).exists()


# What cannot be -------------------------------------------------------------------------------------------------------

WRONG = [
    ({"capacity": 2}, "places"),  # three are taken
    ({"minimum": 20}, "minimum"),
    ({"enrolment_closes_at": "2026-01-01 09:00"}, "closes before it opens"),
    ({"code": "BEZET"}, "already exists"),
    ({"capacity": -1}, "0"),
    ({"enrolment_opens_at": "morgen"}, "date"),
]


@pytest.mark.parametrize(("changes", "words"), WRONG, ids=lambda value: str(value))
def test_an_edition_that_cannot_be_is_refused_in_the_form(
    as_chris: Client, chris: User, course: Course, edition: Edition, changes: dict, words: str
):
    User.objects.filter(pk=chris.pk).update(language="en")
    EditionFactory(code="BEZET", course=course)
    for _one in range(3):
        EnrolmentFactory(edition=edition)
    before = Edition.objects.filter(pk=edition.pk).values().get()
    response = save(as_chris, reverse("editions:edit", args=[edition.pk]), **changes)
    assert words in errors_in(response).lower()
    assert Edition.objects.filter(pk=edition.pk).values().get() == before


@pytest.mark.parametrize("kvk_number", ["1234567", "123456789", "abcdefgh", "01234567"])
def test_a_wrong_or_double_kvk_number_is_refused_in_the_form(
    as_officer: Client, vandorp: Organisation, kvk_number: str
):
    data = {"name": "Dubbel BV", "country": "NL", "kvk_number": kvk_number}
    assert errors_in(as_officer.post(reverse("organisations:add"), data))


@pytest.mark.parametrize("number", ["NL111222333B01", "", "NL000000013B01", "NL12", "btw"])
def test_a_vat_number_is_one(as_officer: Client, robohouse: Organisation, number: str):
    """Its nine digits may look like a citizen service number: that of a company is made in the same way."""
    response = save(as_officer, f"/beheer/organisations/edit/{robohouse.pk}/", vat_number=number)
    robohouse.refresh_from_db()
    if number in ("NL111222333B01", ""):
        assert robohouse.vat_number == number
    else:
        assert "NL123456789B01" in errors_in(response)


def test_a_second_programme_office_is_refused_in_the_form(as_officer: Client, office: Organisation):
    data = {"name": "Nog een bureau", "country": "NL", "is_programme_office": "on"}
    assert errors_in(as_officer.post(reverse("organisations:add"), data))


def test_a_role_is_held_where_it_exists(as_officer: Client, robohouse: Organisation, vandorp: Organisation, dina: User):
    for organisation, role in (
        (vandorp, "coordinator"),
        (vandorp, "officer"),
        (robohouse, "hr"),
        (robohouse, "auditor"),
    ):
        data = {"user": dina.email, "organisation": organisation.pk, "role": role, "starts_on": "2027-02-01"}
        assert errors_in(as_officer.post(reverse("memberships:add"), data)), role
    assert not dina.memberships.exists()


def test_a_role_is_for_someone_with_an_account(as_officer: Client, robohouse: Organisation):
    data = {
        "user": "niemand@elders.example",
        "organisation": robohouse.pk,
        "role": "trainer",
        "starts_on": "2027-02-01",
    }
    assert "user" in as_officer.post(reverse("memberships:add"), data).context["form"].errors


def test_what_others_hang_on_is_not_deleted(
    as_officer: Client, edition: Edition, enrolled: Enrolment, robohouse: Organisation
):
    for name, thing in (
        ("courses", edition.course),
        ("locations", edition.location),
        ("organisations", robohouse),
    ):
        response = as_officer.post(reverse(f"{name}:delete", args=[thing.pk]))
        assert response["Location"] == reverse(f"{name}:edit", args=[thing.pk])
        assert str(Edition._meta.verbose_name_plural) in said(response)
        thing.refresh_from_db()
    assert not Event.objects.filter(verb__endswith=".deleted").exists()


def test_only_a_draft_is_deleted(as_chris: Client, edition: Edition, course: Course):
    response = as_chris.post(reverse("editions:delete", args=[edition.pk]))
    assert said(response)
    assert Edition.objects.filter(pk=edition.pk).exists()
    draft = EditionFactory(course=course, draft=True)
    as_chris.post(reverse("editions:delete", args=[draft.pk]))
    assert not Edition.objects.filter(pk=draft.pk).exists()


def test_a_session_that_was_signed_off_stays_as_it_is(as_chris: Client, edition: Edition):
    session = SessionFactory(edition=edition, number=7, signed_off=True)
    assert errors_in(save(as_chris, reverse("sessions:edit", args=[session.pk]), title_nl="Anders"))
    assert said(as_chris.post(reverse("sessions:delete", args=[session.pk])))
    session.refresh_from_db()
    assert session.title_nl == "Dag 7"


def test_a_session_whose_register_was_used_is_not_deleted(as_chris: Client, enrolled: Enrolment):
    attendance = AttendanceFactory(enrolment=enrolled)
    response = as_chris.post(reverse("sessions:delete", args=[attendance.session_id]))
    assert said(response)
    assert Session.objects.filter(pk=attendance.session_id).exists()


def test_a_published_edition_keeps_its_course(as_chris: Client, edition: Edition, robohouse: Organisation):
    other = CourseFactory(provider=robohouse)
    save(as_chris, reverse("editions:edit", args=[edition.pk]), course=other.pk)
    edition.refresh_from_db()
    assert edition.course != other


def test_trainers_are_those_of_the_providers_house(
    as_chris: Client, chris: User, course: Course, bo: User, ramlab: Organisation
):
    stranger, former = UserFactory(), UserFactory()
    MembershipFactory(user=stranger, organisation=ramlab, role=Role.TRAINER)
    MembershipFactory(
        user=former, organisation=course.provider, role=Role.TRAINER, ends_on=(NOW - timedelta(days=1)).date()
    )
    form = as_chris.get(reverse("editions:add")).context["form"]
    assert list(form.fields["trainers"].queryset) == [bo]
    # Also for who coordinates both houses.
    MembershipFactory(user=chris, organisation=ramlab, role=Role.COORDINATOR)
    response = as_chris.post(reverse("editions:add"), plan_of(course, code="nieuw", trainers=[stranger.pk]))
    assert "trainers" in response.context["form"].errors


def test_what_another_put_there_stays_when_a_coordinator_saves(as_chris: Client, edition: Edition, bo: User):
    guest = UserFactory()
    edition.trainers.add(guest)
    assert save(as_chris, reverse("editions:edit", args=[edition.pk]), capacity=14).status_code == 302
    edition.refresh_from_db()
    assert edition.capacity == 14
    assert set(edition.trainers.all()) == {bo, guest}


# Decisions ------------------------------------------------------------------------------------------------------------


def test_an_incomplete_edition_is_not_published_and_says_what_is_missing(as_chris: Client, chris: User, course: Course):
    User.objects.filter(pk=chris.pk).update(language="en")
    draft = EditionFactory(course=course, draft=True, days=0)
    response = as_chris.post(reverse("decide_edition_publish", args=[draft.pk]))
    assert "sessions; trainers; of the course: learning outcomes" in said(response)
    draft.refresh_from_db()
    assert draft.state == Edition.State.DRAFT


def test_what_was_decided_is_not_decided_again(as_chris: Client, edition: Edition, enrolled: Enrolment):
    for name in ("publish", "cancel", "cancel"):
        as_chris.post(reverse(f"decide_edition_{name}", args=[edition.pk]))
    edition.refresh_from_db()
    enrolled.refresh_from_db()
    assert edition.state == Edition.State.CANCELLED
    assert enrolled.state == Enrolment.State.CANCELLED
    assert [event.verb for event in Event.objects.about(edition)] == ["edition.cancelled"]
    response = as_chris.get(reverse("decide_edition_cancel", args=[edition.pk]))
    assert response["Location"] == reverse("editions:edit", args=[edition.pk])


def test_what_is_over_is_not_cancelled(as_chris: Client, course: Course):
    past = EditionFactory(course=course, first_day=NOW - timedelta(days=90))
    as_chris.post(reverse("decide_edition_cancel", args=[past.pk]))
    past.refresh_from_db()
    assert past.state == Edition.State.PUBLISHED
    page = as_chris.get(reverse("editions:edit", args=[past.pk])).content.decode()
    assert reverse("decide_edition_cancel", args=[past.pk]) not in page


def test_the_buttons_are_those_of_what_can_be_decided(as_chris: Client, auditor: User, course: Course):
    draft = EditionFactory(course=course, draft=True)
    publish = reverse("decide_edition_publish", args=[draft.pk])
    assert publish in as_chris.get(reverse("editions:edit", args=[draft.pk])).content.decode()
    assert publish not in signed_in(auditor).get(reverse("editions:inspect", args=[draft.pk])).content.decode()
    question = as_chris.get(publish)
    assert f"{draft}" in question.content.decode()


# Projects -------------------------------------------------------------------------------------------------------------


def test_who_no_longer_pays_is_no_longer_named(ground: dict, as_officer: Client):
    project, edition = ground["project"], ground["edition"]
    FundingProject.objects.filter(pk=project.pk).update(notice_nl="Betaald door de EU")
    as_officer.post(reverse("fundings:add"), {"project": project.pk, "edition": edition.pk})
    edition.refresh_from_db()
    assert edition.funding_notice_nl == "Betaald door de EU"
    as_officer.post(reverse("fundings:delete", args=[edition.funding.pk]))
    edition.refresh_from_db()
    assert edition.funding_notice_nl == ""


# People and messages --------------------------------------------------------------------------------------------------


def test_a_new_address_closes_the_old_one(as_officer: Client, amal: User):
    amal.emailaddress_set.create(email=amal.email, verified=True, primary=True)
    save(as_officer, reverse("people:edit", args=[amal.pk]), email="Amal@Nieuw.example")
    amal.refresh_from_db()
    assert amal.email == "amal@nieuw.example"
    assert not amal.emailaddress_set.exists()
    assert Event.objects.about(amal).filter(verb="person.address_changed").exists()


def test_the_programme_office_does_not_touch_a_superuser(as_officer: Client):
    root = User.objects.create_superuser("root@voorbeeld.example")
    data = {"email": "officer2@office.example", "language": "nl"}
    response = as_officer.post(reverse("people:edit", args=[root.pk]), data)
    assert response["Location"] == reverse("wagtailadmin_home")
    root.refresh_from_db()
    assert root.email == "root@voorbeeld.example"


@pytest.mark.parametrize("kind", ["account_login_code", "enrolment_code"])
def test_a_code_in_a_mail_is_for_its_recipient_alone(as_officer: Client, kind: str):
    message = post_message(
        kind, email="root@voorbeeld.example", language="nl", subject="123456 is je code", text="123456", html="", at=NOW
    )
    for address in (
        reverse("messages:index"),
        f"{reverse('messages:index')}?q=123456",
        reverse("messages:inspect", args=[message.pk]),
        reverse("messages:history", args=[message.pk]),
    ):
        page = as_officer.get(address).content.decode().replace("q=123456", "").replace('value="123456"', "")
        assert "123456" not in page
    assert not as_officer.get(f"{reverse('messages:index')}?q=123456").context["object_list"]


def test_a_message_is_read_as_it_was_written_and_nothing_in_it_runs(as_officer: Client):
    message = post_message(
        "enrolment_confirmed", email="amal@voorbeeld.example", language="nl", subject="Je plek",
        text="Beste Amal,\n\n<script>alert(1)</script>", html="", at=NOW,
    )  # fmt: skip
    page = as_officer.get(reverse("messages:inspect", args=[message.pk])).content.decode()
    assert "<p>Beste Amal,</p>" in page
    assert "<script>alert(1)" not in page


def test_a_message_that_was_given_up_is_tried_again(as_officer: Client):
    message = post_message("offer_lapsed", email="a@b.example", language="nl", subject="x", text="x", html="", at=NOW)
    again = reverse("decide_message_retry", args=[message.pk])
    as_officer.post(again)
    assert not Event.objects.filter(verb="message.retried").exists()
    Message.objects.filter(pk=message.pk).update(state=Message.State.FAILED, tries=6)
    assert again in as_officer.get(reverse("messages:inspect", args=[message.pk])).content.decode()
    as_officer.post(again)
    message.refresh_from_db()
    assert (message.state, message.tries) == (Message.State.WAITING, 0)


# The door and the front page ------------------------------------------------------------------------------------------


def test_a_role_opens_the_back_office_as_long_as_it_is_held(dina: User, robohouse: Organisation):
    client = signed_in(dina)
    assert client.get("/beheer/").status_code == 403
    membership = MembershipFactory(user=dina, organisation=robohouse, role=Role.COORDINATOR)
    assert client.get("/beheer/").status_code == 200
    membership.ends_on = (NOW - timedelta(days=1)).date()
    membership.save()
    assert client.get("/beheer/").status_code == 403


def test_the_front_page_shows_what_is_to_be_done_in_the_own_house(
    as_chris: Client, edition: Edition, ramlab: Organisation
):
    foreign = EditionFactory(code="foreign-27", course=CourseFactory(provider=ramlab))
    draft = EditionFactory(code="draft-27", course=edition.course, draft=True)
    page = as_chris.get("/beheer/").content.decode()
    assert edition.code in page
    assert draft.code in page
    assert foreign.code not in page


def test_the_front_page_is_there_for_everyone_inside(officer: User, auditor: User, robohouse: Organisation):
    editor = UserFactory()
    editor.groups.add(Group.objects.get(name="Editors"))
    for user in (officer, auditor, editor, User.objects.create_superuser("root@voorbeeld.example")):
        assert signed_in(user).get("/beheer/").status_code == 200, user


def test_the_menu_holds_what_one_may_see(as_chris: Client, as_officer: Client):
    def menu_of(client: Client) -> set[str]:
        page = client.get("/beheer/").content.decode()
        names = ("editions", "people", "messages", "projects", "users", "reports")
        return {name for name in names if f'"/beheer/{name}/' in page}

    assert menu_of(as_chris) == {"editions"}
    # Who writes all pages, as the office does, has Wagtail's reports about them.
    assert menu_of(as_officer) == {"editions", "people", "messages", "projects", "reports"}


def test_the_language_is_the_accounts_own(chris: User, as_chris: Client):
    for language in ("nl", "en"):
        User.objects.filter(pk=chris.pk).update(language=language)
        page = as_chris.get("/beheer/editions/", headers={"accept-language": "en" if language == "nl" else "nl"})
        assert f'<html lang="{language}"' in " ".join(page.content.decode().split())


def test_the_language_is_chosen_on_ones_own_account_page(chris: User, as_chris: Client):
    page = as_chris.get("/beheer/account/").content.decode()
    assert 'name="person-language"' in page
    assert "locale-preferred_language" not in page
    person = {"person-given_name": "Christel", "person-family_name": "Smit", "person-language": "en"}
    theme = {"theme-theme": "system", "theme-contrast": "system", "theme-density": "default"}
    as_chris.post("/beheer/account/", person | theme)
    chris.refresh_from_db()
    assert (chris.given_name, chris.language) == ("Christel", "en")
    assert Event.objects.about(chris).filter(verb="person.revised", by=chris).exists()


def test_lists_cost_the_same_for_one_row_as_for_twenty(as_officer: Client, course: Course):
    def cost(name: str) -> int:
        as_officer.get(reverse(f"{name}:index"))
        with CaptureQueriesContext(connection) as queries:
            as_officer.get(reverse(f"{name}:index"))
        return len(queries)

    EnrolmentFactory(edition=EditionFactory(course=course))
    names = ("editions", "sessions", "courses", "back-office-enrolments", "memberships", "locations")
    few = {name: cost(name) for name in names}
    for _number in range(15):
        house = OrganisationFactory(provider=True)
        location = LocationFactory(organisation=house)
        edition = EditionFactory(course=CourseFactory(provider=house), location=location)
        EnrolmentFactory(edition=edition)
        MembershipFactory(organisation=house)
    assert {name: cost(name) for name in names} == few


# Wagtail's own screens for users --------------------------------------------------------------------------------------


def test_wagtails_screens_for_users_are_for_superusers(as_officer: Client, officer: User, dina: User):
    """Also when a group gives the permissions that Wagtail asks by default."""
    for address in (
        reverse("wagtailusers_users:index"),
        reverse("wagtailusers_users:add"),
        reverse("wagtailusers_users:edit", args=[dina.pk]),
        reverse("wagtailusers_groups:index"),
        f"{reverse('wagtail_bulk_action', args=['people', 'user', 'assign_role'])}?id={dina.pk}",
        f"{reverse('wagtail_bulk_action', args=['people', 'user', 'set_active_state'])}?id={dina.pk}",
        f"{reverse('wagtail_bulk_action', args=['people', 'user', 'delete'])}?id={dina.pk}",
    ):
        for send in (as_officer.get, as_officer.post):
            response = send(address)
            assert response.status_code in (302, 403, 404) or "is_superuser" not in response.content.decode(), address
    dina.refresh_from_db()
    assert dina.is_active


def test_a_superuser_makes_an_editor(dina: User):
    client = signed_in(User.objects.create_superuser("root@voorbeeld.example"))
    for name in ("users:index", "users:add", "groups:index", "groups:add"):
        assert client.get(reverse(f"wagtailusers_{name}")).status_code == 200, name
    editors = Group.objects.get(name="Editors")
    edit = reverse("wagtailusers_users:edit", args=[dina.pk])
    page = client.get(edit).content.decode()
    assert 'name="family_name"' in page
    assert 'name="first_name"' not in page
    data = {"email": dina.email, "given_name": "Dina", "family_name": "Wit", "is_active": "on", "groups": [editors.pk]}
    assert client.post(edit, data).status_code == 302
    assert list(dina.groups.all()) == [editors]
    data = {"email": "nieuw@voorbeeld.example", "given_name": "N", "family_name": "W"}
    client.post(reverse("wagtailusers_users:add"), data)
    assert not User.objects.get(email="nieuw@voorbeeld.example").has_usable_password()
    assert client.get(reverse("wagtailusers_groups:edit", args=[editors.pk])).status_code == 200
