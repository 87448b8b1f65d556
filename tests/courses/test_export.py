"""The catalogue as a spreadsheet: reading it back changes nothing, and no cell is run as a formula."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from courses.actions import check_import, take_in_file
from courses.exports import SHEETS, sheet_as_csv, workbook
from courses.models import Course, Edition, Theme
from lms.people.models import User
from tests.factories import NOW, CourseFactory, EditionFactory, LocationFactory, RoomFactory

pytestmark = pytest.mark.django_db

NASTY = ["=1+1", "+31 15", "-x", "@som", "'=1", "''+", "'s Middags", "a\nb", "\ttab", "＝1", 'é; "x", y']


@pytest.fixture
def catalogue(course: Course, edition: Edition, ramlab: Any) -> Course:
    """Everything a cell can be: formulas, line ends, two places of one name, a room that was lent by another house."""
    for number, text in enumerate(NASTY):
        CourseFactory(code=f"x-{number}", provider=course.provider, title_nl=text, summary_en=text)
    course.themes.add(Theme.objects.create(code="robotica", name_nl="Robotica", name_en="Robotics"))
    course.labs.add(course.provider, ramlab)
    course.categories = ["student", "employee"]
    course.save()
    for location in (
        LocationFactory(organisation=course.provider, name="Hal"),
        LocationFactory(organisation=course.provider, name="Hal"),
    ):
        EditionFactory(course=course, location=location, draft=True, days=0)
    edition.sessions.update(room=RoomFactory(location=LocationFactory(organisation=ramlab, name="Elders")))
    # To the second: what a cell cannot hold is no change.
    first = edition.sessions.first()
    first.ends_at += timedelta(seconds=20)
    first.save()
    return course


@pytest.mark.parametrize("language", ["nl", "en"])
def test_reading_an_export_back_changes_nothing(chris: User, catalogue: Course, language: str) -> None:
    with override(language):
        files = {"alles.xlsx": workbook(chris)} | {f"{one}.csv": sheet_as_csv(one, chris) for one in SHEETS}
    for name, content in files.items():
        one = check_import(take_in_file(content, name=name, language=language, by=chris, at=NOW), at=NOW)
        assert [row for row in one.plan if row["verdict"] != "same"] == [], name
        assert one.plan, name


def test_no_cell_is_run(chris: User, catalogue: Course) -> None:
    for sheet in load_workbook(BytesIO(workbook(chris))):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "+", "-", "@", "＝"))
    for line in sheet_as_csv("courses", chris).decode("utf-8-sig").split(";"):
        assert not line.strip('"').startswith(("=", "+", "-", "@"))


def test_each_house_exports_its_own(chris: User, other_coordinator: User, catalogue: Course) -> None:
    theirs = EditionFactory(
        code="van-ramlab", course=CourseFactory(provider=other_coordinator.memberships.get().organisation)
    )
    ours = sheet_as_csv("editions", chris).decode()
    assert "cobots-27-2" in ours
    assert theirs.code not in ours
    assert "cobots-27-2" not in sheet_as_csv("sessions", other_coordinator).decode()


def test_a_thousand_editions_cost_no_more_questions_than_one(
    chris: User, edition: Edition, django_assert_max_num_queries: Any
) -> None:
    def asked(user: User) -> int:
        with django_assert_max_num_queries(40) as counted:
            workbook(User.objects.get(pk=user.pk))
        return len(counted)

    few = asked(chris)
    EditionFactory.create_batch(12, course=edition.course, days=2)
    assert asked(chris) == few


@pytest.mark.parametrize("name", ["catalogue.csv", "courses.xlsx", "people.csv", "catalogue.exe", "x.csv"])
def test_only_what_there_is_can_be_had(client: Client, chris: User, name: str) -> None:
    client.force_login(chris)
    stem, _dot, ending = name.partition(".")
    assert client.get(reverse("catalogue_export", args=[stem, ending])).status_code == 404
