"""A company's system enrols a group: once however often it asks, and told for every row what became of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from enrolments.actions import cancel_edition, carry_out_group, undo_group
from enrolments.models import Enrolment, GroupEnrolment, Order
from enrolments.tasks import compare_seats
from lms.kernel.models import Event
from lms.messages.employer import sent_for
from lms.people.models import ApiAnswer, Organisation
from tests.api.employer import ask, key_of, send, told
from tests.factories import NOW, EditionFactory, EnrolmentFactory, OrganisationFactory, UserFactory

BSN = "111222333"


@pytest.fixture
def key(vandorp, clock) -> str:
    return key_of(vandorp)


def people(*names: str) -> list[dict[str, str]]:
    return [
        {"given_name": name, "family_name": "de Vries", "email": f"{name.lower()}@vandorp.example"} for name in names
    ]


def group_of(edition, *names: str, **more: Any) -> dict[str, Any]:
    return {"edition": edition.code, "rows": people(*names)} | more


def post(key: str, said: Any, idempotency: str = "order-7") -> Any:
    return send(key, "/groups", said, **{"Idempotency-Key": idempotency})


def run() -> None:
    for group in GroupEnrolment.objects.filter(state="running"):
        carry_out_group(group, at=NOW)
    assert compare_seats() == []


# Enrolling ------------------------------------------------------------------------------------------------------------


def test_a_group_is_taken_in_run_and_followed(key, edition):
    answer = post(key, group_of(edition, "Jan", "Piet", purchase_order="PO-42"))
    assert (answer.status_code, answer["Cache-Control"]) == (202, "private, no-store")
    said = answer.json()
    assert said["state"] == "running"
    assert said["progress"] == {"done": 0, "of": 2}
    assert answer["Location"] == said["url"]
    path = said["url"].partition("/employer")[2]
    run()
    done = told(key, path)
    assert (done["state"], done["progress"]) == ("done", {"done": 2, "of": 2})
    assert (done["totals"]["placed"], done["totals"]["errors"], done["source"]) == (2, 0, "system")
    assert [(row["verdict"], row["outcome"]) for row in done["rows"]] == [("new", "placed")] * 2
    assert done["rows"][0]["name_prefix"] == "de"
    assert {one["state"] for one in told(key, "/enrolments")["items"]} == {"enrolled"}
    assert set(Order.objects.values_list("reference", "payer")) <= {("PO-42", "employer"), ("", "funded")}


def test_the_bell_rings_for_the_run(key, edition, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as bells:
        post(key, group_of(edition, "Jan"))
    assert bells
    with django_capture_on_commit_callbacks() as bells:
        post(key, group_of(edition, "Jan"))
    assert not bells, "what was done before rings nobody"


def test_each_row_has_its_own_verdict_and_the_good_ones_go_ahead(key, edition, vandorp):
    there = UserFactory(given_name="Sam", family_name="Binnen")
    EnrolmentFactory(edition=edition, learner=there, employee=True, employer=vandorp)
    rows = [
        *people("Jan"),
        {"name": "Vries, Sanne de", "email": "SANNE@vandorp.example ", "language": "English"},
        {"name": "Zonder Adres"},
        {"name": f"Piet {BSN}", "email": "piet@vandorp.example"},
        {"name": there.full_name, "email": there.email},
        *people("Jan"),
    ]
    said = post(key, {"edition": edition.code, "rows": rows}).json()
    run()
    group = told(key, f"/groups/{said['id']}", **{"Accept-Language": "en"})
    assert [(row["row"], row["verdict"], row["problem"], row["outcome"]) for row in group["rows"]] == [
        (1, "new", None, "placed"), (2, "new", None, "placed"), (3, "error", "email_missing", None),
        (4, "error", "bsn", None), (5, "enrolled", None, None), (6, "twice", None, None),
    ]  # fmt: skip
    assert "Fill it in" in group["rows"][2]["detail"]
    assert group["totals"] == {
        "rows": 6, "placed": 2, "waitlisted": 0, "requested": 0, "skipped": 2, "errors": 2, "replaced": 0, "undone": 0,
    }  # fmt: skip
    assert BSN not in json.dumps(group)
    assert not GroupEnrolment.objects.filter(rows__cells__icontains=BSN).exists()
    assert Enrolment.objects.get(learner__email="sanne@vandorp.example").language == "en"


def test_a_whole_group_waits_together(key, vandorp):
    edition = EditionFactory(capacity=3)
    EnrolmentFactory.create_batch(2, edition=edition)
    said = post(key, group_of(edition, "Jan", "Piet", wish="whole")).json()
    run()
    group = told(key, f"/groups/{said['id']}")
    assert (group["state"], group["totals"]["waitlisted"]) == ("waiting", 2)
    assert group["waits_until"]


def test_a_whole_group_with_an_error_is_for_hr_to_look_at(key, edition):
    rows = [*people("Jan"), {"name": "Zonder Adres"}]
    said = post(key, {"edition": edition.code, "rows": rows, "wish": "whole"}).json()
    run()
    group = told(key, f"/groups/{said['id']}")
    assert (group["state"], group["progress"]["done"], group["totals"]["errors"]) == ("checking", 0, 1)
    assert said["id"] in group["page_url"]


def test_places_without_a_name_are_kept_for_hr(key, edition):
    said = post(key, {"edition": edition.code, "seats_without_name": 2}).json()
    run()
    group = told(key, f"/groups/{said['id']}")
    assert (group["state"], group["seats_without_name"], group["rows"]) == ("done", 2, [])


def test_what_hr_would_approve_is_approved_by_its_own_key(key, edition, vandorp):
    Organisation.objects.filter(pk=vandorp.pk).update(approves_enrolments=True)
    said = post(key, group_of(edition, "Jan")).json()
    run()
    assert told(key, f"/groups/{said['id']}")["totals"]["placed"] == 1


def test_what_the_provider_approves_waits_for_the_provider(key):
    edition = EditionFactory(needs_approval=True)
    said = post(key, group_of(edition, "Jan")).json()
    run()
    assert told(key, f"/groups/{said['id']}")["totals"]["requested"] == 1
    refused = post(key, group_of(edition, "Piet", wish="whole"), "order-8")
    assert refused.status_code == 409
    assert "one by one" in refused.json()["detail"]


def test_hr_sees_what_was_sent_to_them_and_which_key_it_was(key, edition, vandorp):
    post(key, group_of(edition, "Jan"))
    run()
    assert [one.kind for one in sent_for(vandorp)] == ["enrolment_confirmed"]
    [event] = Event.objects.filter(verb="group.sent_in")
    assert event.data == {"token": vandorp.tokens.get().pk}


# Twice ----------------------------------------------------------------------------------------------------------------


def test_the_same_again_has_the_same_answer_and_does_nothing(key, edition):
    said = group_of(edition, "Jan", "Piet")
    first = post(key, said)
    run()
    second = post(key, json.dumps(said, indent=3))
    assert (second.status_code, second.content, second["Location"]) == (202, first.content, first["Location"])
    run()
    assert (GroupEnrolment.objects.count(), Enrolment.objects.count()) == (1, 2)


def test_the_same_key_for_something_else_is_refused(key, edition):
    post(key, group_of(edition, "Jan"))
    others = [
        group_of(edition, "Piet"), group_of(edition, "Jan", wish="whole"), group_of(EditionFactory(), "Jan"),
        group_of(edition, "Jan", purchase_order="PO-1"),
    ]  # fmt: skip
    for other in others:
        refused = post(key, other)
        assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
        assert "Idempotency-Key" in refused.json()["detail"]
    assert GroupEnrolment.objects.count() == 1


def test_undoing_is_not_undone_by_asking_again(key, edition):
    said = group_of(edition, "Jan")
    post(key, said)
    run()
    group = undo_group(GroupEnrolment.objects.get(), by=None, at=NOW)
    carry_out_group(group, at=NOW)
    assert post(key, said).status_code == 202
    run()
    assert Enrolment.objects.live().count() == 0


def test_a_new_key_of_the_company_knows_what_its_old_one_asked(key, edition, vandorp):
    said = group_of(edition, "Jan")
    first = post(key, said)
    assert post(key_of(vandorp), said).content == first.content
    assert GroupEnrolment.objects.count() == 1


def test_two_companies_may_use_the_same_key(key, edition):
    other = key_of(OrganisationFactory(employer=True))
    assert post(key, group_of(edition, "Jan")).status_code == 202
    assert post(other, group_of(edition, "Piet")).status_code == 202
    assert GroupEnrolment.objects.count() == 2


def test_what_was_refused_may_be_mended_under_its_own_key(key, edition):
    assert post(key, {"edition": "nergens", "rows": people("Jan")}).status_code == 404
    assert post(key, group_of(edition, "Jan")).status_code == 202


def test_a_key_is_kept_for_two_days_and_its_group_for_good(key, edition, clock):
    said = group_of(edition, "Jan")
    first = post(key, said).json()
    clock.move_to(NOW + timedelta(days=1, hours=23))
    assert post(key, said).json() == first
    clock.move_to(NOW + timedelta(days=3))
    again = post(key, said).json()
    assert again["id"] == first["id"]
    assert (ApiAnswer.objects.count(), GroupEnrolment.objects.count()) == (1, 1)


def test_neither_keys_nor_names_lie_in_what_is_kept(key, edition):
    post(key, group_of(edition, "Jan"), f"order {BSN}")
    kept = ApiAnswer.objects.get()
    lies = json.dumps([kept.key, kept.said, kept.answer, GroupEnrolment.objects.get().key])
    for word in ("Vries", "jan@", BSN):
        assert word not in lies


# Refused --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["enrolments:read", "certificates:read", "webhooks:manage"])
def test_another_scope_enrols_nobody(vandorp, edition, clock, scope):
    narrow = key_of(vandorp, [scope])
    for answer in (post(narrow, group_of(edition, "Jan")), ask(narrow, "/groups")):
        assert answer.status_code == 403
        assert 'scope="groups:write"' in answer["WWW-Authenticate"]
    assert GroupEnrolment.objects.count() == 0


def test_another_companys_group_does_not_exist(key, edition):
    mine = post(key, group_of(edition, "Jan")).json()["id"]
    other = key_of(OrganisationFactory(employer=True))
    assert ask(other, f"/groups/{mine}").status_code == 404
    assert told(other, "/groups")["count"] == 0
    never = ask(other, "/groups/00000000-0000-4000-8000-000000000000")
    assert ask(other, f"/groups/{mine}").content == never.content


def test_an_edition_that_nobody_may_see_does_not_exist(key):
    for edition in (EditionFactory(draft=True), EditionFactory(cancelled=True)):
        assert post(key, group_of(edition, "Jan")).status_code == 404
    assert post(key, {"edition": "nergens", "rows": people("Jan")}).status_code == 404


def test_an_edition_that_has_begun_takes_nobody(key, edition, clock):
    clock.move_to(edition.starts_at + timedelta(hours=1))
    refused = post(key, group_of(edition, "Jan"))
    assert (refused.status_code, refused["Content-Type"]) == (409, "application/problem+json")


def test_a_whole_group_larger_than_the_edition_is_told_how_many_fit(key):
    refused = post(key, group_of(EditionFactory(capacity=1), "Jan", "Piet", wish="whole"))
    assert refused.status_code == 409
    assert "1 places" in refused.json()["detail"]


def test_nobody_to_enrol_is_said_of_each_row(key, edition):
    refused = post(key, {"edition": edition.code, "rows": [{"name": "Zonder Adres"}, {"name": BSN}]})
    assert refused.status_code == 409
    errors = refused.json()["errors"]
    assert [one["parameter"] for one in errors] == ["rows.0", "rows.1"]
    assert BSN not in refused.content.decode()
    assert GroupEnrolment.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({}, "edition"),
        ({"edition": "x", "rows": [{"naam": "Jan"}]}, "rows.0.naam"),
        ({"edition": "x", "rows": [{"name": 7}]}, "rows.0.name"),
        ({"edition": "x", "rows": "Jan"}, "rows"),
        ({"edition": "x", "rows": [{"name": "x" * 301}]}, "rows.0.name"),
        ({"edition": "x", "rows": [{}] * 2001}, "rows"),
        ({"edition": "x", "wish": "some"}, "wish"),
        ({"edition": "x", "seats_without_name": 201}, "seats_without_name"),
        ({"edition": "x", "purchase_order": f"PO {BSN}"}, "purchase_order"),
        ([], "body"),
    ],
    ids=lambda said: None if isinstance(said, str) else "said",
)
def test_what_is_wrong_is_said_by_its_place(key, said, place):
    refused = post(key, said)
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    assert refused.json()["errors"][0]["parameter"] == place
    assert BSN not in refused.content.decode()


@pytest.mark.parametrize("body", [b" ", b"{", b"\xff\xfe", b"null", b'{"edition":"\\ud800"}', b"[" * 100_000])
def test_what_is_no_json_is_no_error_of_ours(key, body):
    assert post(key, body).status_code in (400, 422)


@pytest.mark.parametrize("odd", ["\0", "\ud800", "\u202e", "<script>", "=1+1"])
def test_odd_characters_in_a_name_break_nothing(key, edition, odd):
    rows = [*people("Jan"), {"name": f"Jo{odd} Wit", "email": "jo@vandorp.example"}]
    answer = post(key, {"edition": edition.code, "rows": rows})
    assert answer.status_code in (202, 422)


def test_too_much_at_once_is_said_before_it_is_read(key):
    assert post(key, b" " * 2_000_001).status_code == 413


def test_another_kind_of_content_is_refused(key, edition):
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "a"}
    answer = Client().post("/api/v1/employer/groups", {"edition": edition.code}, headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")


@pytest.mark.parametrize("name", [None, "", " ", "x" * 201])
def test_without_a_key_of_ones_own_nothing_is_enrolled(key, edition, name):
    headers = {} if name is None else {"Idempotency-Key": name}
    refused = send(key, "/groups", group_of(edition, "Jan"), **headers)
    assert refused.status_code == 400
    assert "Idempotency-Key" in refused.json()["detail"]


# The list -------------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_and_costs_the_same_for_one_and_for_ten(key, edition):
    def queries(path: str = "/groups?page_size=100") -> int:
        with CaptureQueriesContext(connection) as counted:
            told(key, path)
        return len(counted)

    post(key, group_of(edition, "Jan"), "k0")
    queries()
    one = queries()
    for number in range(1, 10):
        post(key, group_of(edition, f"Jan{chr(97 + number)}"), f"k{number}")
    assert queries() == one
    run()
    other = EditionFactory()
    newest = post(key, group_of(other, "Piet"), "other").json()["id"]
    assert [one["id"] for one in told(key, f"/groups?edition={other.code}")["items"]] == [newest]
    assert told(key, "/groups?state=running")["count"] == 1
    assert told(key, "/groups?state=done")["count"] == 10


def test_a_group_costs_the_same_with_one_row_and_with_many(key, edition):
    def queries(said: dict[str, Any]) -> int:
        with CaptureQueriesContext(connection) as counted:
            told(key, f"/groups/{said['id']}")
        return len(counted)

    small, large = post(key, group_of(edition, "Jan"), "a").json(), post(key, group_of(edition, "A", "B", "C"), "b")
    run()
    assert queries(small) == queries(large.json())


def test_an_edition_that_was_called_off_ends_its_groups(key, edition, vandorp):
    said = post(key, group_of(edition, "Jan")).json()
    run()
    cancel_edition(edition, by=None, at=NOW)
    assert told(key, f"/groups/{said['id']}")["progress"]["done"] == 1


def test_someone_with_a_place_of_their_own_is_not_given_away(key, edition):
    """The row says what it says of everyone; whose enrolment it is, and that it was there, it does not."""
    own = EnrolmentFactory(edition=edition, learner=UserFactory(email="jan@vandorp.example"))
    said = post(key, group_of(edition, "Jan", "Piet")).json()
    run()
    jan, piet = told(key, f"/groups/{said['id']}")["rows"]
    assert (jan["verdict"], jan["outcome"]) == ("new", "placed")
    own_words = {"row", "given_name", "family_name", "email"}
    assert {name: jan[name] for name in jan if name not in own_words} == {
        name: piet[name] for name in piet if name not in own_words
    }
    assert ask(key, f"/enrolments/{own.code}").status_code == 404
