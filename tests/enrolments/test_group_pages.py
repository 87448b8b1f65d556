"""The screens of a group: choose, say who, check and mend, run, report, undo."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from enrolments.actions import carry_out_group, withdraw
from enrolments.models import Enrolment, GroupEnrolment, GroupRow
from enrolments.tasks import compare_seats
from tests.factories import (
    CourseFactory,
    EditionFactory,
    EmploymentFactory,
    EnrolmentFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("clock")]

LIST = "Naam;E-mail\nJan Wit;jan@metaal.example\nPiet de Vries;piet.metaal.example\n"


@pytest.fixture
def company():
    return OrganisationFactory(employer=True, name="Metaal bv")


@pytest.fixture
def hr(company):
    return MembershipFactory(organisation=company, role="hr").user


@pytest.fixture
def edition():
    return EditionFactory(code="cobots-1", capacity=6)


@pytest.fixture
def client(hr):
    client = Client()
    client.force_login(hr, "django.contrib.auth.backends.ModelBackend")
    return client


def send(client: Client, edition, **said) -> GroupEnrolment:
    answer = client.post(reverse("enrolments:group_new", args=[edition.code]), said)
    assert answer.status_code == 302, answer.context["form"].errors
    return GroupEnrolment.objects.get(uuid=answer["Location"].rstrip("/").rsplit("/", 1)[1])


def page(client: Client, group: GroupEnrolment, name: str = "group", *args) -> str:
    return client.get(reverse(f"enrolments:{name}", args=[group.uuid, *args])).content.decode()


def post(client: Client, group: GroupEnrolment, name: str, *args, **said):
    return client.post(reverse(f"enrolments:group_{name}", args=[group.uuid, *args]), said)


def test_four_screens_from_choosing_to_enrolled_with_a_row_mended(client, edition):
    assert "cobots-1" in client.get(reverse("enrolments:group_editions")).content.decode()
    group = send(client, edition, rows=LIST)
    checked = page(client, group)
    assert "2 rijen gelezen: 1 goed, 1 met een fout" in checked
    assert "Het e-mailadres mist een @" in checked
    assert not Enrolment.objects.exists()
    post(client, group, "row", 3, given_name="Piet", name_prefix="de", family_name="Vries", email="piet@metaal.example")
    assert "2 goed" in page(client, group)
    post(client, group, "run", wish="part")
    assert "2 geplaatst</h2>" in page(client, group)
    assert Enrolment.objects.filter(state="confirmed").count() == 2


def test_totals_say_how_many_were_placed_wait_and_are_wrong(client, edition):
    EnrolmentFactory.create_batch(5, edition=edition)
    group = send(client, edition, rows=LIST + "Kees Bos;kees@metaal.example")
    post(client, group, "run", wish="part")
    assert "1 geplaatst, 1 op de wachtlijst, 1 fout" in page(client, group)


def test_the_mapping_is_shown_and_can_be_changed(client, edition):
    group = send(client, edition, rows="Wie;Wat;Mail\nVries;Sanne;s@metaal.example")
    assert "Wie = niet gebruikt" in page(client, group)
    post(client, group, "columns", column0="family_name", column1="given_name", column2="email")
    assert "Sanne Vries" in page(client, group)


def test_the_same_file_twice_leads_to_what_became_of_it(client, edition):
    file = LIST.encode()
    group = send(client, edition, file=SimpleUploadedFile("groep.csv", file))
    post(client, group, "run", wish="part")
    again = client.post(
        reverse("enrolments:group_new", args=[edition.code]),
        {"file": SimpleUploadedFile("kopie.csv", file)},
        follow=True,
    )
    assert "Je stuurde deze lijst eerder" in again.content.decode()
    assert GroupEnrolment.objects.count() == Enrolment.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({}, "Plak of kies wie er komt"),
        ({"rows": "   "}, "Plak of typ ten minste één persoon"),
        ({"rows": "Naam;E-mail"}, "er zijn koppen en geen rijen"),
        ({"rows": "jan@x.example", "file": SimpleUploadedFile("a.csv", b"b@x.example")}, "op één manier"),
        ({"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}, "geen rekenblad"),
        ({"seats": "-1"}, "minstens 0"),
        ({"seats": "4", "reference": "111222333"}, "burgerservicenummer"),
    ],
    ids=["nothing", "blank", "headings", "twice", "pdf", "negative", "bsn"],
)
def test_what_cannot_be_taken_in_is_said_beside_it_and_nothing_is_kept(client, edition, said, says):
    answer = client.post(reverse("enrolments:group_new", args=[edition.code]), said)
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not GroupEnrolment.objects.exists()


def test_what_was_pasted_stays_when_something_else_is_wrong(client, edition):
    answer = client.post(
        reverse("enrolments:group_new", args=[edition.code]), {"rows": "Jan;jan@x.example", "seats": "x"}
    )
    assert "Jan;jan@x.example" in answer.content.decode()


def test_known_staff_are_chosen_and_only_those_of_the_own_company(client, edition, company):
    mine = EmploymentFactory(organisation=company, user__family_name="Bos").user
    other = EmploymentFactory().user
    asked = client.get(reverse("enrolments:group_new", args=[edition.code])).content.decode()
    assert mine.email in asked
    assert other.email not in asked
    refused = client.post(reverse("enrolments:group_new", args=[edition.code]), {"staff": [str(other.uuid)]})
    assert refused.status_code == 200
    group = send(client, edition, staff=[str(mine.uuid)])
    assert group.rows.get().verdict == "known"


def test_seats_without_names_are_reserved_named_and_given_back(client, edition):
    group = send(client, edition, seats="3")
    post(client, group, "run", wish="part")
    assert "3 plekken zonder naam" in page(client, group)
    wrong = post(client, group, "name_seat", family_name="Wit", email="jan")
    assert wrong.status_code == 200
    post(client, group, "name_seat", given_name="Jan", family_name="Wit", email="jan@metaal.example")
    assert Enrolment.objects.get().state == "confirmed"
    post(client, group, "give_back")
    edition.refresh_from_db()
    assert edition.seats_taken == 1


def test_a_group_larger_than_the_edition_hears_so_and_may_choose_again(client, edition):
    group = send(client, edition, rows="\n".join(f"Jan Wit,p{n}@metaal.example" for n in range(7)))
    answer = post(client, group, "run", wish="whole")
    assert "Deze editie heeft in totaal 6 plekken" in answer.content.decode()
    group.refresh_from_db()
    assert group.state == "checking"


def test_a_whole_group_that_waits_says_how_many_places_it_still_needs(client, edition):
    EnrolmentFactory.create_batch(5, edition=edition)
    group = send(client, edition, rows="Jan Wit;jan@metaal.example\nPiet Bos;piet@metaal.example")
    post(client, group, "run", wish="whole")
    said = page(client, group)
    assert "we houden 1 van de 2 plekken vast die je nodig hebt" in said
    assert group.enrolments.filter(state="waitlisted").count() == 2


def test_a_large_group_runs_in_the_background_and_shows_how_far_it_is(client, edition):
    group = send(client, edition, rows="\n".join(f"Jan Wit,p{n}@metaal.example" for n in range(21)))
    post(client, group, "run", wish="part")
    said = page(client, group)
    assert "We schrijven je groep in" in said
    assert "0 van 21" in said
    group.refresh_from_db()
    carry_out_group(group, at=group.begun_at)
    assert "6 geplaatst, 15 op de wachtlijst" in page(client, group)


def test_someone_else_is_sent_and_colleagues_change_editions(client, edition):
    group = send(client, edition, rows="Jan Wit;jan@metaal.example")
    post(client, group, "run", wish="part")
    post(client, group, "change", 1, given_name="Els", family_name="Bos", email="els@metaal.example")
    els = group.enrolments.get(state="confirmed")
    assert els.learner.email == "els@metaal.example"
    later = EditionFactory(course=edition.course)
    other = send(client, later, rows="Kees Bos;kees@metaal.example")
    post(client, other, "run", wish="part")
    kees = other.enrolments.get()
    assert kees.code in page(client, group, "group_change", 2)
    post(client, group, "change", 2, other=kees.code)
    assert Enrolment.objects.get(learner=els.learner, state="confirmed").edition == later
    assert compare_seats() == []


def as_a_row_reads(said: str, row: GroupRow) -> str:
    """A row of the report, without what is this row's own."""
    line = next(one for one in said.split("<tr") if row.email in one)
    for own in (row.email, row.full_name, f"/{row.number}/", f'class="num">{row.number}<'):
        line = line.replace(own, "")
    return " ".join(line.split("</tr>")[0].split())


