"""The cockpit as its coordinator sees it: what to do first, who is in it, what happened, and the list to take along."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from courses.actions import announce_funding
from courses.models import Course, Edition
from enrolments.actions import (
    carry_out_group,
    decline_offer,
    release_seats,
    start_group_enrolment,
    undo_group,
    withdraw,
)
from enrolments.actions.asking import ask_approvals
from enrolments.models import Approval, Enrolment, GroupEnrolment
from enrolments.timeline import SAYS, events_of, lines_of
from lms.kernel.models import Event
from lms.people.models import Organisation, User
from tests.factories import (
    AttendanceFactory,
    EditionFactory,
    EnrolmentFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.usefixtures("clock")


def cockpit(edition: Edition, name: str = "cockpit", *args: str) -> str:
    return reverse(f"enrolments:{name}", args=[edition.code, *args])


@pytest.fixture
def asked(client: Client, chris: User) -> Client:
    client.force_login(chris)
    return client


# What to do first -----------------------------------------------------------------------------------------------------


def test_what_asks_for_attention_stands_first(asked: Client, course: Course, now: datetime):
    EditionFactory(code="rustig", course=course, first_day=now + timedelta(days=5))
    EditionFactory(code="twijfel", course=course, minimum=6, decide_by=(now + timedelta(days=9)).date())
    EditionFactory(code="telaat", course=course, minimum=6, decide_by=(now - timedelta(days=1)).date())
    wants = EditionFactory(code="gevraagd", course=course)
    ask_approvals(EnrolmentFactory(edition=wants, requested=True), [Approval.Kind.PROVIDER], by=None, at=now)
    EditionFactory(code="lijst", course=course, first_day=now - timedelta(days=8))
    page = asked.get(reverse("enrolments:cockpit_editions")).content.decode()
    order = sorted(("rustig", "twijfel", "telaat", "gevraagd", "lijst"), key=lambda code: page.index(f"{code}/"))
    assert order == ["telaat", "gevraagd", "twijfel", "lijst", "rustig"]
    todo = asked.get(reverse("enrolments:cockpit_editions"), {"show": "todo"}).content.decode()
    assert "rustig" not in todo
    found = asked.get(reverse("enrolments:cockpit_editions"), {"q": "twijfel"}).content.decode()
    assert "telaat" not in found


def test_the_list_asks_the_same_of_the_database_however_long(asked: Client, course: Course):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert asked.get(reverse("enrolments:cockpit_editions")).status_code == 200
        return len(captured)

    EditionFactory(course=course)
    asked.get(reverse("enrolments:cockpit_editions"))
    one = queries()
    for _number in range(6):
        EnrolmentFactory(edition=EditionFactory(course=course), waitlisted=True)
    assert queries() == one


def test_an_edition_below_its_minimum_says_so_and_is_decided_on(
    asked: Client, course: Course, chris: User, now: datetime
):
    edition = EditionFactory(course=course, minimum=6, decide_by=now.date())
    page = asked.get(cockpit(edition)).content.decode()
    assert "Beslis: gaat het door?" in page
    assert page.count("btn--signal") == 1, "one next step"
    asked.post(cockpit(edition, "cockpit_go"))
    edition.refresh_from_db()
    assert edition.go_decided_at == now
    again = asked.post(cockpit(edition, "cockpit_go"), follow=True).content.decode()
    assert "Er valt niets meer te beslissen." in again


def test_a_request_leads_to_the_page_where_it_is_answered_and_an_employers_is_not_ours(
    asked: Client, edition: Edition, vandorp: Organisation, now: datetime
):
    wants = EnrolmentFactory(edition=edition, requested=True)
    staff = EnrolmentFactory(edition=edition, requested=True, employee=True, employer=vandorp)
    ask_approvals(wants, [Approval.Kind.PROVIDER], by=None, at=now)
    ask_approvals(staff, [Approval.Kind.EMPLOYER], by=None, at=now)
    page = asked.get(cockpit(edition)).content.decode()
    assert "1 aanvraag om over te beslissen" in page
    assert reverse("enrolments:approval", args=[wants.approvals.get().uuid]) in page
    assert reverse("enrolments:approval", args=[staff.approvals.get().uuid]) not in page


# One edition ----------------------------------------------------------------------------------------------------------


def test_a_coordinator_sees_who_is_there_and_how_often(asked: Client, edition: Edition, vandorp: Organisation):
    session = edition.sessions.first()
    type(session).objects.filter(pk=session.pk).update(state="signed_off", signed_off_at=session.ends_at)
    learner = UserFactory(given_name="Sanne", name_prefix="de", family_name="Vries", initials="S.J.")
    enrolment = EnrolmentFactory(edition=edition, learner=learner, employee=True, employer=vandorp)
    AttendanceFactory(session=session, enrolment=enrolment)
    page = asked.get(cockpit(edition)).content.decode()
    for words in ("Vries, S.J. de", "Van Dorp Fijnmechaniek", "1 van 1"):
        assert words in page
    nobody = asked.get(cockpit(edition), {"q": "Haddad"}).content.decode()
    assert "Vries, S.J. de" not in nobody.split("Wat er het laatst gebeurde")[0]


def test_the_page_asks_the_same_of_the_database_however_many_take_part(asked: Client, edition: Edition):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert asked.get(cockpit(edition)).status_code == 200
        return len(captured)

    EnrolmentFactory(edition=edition)
    EnrolmentFactory(edition=edition, waitlisted=True)
    asked.get(cockpit(edition))
    one = queries()
    for _number in range(5):
        EnrolmentFactory(edition=edition, employee=True)
        EnrolmentFactory(edition=edition, waitlisted=True)
    assert queries() == one


def test_the_number_of_places_is_changed_or_refused_beside_the_field(asked: Client, full_edition: Edition):
    EnrolmentFactory(edition=full_edition, waitlisted=True)
    page = asked.post(cockpit(full_edition, "cockpit_capacity"), {"capacity": "2"}, follow=True).content.decode()
    assert "1 persoon op de wachtlijst krijgt een plek aangeboden." in page
    for wrong, says in (
        ("1", "Er zijn 2 plekken bezet."),
        ("veel", "Vul een heel getal in"),
        ("0", "minstens één plek"),
        ("99999", "hoogstens 999 plekken"),
    ):
        page = asked.post(cockpit(full_edition, "cockpit_capacity"), {"capacity": wrong}).content.decode()
        assert says in page
        assert f'value="{wrong}"' in page


def test_someone_is_offered_a_place_out_of_turn_on_their_own_page(asked: Client, full_edition: Edition, now: datetime):
    EnrolmentFactory(edition=full_edition, waitlisted=True, created_at=now - timedelta(days=20))
    second = EnrolmentFactory(edition=full_edition, waitlisted=True)
    page = asked.get(cockpit(full_edition, "cockpit_person", second.code)).content.decode()
    assert "1 persoon wacht langer." in page
    offer = cockpit(full_edition, "cockpit_offer", second.code)
    without = asked.post(offer, {"extra": "on"}).content.decode()
    assert "Kies een antwoord bij" in without
    full = asked.post(offer, {"reason": "agreed"}).content.decode()
    assert "Alle plekken zijn bezet." in full
    asked.post(offer, {"reason": "agreed", "extra": "on"})
    second.refresh_from_db()
    assert second.state == Enrolment.State.OFFERED
    longer = cockpit(full_edition, "cockpit_extend", second.code)
    assert "Kies een dag na" in asked.post(longer, {"until": f"{now:%Y-%m-%d}"}).content.decode()
    asked.post(longer, {"until": f"{now + timedelta(days=6):%Y-%m-%d}"})
    second.refresh_from_db()
    assert second.offer_expires_at.astimezone(now.tzinfo).date() == (now + timedelta(days=6)).date()
    asked.post(cockpit(full_edition, "cockpit_take_back", second.code))
    second.refresh_from_db()
    assert second.state == Enrolment.State.WAITLISTED


def test_someone_is_withdrawn_with_a_reason(asked: Client, edition: Edition, enrolled: Enrolment):
    address = cockpit(edition, "cockpit_withdraw", enrolled.code)
    assert "Kies een antwoord bij" in asked.post(address).content.decode()
    asked.post(address, {"reason": "asked"})
    enrolled.refresh_from_db()
    assert enrolled.state == Enrolment.State.WITHDRAWN
    again = asked.post(address, {"reason": "asked"}, follow=True).content.decode()
    assert "Ondertussen is er iets veranderd." in again


def test_who_calls_is_enrolled_on_one_page(asked: Client, edition: Edition):
    said = {
        "category": "employee",
        "employer_name": "Van Dorp",
        "given_name": "Noor",
        "family_name": "Bos",
        "email": "noor@voorbeeld.example",
        "language": "nl",
    }
    page = asked.post(cockpit(edition, "cockpit_enrol"), {**said, "email": "noor@"}).content.decode()
    assert 'value="noor@"' in page
    done = asked.post(cockpit(edition, "cockpit_enrol"), said, follow=True).content.decode()
    assert "Noor Bos heeft een plek en krijgt een bevestiging." in done
    again = asked.post(cockpit(edition, "cockpit_enrol"), said, follow=True).content.decode()
    assert "Noor Bos staat al in deze editie." in again


def test_nobody_is_enrolled_under_a_citizen_service_number(asked: Client, edition: Edition):
    said = {"category": "student", "institution": "111222333", "given_name": "A", "family_name": "B"}
    page = asked.post(cockpit(edition, "cockpit_enrol"), {**said, "email": "a@b.example", "language": "nl"})
    assert "burgerservicenummer" in page.content.decode()
    assert not edition.enrolments.exists()


# What happened --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "said"), [("nl", "is uitgeschreven"), ("en", "was withdrawn")])
def test_the_timeline_says_who_when_what_and_why(
    asked: Client, edition: Edition, enrolled: Enrolment, chris: User, now: datetime, language: str, said: str
):
    withdraw(enrolled, by=chris, at=now, reason="employer")
    with translation.override(language):
        address = cockpit(edition, "cockpit_timeline")
        why = {"nl": "de werkgever vroeg erom", "en": "the employer asked for it"}[language]
    page = asked.get(address).content.decode()
    for words in (f"Amal Haddad {said}", why, "Chris Smit"):
        assert words in page
    sessions = asked.get(address, {"kind": "sessions"}).content.decode()
    assert said not in sessions


@pytest.mark.parametrize(
    ("n", "sent", "waited"),
    [
        (1, "Er ging een bericht naar 1 persoon", "1 persoon wachtte langer: dubbel ingeschreven"),
        (3, "Er ging een bericht naar 3 mensen", "3 mensen wachtten langer: dubbel ingeschreven"),
    ],
)
def test_the_timeline_counts_in_singular_and_plural(
    edition: Edition, enrolled: Enrolment, n: int, sent: str, waited: str
):
    Event.record(edition, "edition.announced", by=None, data={"people": n})
    Event.record(enrolled, "enrolment.offered", by=None, data={"passed_over": n, "reason": "twice"})
    with translation.override("nl"):
        lines = lines_of(edition, list(events_of(edition)))
    assert sent in [line.text for line in lines]
    assert waited in [line.why for line in lines]


def test_every_sentence_of_the_timeline_can_be_said(edition: Edition, enrolled: Enrolment):
    session = edition.sessions.first()
    when = {"asked_at": edition.starts_at, "decide_by": edition.starts_at}
    approval = Approval.objects.create(enrolment=enrolled, kind=Approval.Kind.PROVIDER, **when)
    group = GroupEnrolment.objects.create(
        employer=OrganisationFactory(employer=True), edition=edition, state="done", wish="part", source="paste",
        created_at=edition.starts_at, changed_at=edition.starts_at, begun_at=edition.starts_at,
    )  # fmt: skip
    things = {"edition": edition, "session": session, "enrolment": enrolled, "approval": approval, "group": group}
    for verb in SAYS:
        Event.record(things[verb.partition(".")[0]], verb, by=None, data={})
    # What an employer answers its people is not the house's to read.
    employers = Approval.objects.create(enrolment=enrolled, kind=Approval.Kind.EMPLOYER, **when)
    Event.record(employers, "approval.refused", by=None)
    for language in ("nl", "en"):
        with translation.override(language):
            lines = lines_of(edition, list(events_of(edition)))
            assert len(lines) == len(SAYS)
            assert all("%" not in line.text for line in lines)


def test_the_timeline_tells_of_groups_and_of_what_they_reserved(vandorp: Organisation, now: datetime):
    edition = EditionFactory(capacity=6)
    hr = MembershipFactory(organisation=vandorp, role="hr", user__given_name="Henk", user__family_name="Raat").user
    rows = [{"name": "Jan Wit", "email": "jan@vandorp.example"}]
    group = start_group_enrolment(vandorp, edition, rows, wish="part", key="", by=hr, at=now, seats=2)
    carry_out_group(group, at=now)
    release_seats(group, by=hr, at=now)
    undo_group(GroupEnrolment.objects.get(), by=hr, at=now)
    carry_out_group(group, at=now)
    with translation.override("nl"):
        said = [(line.text, line.by) for line in lines_of(edition, list(events_of(edition, kind="places")))]
    name = vandorp.name
    assert [text for text, by in reversed(said) if name in text and by == "Henk Raat"] == [
        f"Er is een groep van {name} ingestuurd",
        f"De groep van {name} is ingeschreven, met 2 plekken zonder naam",
        f"2 plekken zonder naam van {name} zijn teruggegeven",
        f"Het terugdraaien van de groep van {name} is begonnen",
        f"De groep van {name} is teruggedraaid",
    ]


def test_the_timeline_asks_the_same_of_the_database_however_long(
    edition: Edition, full_edition: Edition, now: datetime, django_assert_num_queries: object
):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            lines_of(edition, list(events_of(edition)))
        return len(captured)

    for _number in range(2):
        Event.record(EnrolmentFactory(edition=edition), "enrolment.confirmed", by=None, at=now)
    queries()  # what kinds of things there are is asked once, by whoever is first
    one = queries()
    for _number in range(5):
        offered = EnrolmentFactory(edition=edition, offered=True)
        decline_offer(offered, by=offered.learner, at=now)
    assert queries() == one


# The list to take along -----------------------------------------------------------------------------------------------


@pytest.fixture
def listed(edition: Edition, vandorp: Organisation) -> Edition:
    """Two who take part, one of them with a name that a spreadsheet would run; one who only waits."""
    sanne = UserFactory(given_name="Sanne", name_prefix="de", family_name="Vries", email="sanne@voorbeeld.example")
    EnrolmentFactory(edition=edition, learner=sanne, employee=True, employer=vandorp)
    EnrolmentFactory(edition=edition, learner=UserFactory(given_name="Bobby", family_name="=1+1"))
    EnrolmentFactory(edition=edition, learner=UserFactory(family_name="Wachter"), waitlisted=True)
    return edition


def test_the_spreadsheet_holds_addresses_in_dutch_order_and_runs_nothing(asked: Client, listed: Edition, chris: User):
    answer = asked.get(cockpit(listed, "cockpit_participants", "xlsx"))
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[1] for row in rows] == ["Naam", "'=1+1, Bobby", "Vries, Sanne de"]
    assert "sanne@voorbeeld.example" in rows[2]
    text = asked.get(cockpit(listed, "cockpit_participants", "csv")).content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [line[1] for line in lines] == ["Naam", "'=1+1, Bobby", "Vries, Sanne de"]
    events = Event.objects.about(listed).filter(verb="edition.list_downloaded", by=chris)
    assert [event.data["format"] for event in events] == ["xlsx", "csv"]


def test_the_paper_goes_round_the_room_without_addresses(asked: Client, listed: Edition):
    answer = asked.get(cockpit(listed, "cockpit_participants", "pdf"))
    paper = PdfReader(io.BytesIO(answer.content))
    text = "\n".join(page.extract_text() for page in paper.pages)
    for words in ("Vries, Sanne de", "Van Dorp Fijnmechaniek", "Cobots in de praktijk", "pagina 1 van 1", "Aanwezig"):
        assert words in text
    assert "@" not in text
    assert "Wachter" not in text
    assert paper.metadata.title == "Deelnemers: Cobots in de praktijk"
    assert paper.trailer["/Root"]["/Lang"] == "nl-NL"
    fonts = [font.get_object() for page in paper.pages for font in page["/Resources"]["/Font"].values()]
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts if "/FontDescriptor" in font)


def test_the_paper_of_a_funded_edition_carries_the_emblem_beside_the_funders_words(asked: Client, listed: Edition):
    def paper() -> PdfReader:
        return PdfReader(io.BytesIO(asked.get(cockpit(listed, "cockpit_participants", "pdf")).content))

    assert not paper().pages[0].images
    announce_funding(listed, notice_nl="Betaald door de Unie", notice_en="Paid by the Union", emblem="eu", by=None)
    assert len(paper().pages[0].images) == 1
    assert "Betaald door de Unie" in paper().pages[0].extract_text()


def test_a_long_list_turns_the_page(asked: Client, edition: Edition):
    Edition.objects.filter(pk=edition.pk).update(capacity=60)
    edition.refresh_from_db()
    for number in range(45):
        EnrolmentFactory(edition=edition, learner=UserFactory(family_name=f"Naam{number:02d}"))
    paper = PdfReader(io.BytesIO(asked.get(cockpit(edition, "cockpit_participants", "pdf")).content))
    text = [page.extract_text() for page in paper.pages]
    assert len(text) == 3
    assert "pagina 3 van 3" in text[2]
    for number in range(45):
        assert f"Naam{number:02d}" in "".join(text)


def test_an_unknown_kind_of_file_is_not_there(asked: Client, edition: Edition):
    assert asked.get(cockpit(edition, "cockpit_participants", "docx")).status_code == 404


# Whose it is ----------------------------------------------------------------------------------------------------------


def test_trainers_and_other_houses_find_no_cockpit(client: Client, edition: Edition, bo: User, other_coordinator: User):
    for stranger in (bo, other_coordinator):
        client.force_login(stranger)
        assert client.get(cockpit(edition)).status_code == 404
        assert client.post(cockpit(edition, "cockpit_capacity"), {"capacity": "99"}).status_code == 404
    edition.refresh_from_db()
    assert edition.capacity == 12


def test_the_office_chooses_a_house(client: Client, officer: User, edition: Edition, ramlab: Organisation):
    client.force_login(officer)
    listed = reverse("enrolments:cockpit_editions")
    assert edition.code in client.get(listed).content.decode()
    assert edition.code in client.get(listed, {"house": "robohouse"}).content.decode()
