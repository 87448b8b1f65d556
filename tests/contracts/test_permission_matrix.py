"""That every address answers everyone as the table of permissions says (permission_table), to the row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from openpyxl import load_workbook

from tests.contracts.houses import OURS, ROLES, THEIRS, World, build_world, state_of_everything
from tests.contracts.permission_table import LINES, OURSELVES, lines_for
from tests.contracts.requests import address_of, files_for, sent_to
from tests.factories import NOW, MembershipFactory

pytestmark = pytest.mark.once


def test_every_address_stands_in_the_table():
    missing = [name for name in OURSELVES if "GET" not in lines_for(name)]
    assert missing == []


def test_every_line_stands_for_an_address():
    names = OURSELVES
    stale = [line.pattern for line in LINES if not any(line in lines_for(name).values() for name in names)]
    assert stale == []


# Asking ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Both houses, built once and rolled back after this module."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(_built: World, db: None, clock: Any) -> World:
    """The houses at NOW; what a test changes is undone."""
    return _built


def told(response: HttpResponse) -> str:
    """The answer as the table writes it."""
    if response.status_code not in (301, 302):
        return str(response.status_code)
    where = urlsplit(response["Location"]).path
    return "in" if where == "/accounts/login/" else "home" if where == "/beheer/" else "to"


REFUSALS = {"in", "home", "401", "403", "404"}
PAIRS = ("learner", "trainer", "coordinator", "hr")
FOREIGN = dict.fromkeys(PAIRS, THEIRS) | {f"{role}2": OURS for role in PAIRS}
# Open to anyone: the catalogue, and the demo's mailbox.
PUBLIC = (
    r"/.*|alive|ready|metrics|mail(box.*|_stop)|cms:.*|verify.*|enrolments:(enrol|code|renew_code|offer|hr_invitation)"
    r"|enrolments:(claim_code|renew_claim_code)"
    r"|shared"
    r"|enrolments:group_(editions|new)"  # of the catalogue; a list has its company's own staff only, tested apart
    r"|api:.*|oeapi:.*|edudex:.*|machines:.*|for_systems"
    r"|employer_lookup|robots|sitemap.*|share_card|feeds:.*|credential.*|own_sessions"
    r"|desk:(ask|groups|join|track|meetings_calendar)"
)


@pytest.mark.parametrize("name", OURSELVES)
def test_who_may_see_and_what(world: World, name: str):
    """The answer is the table's, and no page shows a row of the other house: not in lists, choices, filters, files."""
    address = address_of(name, world)
    answers = {role: world.clients[role].get(address) for role in ROLES}
    assert {role: told(answer) for role, answer in answers.items()} == lines_for(name)["GET"].cells, address
    if not re.fullmatch(PUBLIC, name):
        leaks = [role for role, foreign in FOREIGN.items() if shows(answers[role], foreign)]
        assert leaks == [], address


def shows(answer: Any, marker: str) -> bool:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code == 200 and marker.encode() in content.lower()


# Changing -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OURSELVES)
def test_who_may_not_see_may_not_change(world: World, name: str):
    line = lines_for(name).get("POST") or lines_for(name)["GET"]
    expected = {role: cell for role, cell in line.cells.items() if cell in REFUSALS}
    if name.startswith("/") or not expected:
        return
    address = address_of(name, world)
    data = sent_to(name, address, world)
    before = state_of_everything()
    answers = {role: told(world.clients[role].post(address, data | files_for(name))) for role in expected}
    # 405: a page that takes no POST says so before it looks at who asks.
    assert {role: expected[role] if answer == "405" else answer for role, answer in answers.items()} == expected, (
        address
    )
    assert state_of_everything() == before


POSTS = sorted(name for name in OURSELVES if "POST" in lines_for(name))


@pytest.mark.parametrize("name", POSTS)
def test_who_may_change_does(world: World, name: str):
    """The other side of the test before: the same form, sent by who may, changes something."""
    address = address_of(name, world)
    data = sent_to(name, address, world)
    for role, cell in lines_for(name)["POST"].cells.items():
        if cell not in REFUSALS:
            before = state_of_everything()
            mark = transaction.savepoint()
            assert told(world.clients[role].post(address, data | files_for(name))) == cell, role
            assert state_of_everything() != before, role
            transaction.savepoint_rollback(mark)


# What pages show ------------------------------------------------------------------------------------------------------

