"""A spreadsheet of the catalogue: what is shown is what is done, twice is once, and nothing of another house."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.actions import AT_ONCE, begin_import, carry_out_import, check_again, check_import, importing, take_in_file
from courses.dry_run import recognised
from courses.imports import FileRefused, read_file
from courses.models import CatalogueImport, Course, Edition, Session
from courses.resources import RESOURCES
from courses.tasks import import_go_on, import_what_waits
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.people.models import User
from tests.courses.sheets import EDITION, SESSION, applied, as_csv, as_xlsx, course_row, errors, sent, verdicts
from tests.factories import NOW, CourseFactory, EditionFactory, RoomFactory

pytestmark = pytest.mark.django_db


# What is shown and what is done ---------------------------------------------------------------------------------------


def test_looking_changes_nothing_and_applying_does_what_was_shown(chris: User, course: Course) -> None:
    one = sent(chris, as_csv(EDITION))
    assert (one.state, verdicts(one), Edition.objects.count()) == ("ready", ["new"], 0)
    one = applied(one)
    made = Edition.objects.get()
    assert one.state == "applied"
    assert (made.code, made.course, made.state, made.capacity) == ("cobots-28-1", course, "draft", 10)
    assert timezone.localtime(made.enrolment_opens_at) == datetime(2028, 1, 1, 9, tzinfo=NOW.tzinfo)
    assert made.decide_by == date(2028, 2, 15)
    assert Event.objects.about(made).get(verb="edition.planned").by == chris


def test_the_same_file_twice_changes_nothing(chris: User, course: Course) -> None:
    content = as_xlsx(editions=[EDITION], sessions=[SESSION])
    applied(sent(chris, content))
    events = Event.objects.exclude(verb__startswith="import.").count()
    again = sent(chris, content)
    assert verdicts(again) == ["same", "same"]
    applied(again)
    assert Event.objects.exclude(verb__startswith="import.").count() == events
    assert (Edition.objects.count(), Session.objects.count()) == (1, 1)


def test_a_change_is_shown_as_what_stands_there_and_what_would(chris: User, edition: Edition) -> None:
    one = sent(chris, as_csv({"code": edition.code, "capacity": "14", "mode": "Online"}))
    assert one.plan[0]["changes"] == [["Form", "onsite", "online"], ["Places", "12", "14"]]
    applied(one)
    edition.refresh_from_db()
    assert (edition.capacity, edition.mode) == (14, "online")


def test_columns_that_are_left_out_stay_as_they_are(chris: User, edition: Edition) -> None:
    was = {name: getattr(edition, name) for name in ("location_id", "minimum", "decide_by", "enrolment_opens_at")}
    applied(sent(chris, as_csv({"code": edition.code, "capacity": "14"})))
    edition.refresh_from_db()
    assert {name: getattr(edition, name) for name in was} == was
    assert edition.trainers.count() == 1


def test_rows_may_refer_to_rows_before_them(chris: User, course: Course) -> None:
    content = as_xlsx(
        Bijeenkomsten=[SESSION], Edities=[EDITION | {"course": "p-99"}], Opleidingen=[course_row("p-99")]
    )  # in any order, by any name
    one = sent(chris, content, "alles.xlsx")
    assert errors(one) == []
    assert verdicts(one) == ["new", "new", "new"]
    applied(one)
    session = Session.objects.get()
    assert session.edition.course.code == "p-99"
    assert session.edition.starts_at == session.starts_at


def test_the_database_goes_on_numbering_where_an_import_left_it(chris: User, course: Course) -> None:
    """A file brings no numbers of its own, so a course can be entered by hand after it."""
    with pytest.raises(FileRefused, match="Onbekende kopjes"):
        recognised(read_file(as_csv({"id": "9000", **course_row("p-97")}), "x.csv"))
    applied(sent(chris, as_xlsx(courses=[course_row("p-98"), course_row("p-99")])))
    client, form = Client(), course_row("p-100")
    client.force_login(chris, backend="django.contrib.auth.backends.ModelBackend")
    form |= {
        "kind": "course", "provider": course.provider_id, "self_study_minutes": 0, "assessment_minutes": 0,
        "attendance_share": 80, "cover": 1, "vat_regime": "exempt_crkbo", "categories": ["student"],
    }  # fmt: skip
    response = client.post(reverse("courses:add"), form)
    assert response.status_code == 302, response.context["form"].errors
    applied(sent(chris, as_xlsx(courses=[course_row("p-101")])))
    made = list(Course.objects.filter(pk__gt=course.pk).order_by("pk").values_list("code", flat=True))
    assert made == ["p-98", "p-99", "p-100", "p-101"]


def test_a_session_is_found_by_its_number_and_keeps_its_name_in_calendars(chris: User, edition: Edition) -> None:
    was = {one.number: one.uuid for one in edition.sessions.all()}
    row = {"edition": edition.code, "number": "2", "starts_at": "12-03-2027 10:00", "ends_at": "12-03-2027 12:00"}
    applied(sent(chris, as_csv(row)))
    changed = edition.sessions.get(number=2)
    assert changed.uuid == was[2]
    assert timezone.localtime(changed.starts_at).hour == 10
    assert Event.objects.about(changed).filter(verb="session.revised").exists()


def test_one_wrong_row_keeps_the_whole_file_out(chris: User, course: Course) -> None:
    one = sent(chris, as_csv(EDITION, EDITION | {"code": "cobots-28-2", "capacity": "veel"}))
    assert (one.state, verdicts(one)) == ("refused", ["new", "error"])
    assert errors(one) == ["Places: “veel” is not a whole number."]
    with pytest.raises(TransitionRefused):
        begin_import(one, by=chris, at=NOW)
    assert Edition.objects.count() == 0


def test_what_changed_meanwhile_is_noticed_and_shown_again(chris: User, edition: Edition) -> None:
    one = sent(chris, as_csv({"code": edition.code, "capacity": "14"}))
    Edition.objects.filter(pk=edition.pk).update(capacity=13)
    one = applied(one)
    assert one.state == "ready"
    assert one.plan[0]["changes"] == [["Places", "13", "14"]]
    edition.refresh_from_db()
    assert edition.capacity == 13
    assert applied(one).state == "applied"


def test_nothing_of_a_file_is_done_when_its_last_row_cannot_be(chris: User, edition: Edition, course: Course) -> None:
    """The seats were taken between looking and applying."""
    one = sent(chris, as_csv({"code": "x-1", **{k: v for k, v in EDITION.items() if k != "code"}}, EDITION))
    EditionFactory(code="cobots-28-1", course=course)
    one = applied(one)
    assert one.state == "ready"
    assert not Edition.objects.filter(code="x-1").exists()
    assert verdicts(one) == ["new", "changed"]


def test_applying_twice_does_it_once(chris: User, course: Course) -> None:
    one = sent(chris, as_csv(EDITION))
    applied(one)
    with pytest.raises(TransitionRefused):
        begin_import(CatalogueImport.objects.get(), by=chris, at=NOW)
    carry_out_import(CatalogueImport.objects.get(), at=NOW)
    assert Edition.objects.count() == 1


def test_a_run_that_was_broken_off_goes_on_where_it_was(
    chris: User, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courses.actions.importing.CHUNK", 2)
    one = sent(chris, as_csv(*[EDITION | {"code": f"x-{number}"} for number in range(5)]))
    begin_import(one, by=chris, at=NOW)
    importing._carry_out_some(one, at=NOW)  # and then the worker is killed
    assert (Edition.objects.count(), CatalogueImport.objects.get().rows_done) == (2, 2)
    assert import_go_on(one.pk) == "applied"
    assert Edition.objects.count() == 5


def test_a_file_nobody_rang_for_is_found_by_the_sweep(chris: User, course: Course, clock: Any) -> None:
    one = take_in_file(as_csv(EDITION), name="x.csv", language="nl", by=chris, at=NOW)
    assert import_what_waits() == 0
    clock.move_to(NOW.replace(minute=5))
    assert import_what_waits() == 1
    assert import_go_on(one.pk) == "ready"


def test_mended_elsewhere_it_can_be_checked_again(chris: User, course: Course) -> None:
    row = SESSION | {"room": "Zaal Noord"}
    one = sent(chris, as_xlsx(editions=[EDITION], sessions=[row]))
    assert one.state == "refused"
    RoomFactory(location__organisation=course.provider, name_nl="Zaal Noord", name_en="North room")
    one = check_import(check_again(one, by=chris, at=NOW), at=NOW)
    assert one.state == "ready"
    applied(one)
    assert Session.objects.get().room.name_en == "North room"


# What is wrong --------------------------------------------------------------------------------------------------------

WRONG = [
    ({"capacity": ""}, "Places: Fill this in."),
    ({"capacity": "-3"}, "“-3” is not a whole number"),
    ({"capacity": "1e9"}, "is not a whole number"),
    ({"capacity": "999999"}, "Places: "),
    ({"language": "fr"}, "“fr” is none of: nl, en"),
    ({"course": "geen"}, "Course: “geen” is unknown, or not yours."),
    ({"location": "Nergens"}, "“Nergens” is unknown, or not yours."),
    ({"trainers": "onbekend@voorbeeld.example"}, "is unknown, or not yours."),
    ({"enrolment_opens_at": "31-02-2028 09:00"}, "is not a date"),
    ({"enrolment_opens_at": "26-03-2028 02:30"}, "does not exist: the clock is put forward"),
    ({"enrolment_opens_at": "2028-04-01T00:00"}, "Enrolment closes before it opens."),
    ({"minimum": "40"}, "The minimum is larger than the number of places."),
    ({"code": "met spatie"}, "Code: "),
    ({"code": ""}, "Code: "),
    ({"code": "x" * 41}, "Code: "),
    ({"code": "111222333"}, "This looks like a citizen service number"),
    ({"decide_by": "0000-00-00"}, "is not a date"),
    ({"decide_by": "9999-12-31"}, "is not a date"),
]


@pytest.mark.parametrize(("change", "said"), WRONG, ids=[str(change) for change, _said in WRONG])
def test_a_wrong_cell_is_named_with_its_column(chris: User, course: Course, change: dict[str, str], said: str) -> None:
    one = sent(chris, as_csv(EDITION | change | ({"location": ""} if "location" not in change else {})))
    assert one.state == "refused"
    assert said in errors(one)[0], errors(one)


def test_the_same_code_twice_in_one_file_is_an_error(chris: User, course: Course) -> None:
    one = sent(chris, as_csv(EDITION, EDITION))
    assert errors(one) == ["The same code stands in row 2."]


def test_rows_keep_the_numbers_they_have_in_the_file(chris: User, course: Course) -> None:
    content = as_csv(EDITION | {"capacity": "x"}).replace(b"\r\n", b"\r\n;;;;;;;;;\r\n", 1)
    assert sent(chris, b"\r\n" + content.removeprefix(b"\xef\xbb\xbf")).plan[0]["row"] == 4


def test_the_course_of_a_published_edition_stays(chris: User, edition: Edition, course: Course) -> None:
    CourseFactory(code="p-03", provider=course.provider)
    one = sent(chris, as_csv({"code": edition.code, "course": "p-03"}))
    assert errors(one) == ["Course: Who enrolled did so for this course: it cannot be changed any more."]


def test_places_never_drop_below_the_seats_taken(chris: User, full_edition: Edition) -> None:
    one = sent(chris, as_csv({"code": full_edition.code, "capacity": "0"}))
    assert any("More places are taken than there are." in text for text in errors(one))


def test_a_session_that_was_signed_off_stays_as_it_is(chris: User, edition: Edition) -> None:
    edition.sessions.filter(number=1).update(state="signed_off", signed_off_at=NOW)
    row = {"edition": edition.code, "number": "1", "title_nl": "Anders"}
    assert "signed off" in errors(sent(chris, as_csv(row)))[0]
    assert verdicts(sent(chris, as_csv(row | {"title_nl": "Dag 1"}))) == ["same"]


# Whose ----------------------------------------------------------------------------------------------------------------


def test_a_coordinator_imports_into_the_own_house_alone(
    other_coordinator: User, edition: Edition, course: Course
) -> None:
    """Each of these reaches for RoboHouse; none of the answers tells what is there."""
    tried = [
        ({"code": edition.code, "capacity": "1"}, "Choose another code"),
        (EDITION, "unknown, or not yours"),
        ({"edition": edition.code, "number": "1", "title_nl": "x"}, "unknown, or not yours"),
        ({"code": course.code, "kind": "programme", "title_nl": "x"}, "Choose another code"),
    ]
    before = list(Edition.objects.values()), list(Session.objects.values()), list(Course.objects.values())
    for row, said in tried:
        one = sent(other_coordinator, as_csv(row))
        assert one.state == "refused"
        assert said in errors(one)[0]
        assert course.title_nl not in str(one.plan)
        assert "RoboHouse" not in str(one.plan)
    assert before == (list(Edition.objects.values()), list(Session.objects.values()), list(Course.objects.values()))


def test_a_code_of_another_house_is_answered_like_one_that_never_was(
    other_coordinator: User, course: Course, edition: Edition
) -> None:
    def answer(code: str) -> str:
        [text] = errors(sent(other_coordinator, as_csv({"edition": code, "number": "1", "title_nl": "x"})))
        return text.replace(code, "…")

    assert answer(edition.code) == answer("nooit-gezien")


def test_only_the_sender_sees_an_import(chris: User, course: Course, officer: User, client: Client) -> None:
    one = sent(chris, as_csv(EDITION))
    for user in (officer, chris):
        client.force_login(user)
        expected = 200 if user == chris else 404
        assert client.get(reverse("catalogue_import", args=[one.uuid])).status_code == expected
    with pytest.raises(PermissionDenied):
        begin_import(one, by=officer, at=NOW)


def test_who_lost_the_role_meanwhile_applies_nothing(chris: User, course: Course) -> None:
    one = sent(chris, as_csv(EDITION))
    begin_import(one, by=chris, at=NOW)
    chris.memberships.update(ends_on=date(2020, 1, 1), starts_on=date(2019, 1, 1))
    one = carry_out_import(CatalogueImport.objects.get(), at=NOW)
    assert one.state == "refused"
    assert Edition.objects.count() == 0


@pytest.mark.parametrize("name", ["amal", "bo", "auditor"])
def test_who_keeps_no_facts_sends_no_files(request: pytest.FixtureRequest, name: str, course: Course) -> None:
    with pytest.raises(PermissionDenied):
        take_in_file(as_csv(EDITION), name="x.csv", language="nl", by=request.getfixturevalue(name), at=NOW)


# Files as people have them --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_as_any_program_saves_it(chris: User, course: Course, separator: str, encoding: str) -> None:
    content = as_csv(
        SESSION | {"title_nl": "Één dag; café, öl", "edition": "a"}, separator=separator, encoding=encoding
    )
    sheets = recognised(read_file(content, "x.csv"))
    assert sheets["sessions"]["rows"][0][2] == "Één dag; café, öl"


def test_headings_in_dutch_and_in_english_and_as_in_the_code(chris: User, edition: Edition) -> None:
    for heading in ("capacity", "Places", "PLEKKEN"):
        one = sent(chris, as_csv({"Code": edition.code, heading: "14"}))
        assert verdicts(one) == ["changed"], heading


@pytest.mark.parametrize("resource", RESOURCES)
def test_no_heading_means_two_columns(resource: Any) -> None:
    columns = resource.columns()
    for name in resource._meta.fields:
        assert columns[name] == name
        assert columns[resource.heading(name).casefold()] == name


def test_moments_and_numbers_of_a_real_spreadsheet(chris: User, course: Course) -> None:
    row = EDITION | {
        "capacity": 10.0,
        "enrolment_opens_at": datetime.fromisoformat("2028-01-01T09:00"),
        "enrolment_closes_at": datetime.fromisoformat("2028-03-01T17:00"),
        "decide_by": date(2028, 2, 15),
    }
    applied(sent(chris, as_xlsx(editions=[row])))
    made = Edition.objects.get()
    assert (made.capacity, made.decide_by) == (10, date(2028, 2, 15))
    assert timezone.localtime(made.enrolment_closes_at).hour == 17


# The pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client: Client, clock: Any, chris: User, course: Course) -> Client:
    chris.language = "en"
    chris.save()
    client.force_login(chris)
    return client


def upload(client: Client, content: bytes, name: str = "aanbod.csv") -> Any:
    return client.post(reverse("catalogue"), {"file": SimpleUploadedFile(name, content)}, follow=True)


def test_from_file_to_catalogue_in_three_clicks(desk: Client) -> None:
    page = upload(desk, as_csv(EDITION, EDITION | {"code": "cobots-28-2"}))
    assert "Apply 2 rows" in page.content.decode()
    done = desk.post(page.redirect_chain[-1][0], {"apply": ""}, follow=True)
    assert "Applied" in done.content.decode()
    assert Edition.objects.count() == 2
    assert desk.post(page.redirect_chain[-1][0], {"apply": ""}).status_code == 302  # a double click
    assert Edition.objects.count() == 2


def test_a_large_file_is_left_to_the_worker(desk: Client, django_capture_on_commit_callbacks: Any) -> None:
    rows = [EDITION | {"code": f"x-{number}"} for number in range(AT_ONCE + 1)]
    page = upload(desk, as_csv(*rows))
    assert "being checked" in page.content.decode()
    one = CatalogueImport.objects.get()
    assert import_go_on(one.pk) == "ready"
    assert f"Apply {AT_ONCE + 1} rows" in desk.get(reverse("catalogue_import", args=[one.uuid])).content.decode()


@pytest.mark.parametrize("content", [b"", b"onzin", b"\xd0\xcf\x11\xe0" + b"\x00" * 600])
def test_a_wrong_file_is_answered_beside_the_field(desk: Client, content: bytes) -> None:
    page = upload(desk, content)
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert CatalogueImport.objects.count() == 0


def test_no_file_at_all_is_answered_too(desk: Client) -> None:
    assert desk.post(reverse("catalogue")).context["form"].errors["file"]


@pytest.mark.parametrize("asked", ["show=new", "show=<x>", "p=0", "p=-1", "p=99999999999999999999", "show=same&p=x"])
def test_odd_questions_get_a_page(desk: Client, asked: str, chris: User) -> None:
    one = sent(chris, as_csv(EDITION))
    assert desk.get(f"{reverse('catalogue_import', args=[one.uuid])}?{asked}").status_code == 200


def test_what_a_cell_says_is_shown_as_text(desk: Client) -> None:
    page = upload(desk, as_csv(EDITION | {"course": "<script>alert(1)</script>"}))
    assert b"<script>alert(1)" not in page.content
    assert b"&lt;script&gt;alert(1)" in page.content