@pytest.mark.parametrize("wish", ["part", "whole"])
def test_nothing_on_hrs_pages_tells_that_someone_of_the_list_enrolled_alone(client, edition, wish, clock):
    alone = EnrolmentFactory(edition=edition, learner=UserFactory(email="jan@metaal.example"), category="student")
    group = send(client, edition, rows="Jan Wit;jan@metaal.example\nPiet Bos;piet@metaal.example")
    post(client, group, "run", wish=wish)
    jan, piet = group.rows.order_by("number")
    assert (jan.enrolment, piet.outcome) == (None, "placed")

    said = page(client, group)
    assert as_a_row_reads(said, jan) == as_a_row_reads(said, piet)
    assert "Stuur iemand anders" in as_a_row_reads(said, jan)
    assert "2 geplaatst" in said
    assert "2 geplaatst" in client.get(reverse("enrolments:groups")).content.decode()

    form, other = (page(client, group, "group_change", row.number) for row in (jan, piet))
    csrf = re.compile(r'value="[A-Za-z0-9]{64}"|nonce="[^"]+"')
    assert csrf.sub("", form.replace("Jan Wit", "").replace(f"/{jan.number}/", "")) == csrf.sub(
        "", other.replace("Piet Bos", "").replace(f"/{piet.number}/", "")
    )
    refused = post(client, group, "change", jan.number, given_name="Els", family_name="Vos", email="els@metaal.example")
    assert "Deze plek kun je hier niet wijzigen" in refused.content.decode()
    assert "els@metaal.example" in refused.content.decode(), "what was typed stays"
    alone.refresh_from_db()
    assert alone.state == "confirmed"
    assert group.rows.count() == 2

    post(client, group, "undo")
    undone = page(client, group)
    assert as_a_row_reads(undone, jan) == as_a_row_reads(undone, piet)
    alone.refresh_from_db()
    assert alone.state == "confirmed"


