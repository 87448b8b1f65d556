"""A second provider's coordinator reaches nothing of the first's: each address of the back office tried, by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from courses.models import Edition
from tests.contracts.houses import OURS, World, build_world, state_of_everything
from tests.contracts.permission_table import addresses
from tests.contracts.test_permission_matrix import row_texts
from tests.factories import NOW

pytestmark = [pytest.mark.once, pytest.mark.django_db]

# Every list of facts, with the row of ours that the other coordinator tries to reach.
ROWS = {
    "courses": "course", "editions": "draft", "sessions": "session", "outcomes": "outcome", "prices": "price",
    "parts": "part", "course-skills": "course-skill", "locations": "location", "rooms": "room",
    "closed-periods": "closed-period", "assessments": "assessment",
}  # fmt: skip
VIEWS = ("edit", "delete", "inspect", "history", "history_results", "copy", "usage")


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(_built: World, db: None, clock: Any) -> World:
    return _built


@pytest.fixture
def intruder(world: World) -> Client:
    return world.clients["coordinator2"]


def ours(answer: Any) -> bool:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return OURS.encode() in content.lower()


def named(view: str) -> list[str]:
    return [name for name in ROWS if f"{name}:{view}" in addresses()]


@pytest.mark.parametrize("view", VIEWS)
def test_no_row_can_be_opened(world: World, intruder: Client, view: str) -> None:
    for name in named(view):
        address = reverse(f"{name}:{view}", args=[world.ours.rows[ROWS[name]].pk])
        before = state_of_everything()
        for answer in (intruder.get(address), intruder.post(address, {})):
            assert answer.status_code == 404, address
            assert not ours(answer), address
        assert state_of_everything() == before, address


def test_every_kind_of_row_was_tried() -> None:
    assert named("edit") == list(ROWS)
    assert named("history") == list(ROWS)


@pytest.mark.parametrize("asked", ["", "?q=kwartel", "?course={course}", "?edition={edition}", "?location={location}"])
def test_no_list_filter_or_search_shows_a_row(world: World, intruder: Client, asked: str) -> None:
    rows = world.ours.rows
    question = asked.format(course=rows["course"].pk, edition=rows["edition"].code, location=rows["location"].pk)
    for name in ROWS:
        for view in ("index", "index_results"):
            answer = intruder.get(reverse(f"{name}:{view}") + question)
            shown = answer.content.decode().replace(question.replace("&", "&amp;"), "").lower()
            # What someone typed stands in the search field and in links; nothing else may.
            assert shown.count(OURS) <= shown.count(f'value="{OURS}"') + shown.count(f"q={OURS}") + (
                shown.count(f"“{OURS}”") + shown.count(f">{OURS}<") + shown.count(f'value="{rows["edition"].code}"')
                + shown.count(f"edition={rows['edition'].code}") + shown.count(f'"{OURS}"')
            ), (name, view, question)  # fmt: skip


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_no_export_of_a_list_holds_a_row(world: World, intruder: Client, file_format: str) -> None:
    for name in ("courses", "editions", "sessions"):
        answer = intruder.get(reverse(f"{name}:index"), {"export": file_format})
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert OURS not in "".join(row_texts(content, file_format)).lower(), name


def test_no_form_begins_with_a_row(world: World, intruder: Client) -> None:
    rows = world.ours.rows
    for name, question in (
        ("sessions", {"edition": rows["draft"].pk, "room": rows["room"].pk}),
        ("editions", {"course": rows["course"].pk, "location": rows["location"].pk}),
        ("outcomes", {"course": rows["course"].pk}),
        ("rooms", {"location": rows["location"].pk}),
    ):
        answer = intruder.get(reverse(f"{name}:add"), question)
        assert answer.status_code == 200
        assert not ours(answer), name


def test_a_crafted_form_does_not_name_a_draft_while_it_refuses_it(world: World, intruder: Client) -> None:
    answer = intruder.post(reverse("sessions:add"), {"edition": world.ours.rows["draft"].pk, "number": 1})
    assert answer.context["form"].errors["edition"]
    assert not ours(answer)


def test_the_chooser_neither_lists_nor_names_a_draft(world: World, intruder: Client) -> None:
    draft = world.ours.rows["draft"]
    for view in ("choose", "choose_results"):
        for question in ({}, {"q": draft.code[:4]}, {"p": "1"}):
            answer = intruder.get(reverse(f"edition-chooser:{view}"), question)
            assert draft.code.encode() not in answer.content
    assert intruder.get(reverse("edition-chooser:chosen", args=[draft.pk])).status_code == 404
    assert intruder.get(reverse("edition-chooser:chosen_multiple"), {"id": draft.pk}).status_code == 404
    assert world.clients["coordinator"].get(reverse("edition-chooser:chosen", args=[draft.pk])).status_code == 200


@pytest.mark.parametrize("pk", ["0", "-1", "x", "9" * 30, "%00", "1 or 1"])
def test_the_chooser_takes_odd_keys_for_no_row(intruder: Client, pk: str) -> None:
    assert intruder.get(reverse("edition-chooser:chosen", args=["KEY"]).replace("KEY", pk)).status_code in {400, 404}


def test_neither_copy_nor_publishing_nor_cancelling(world: World, intruder: Client) -> None:
    before = state_of_everything()
    for name in ("copy_edition", "decide_edition_publish", "decide_edition_cancel"):
        for row in ("edition", "draft", "done"):
            address = reverse(name, args=[world.ours.rows[row].pk])
            assert intruder.get(address).status_code == 404
            assert intruder.post(address, {"make": "", "code": "x"}).status_code == 404
    assert state_of_everything() == before


def test_neither_import_nor_export(world: World, intruder: Client) -> None:
    address = reverse("catalogue_import", args=[world.ours.rows["import"].uuid])
    for answer in (intruder.get(address), intruder.post(address, {"apply": ""}), intruder.post(address, {"again": ""})):
        assert answer.status_code == 404
    for sheet in ("courses", "editions", "sessions"):
        assert not ours(intruder.get(reverse("catalogue_export", args=[sheet, "csv"])))
    row = f"edition;number;title_nl\r\n{world.ours.rows['draft'].code};1;Gekaapt".encode()
    before = list(Edition.objects.values())
    page = intruder.post(reverse("catalogue"), {"file": SimpleUploadedFile("x.csv", row)}, follow=True)
    assert page.status_code == 200
    assert list(Edition.objects.values()) == before


@pytest.mark.parametrize("name", ["clashes", "trainers", "catalogue"])
def test_no_page_of_the_house_shows_a_row(intruder: Client, name: str) -> None:
    assert not ours(intruder.get(reverse(name)))
    assert not ours(intruder.get(reverse(name), {"q": "Kwart"}))


@pytest.mark.parametrize(
    "asked", ["p=0", "p=99999999999999999999", "q=" + "x" * 5000, "ordering=x", "course=x", "edition=%ff"]
)
def test_odd_questions_are_answered(world: World, asked: str) -> None:
    client = world.clients["coordinator"]
    for name in ("courses:index", "editions:index", "sessions:index", "clashes", "trainers", "catalogue"):
        assert client.get(f"{reverse(name)}?{asked}").status_code in {200, 404}, name