EXPORTED = ("courses:index", "editions:index")


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("name", EXPORTED)
def test_an_export_holds_the_rows_of_the_own_house_alone(world: World, name: str, file_format: str):
    answer = world.clients["coordinator"].get(reverse(name), {"export": file_format})
    text = "".join(row_texts(answer.content, file_format))
    assert OURS in text
    assert THEIRS not in text


def row_texts(content: bytes, file_format: str) -> list[str]:
    if file_format == "csv":
        return content.decode("utf-8-sig").splitlines()
    return [str(cell) for row in load_workbook(BytesIO(content)).active.values for cell in row]


def test_the_pages_do_show_the_rows_of_the_own_house(world: World):
    """Without this the test before would be content with empty pages."""
    client = world.clients["coordinator"]
    for name in (
        "editions:index",
        "courses:index",
        "sessions:index",
        "locations:index",
        "back-office-enrolments:index",
    ):
        assert shows(client.get(reverse(name)), OURS), name


def test_a_coordinator_is_not_offered_another_house(world: World):
    for name in ("courses:add", "editions:add", "locations:add"):
        form = world.clients["coordinator"].get(reverse(name)).context["form"]
        field = form.fields["organisation" if name == "locations:add" else "provider"]
        assert list(field.queryset) == [world.ours.provider], name


CRAFTED = [
    ("courses:edit", "course", "provider", "organisation"),
    ("editions:edit", "edition", "provider", "organisation"),
    ("editions:edit", "draft", "course", "course"),
    ("editions:edit", "edition", "location", "location"),
    ("editions:edit", "edition", "trainers", "trainer"),
    ("sessions:edit", "planned", "room", "room"),
    ("outcomes:edit", "outcome", "course", "course"),
    ("prices:edit", "price", "course", "course"),
    ("parts:edit", "part", "programme", "course"),
    ("course-skills:edit", "course-skill", "course", "course"),
    ("locations:edit", "location", "organisation", "organisation"),
    ("rooms:edit", "room", "location", "location"),
    ("closed-periods:edit", "closed-period", "organisation", "organisation"),
    ("assessments:edit", "assessment", "course", "course"),
    ("certificate-layouts:edit", "certificate-layout", "organisation", "organisation"),
    ("course-certificates:edit", "course-certificate", "course", "course"),
    ("course-certificates:edit", "course-certificate", "layout", "certificate-layout"),
    ("organisation-logos:edit", "organisation-logo", "organisation", "organisation"),
]


@pytest.mark.parametrize(("name", "row", "field", "foreign"), CRAFTED, ids=lambda value: str(value))
def test_a_crafted_form_cannot_reach_into_another_house(world: World, name: str, row: str, field: str, foreign: str):
    client, thing = world.clients["coordinator"], world.ours.rows[row]
    address = reverse(name, args=[thing.pk])
    data = sent_to(name, address, world)
    theirs = world.theirs.people[foreign] if foreign == "trainer" else world.theirs.rows[foreign]
    before = state_of_everything()
    response = client.post(address, data | {field: theirs.pk})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert state_of_everything() == before


def test_an_export_is_read_by_a_dutch_spreadsheet_and_runs_nothing(world: World):
    edition = world.row("edition")
    edition.course.title_nl = "=1+1"
    edition.course.save()
    response = world.clients["coordinator"].get(reverse("editions:index"), {"export": "csv"})
    text = response.content.decode("utf-8-sig")
    assert f'"{edition.code}";"\'=1+1";"gepubliceerd"' in text or f'"{edition.code}";"\'=1+1";"published"' in text
    assert f"{_local(edition.starts_at):%d-%m-%Y %H:%M}" in text


def _local(moment: datetime) -> datetime:
    return moment.astimezone(NOW.tzinfo)


def test_someone_with_a_role_in_two_houses_writes_only_where_the_role_says_so(world: World):
    """An auditor sees every house; being coordinator of one as well does not make them editor of the others."""
    auditor = world.users["auditor"]
    MembershipFactory(user=auditor, organisation=world.theirs.provider, role="coordinator")
    client = world.clients["auditor"]
    ours, theirs = world.ours.rows["edition"], world.theirs.rows["edition"]
    assert told(client.get(reverse("editions:inspect", args=[ours.pk]))) == "200"
    assert told(client.get(reverse("editions:edit", args=[ours.pk]))) == "home"
    assert told(client.get(reverse("editions:edit", args=[theirs.pk]))) == "200"
    listed = client.get(reverse("editions:index")).content.decode()
    assert reverse("editions:edit", args=[theirs.pk]) in listed
    assert reverse("editions:edit", args=[ours.pk]) not in listed