def test_a_whole_group_that_is_placed_leaves_nobody_behind_who_waited_alone(client, edition):
    seated = EnrolmentFactory.create_batch(6, edition=edition)
    EnrolmentFactory(edition=edition, learner=UserFactory(email="jan@metaal.example"), waitlisted=True)
    group = send(client, edition, rows="Jan Wit;jan@metaal.example\nPiet Bos;piet@metaal.example")
    post(client, group, "run", wish="whole")
    jan, piet = group.rows.order_by("number")
    said = page(client, group)
    assert as_a_row_reads(said, jan) == as_a_row_reads(said, piet)
    for one in seated[:3]:
        withdraw(one, by=None, at=group.created_at)
    assert group.enrolments.get().state == "confirmed"
    said = page(client, group)
    assert as_a_row_reads(said, jan) == as_a_row_reads(said, piet)


def test_the_same_list_again_with_other_places_is_taken_over_while_it_is_checked(client, edition, clock):
    new = reverse("enrolments:group_new", args=[edition.code])
    group = send(client, edition, rows=LIST, seats=2, reference="PO-1")
    clock.shift(timedelta(minutes=1))
    answer = client.post(new, {"rows": LIST, "seats": 4, "reference": "PO-2"}, follow=True)
    assert "zoals je ze nu stuurde" in answer.content.decode()
    group.refresh_from_db()
    assert (group.seats_asked, group.reference, GroupEnrolment.objects.count()) == (4, "PO-2", 1)
    clock.shift(timedelta(minutes=1))
    same = client.post(new, {"rows": LIST, "seats": 4, "reference": "PO-2"}, follow=True)
    assert "zoals je ze nu stuurde" not in same.content.decode()

    post(client, group, "run", wish="part")
    late = client.post(new, {"rows": LIST, "seats": 1, "reference": "PO-3"}, follow=True)
    assert "Er is niets veranderd" in late.content.decode()
    group.refresh_from_db()
    assert (group.seats_asked, group.reference) == (4, "PO-2")


def test_undoing_shows_how_many_are_undone(client, edition):
    group = send(client, edition, rows="\n".join(f"Jan Wit,p{n}@metaal.example" for n in range(21)))
    post(client, group, "run", wish="part")
    carry_out_group(group, at=group.created_at)
    post(client, group, "undo")
    assert "0 van 21" in page(client, group)
    group.rows.filter(number__lte=5).update(outcome="undone")
    assert "5 van 21" in page(client, group)


def test_undo_is_offered_for_a_day(client, edition, clock):
    group = send(client, edition, rows="Jan Wit;jan@metaal.example")
    post(client, group, "run", wish="part")
    assert "Draai de hele groep terug" in page(client, group)
    clock.shift(timedelta(hours=25))
    assert "Draai de hele groep terug" not in page(client, group)
    post(client, group, "undo")
    assert Enrolment.objects.get().state == "confirmed"
    clock.shift(timedelta(hours=-25))
    post(client, group, "undo")
    assert "Dit is teruggedraaid" in page(client, group)


def test_the_report_is_a_file_whose_cells_are_never_run(client, edition):
    group = send(client, edition, rows="Voornaam;Achternaam;E-mail\nJan;Wit;jan@metaal.example\n=1+1;Bos;=cmd")
    post(client, group, "run", wish="part")
    book = load_workbook(BytesIO(client.get(reverse("enrolments:group_report", args=[group.uuid, "xlsx"])).content))
    lines = [[cell.value for cell in line] for line in book.active.iter_rows()]
    assert lines[1][1:8] == ["Jan", None, "Wit", "jan@metaal.example", None, "nieuw", "geplaatst"]
    assert lines[2][1] == "'=1+1"
    text = client.get(reverse("enrolments:group_report", args=[group.uuid, "csv"])).content.decode("utf-8-sig")
    assert '"\'=cmd"' in text


def test_a_list_is_thrown_away(client, edition):
    group = send(client, edition, rows=LIST)
    post(client, group, "drop")
    assert not GroupEnrolment.objects.exists()


def test_a_coordinator_enrols_for_a_company_by_its_kvk_number(edition, company):
    client = Client()
    coordinator = MembershipFactory(organisation=edition.provider).user
    client.force_login(coordinator, "django.contrib.auth.backends.ModelBackend")
    EditionFactory(code="elders-1", course=CourseFactory())
    shown = client.get(reverse("enrolments:group_editions")).content.decode()
    assert ("cobots-1" in shown, "elders-1" in shown) == (True, False)
    group = send(client, edition, rows=LIST, company_name="Metaal", company_kvk=company.kvk_number)
    assert group.employer == company
    missing = client.post(reverse("enrolments:group_new", args=[edition.code]), {"rows": LIST})
    assert missing.context["form"].errors["company_name"]


def test_hr_of_two_companies_chooses_for_which(client, hr, edition, company):
    other = MembershipFactory(
        user=hr, role="hr", organisation=OrganisationFactory(employer=True, name="Zink")
    ).organisation
    assert send(client, edition, rows=LIST, company=str(other.uuid)).employer == other


def test_lists_take_as_many_queries_for_many_as_for_one(client, edition, company, django_assert_max_num_queries):
    for count in (1, 4):
        for number in range(count):
            send(client, EditionFactory(), rows=f"Jan Wit;jan{count}{number}@metaal.example")
        for address in ("groups", "group_editions"):
            with django_assert_max_num_queries(24):
                client.get(reverse(f"enrolments:{address}"))


def test_a_page_of_rows_takes_as_many_queries_for_many_as_for_one(client, django_assert_max_num_queries):
    edition = EditionFactory(capacity=60)
    for count in (1, 20):
        group = send(client, edition, rows="\n".join(f"Jan Wit,p{count}{n}@metaal.example" for n in range(count)))
        with django_assert_max_num_queries(22):
            page(client, group)
        post(client, group, "run", wish="part")
        with django_assert_max_num_queries(22):
            page(client, group)
