"""One's own data on one's own pages: seen, corrected, taken along; handed over only to who proves who they are."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from lms.messages.tasks import send_waiting_messages
from lms.people.models import User
from lms.privacy.models import PrivacyRequest
from lms.privacy.running import run_soon
from tests.privacy.conftest import EMAIL, FAMILY, OTHER_EMAIL


def at(name, *args):
    return reverse(f"privacy:{name}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def mine(client, traces, settings):
    settings.SESSION_COOKIE_AGE = 366 * 24 * 3600
    client.force_login(traces.person)
    return client


def prove(client):
    client.post(at("confirm"), {"step": "send"})
    send_waiting_messages()
    code = re.search(r"\b\d{6}\b", mail.outbox[-1].body)[0]
    return client.post(at("confirm"), {"step": "check", "code": code})


def test_the_page_shows_every_kind_with_what_for_and_until_when(mine):
    page = mine.get(at("mine"))
    assert {"people.User", "enrolments.Enrolment", "outbox.Message", "courses.Interest", "enrolments.SeatHold"} <= {
        one.label for one in page.context["kept"]
    }
    assert all(one.declaration.purpose and one.declaration.keep for one in page.context["kept"])
    assert "Subsidie negen" in text(page)


def test_nothing_that_opens_something_is_in_it(mine, traces):
    said = json.dumps([one.rows for one in mine.get(at("mine")).context["kept"]], default=str)
    assert traces.person.calendar_subscription.salt not in said
    assert "code_hash" not in said
    assert '"password"' not in said


def test_a_download_asks_first_who_is_there(mine):
    answer = mine.post(at("download"), {"format": "json"})
    assert answer.url.startswith(at("confirm"))
    assert not PrivacyRequest.objects.exists()


def test_a_wrong_code_hands_nothing_over(mine):
    mine.post(at("confirm"), {"step": "send"})
    page = mine.post(at("confirm"), {"step": "check", "code": "000000"})
    assert page.context["form"].errors["code"]
    assert mine.post(at("download"), {"format": "json"}).url.startswith(at("confirm"))


def test_the_json_is_complete_and_explains_itself(mine, clock):
    prove(mine)
    mine.post(at("download"), {"format": "json"})
    ready = PrivacyRequest.objects.get(file_format="json")
    content = json.loads(b"".join(mine.get(at("file", ready.uuid)).streaming_content))
    kept = {one["model"]: one for one in content["kept"]}
    assert kept["people.User"]["rows"][0]["email"] == EMAIL
    assert kept["enrolments.SeatHold"]["rows"][0]["email"] == OTHER_EMAIL
    assert kept["enrolments.Enrolment"]["columns"]["category"]
    assert all(one["purpose"] and one["ground"] and one["kept"] for one in content["kept"])


def test_the_pdf_can_be_read(mine):
    prove(mine)
    mine.post(at("download"), {"format": "pdf"})
    ready = PrivacyRequest.objects.get(file_format="pdf")
    with ready.file.open("rb") as document:
        said = " ".join(page.extract_text() for page in PdfReader(document).pages)
    assert FAMILY in said
    assert EMAIL in said


def test_a_file_goes_after_seven_days_and_is_nobody_elses(
    mine, client, traces, dina, now, clock, django_capture_on_commit_callbacks
):
    prove(mine)
    mine.post(at("download"), {"format": "json"})
    ready = PrivacyRequest.objects.get()
    storage, name = ready.file.storage, ready.file.name
    assert storage.exists(name)
    client.force_login(dina)
    assert client.get(at("file", ready.uuid)).status_code == 404
    client.force_login(traces.person)
    clock.move_to(now + timedelta(days=7, minutes=1))
    assert client.get(at("file", ready.uuid)).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        run_soon(now + timedelta(days=7, minutes=1))
    assert PrivacyRequest.objects.get().file.name == ""
    assert not storage.exists(name)


def test_name_and_language_are_corrected_and_certificates_keep_theirs(mine, traces):
    given = {"given_name": "Zwaan", "family_name": "Nieuw", "initials": "Z.", "name_prefix": "", "language": "en"}
    mine.post(at("correct"), given)
    person = User.objects.get(pk=traces.person.pk)
    assert (person.full_name, person.language) == ("Zwaan Nieuw", "en")
    traces.certificate.refresh_from_db()
    assert FAMILY in traces.certificate.snapshot["learner"]["name"]


def test_a_bsn_is_no_name(mine, traces):
    page = mine.post(at("correct"), {"given_name": "111222333", "family_name": "X", "language": "nl"})
    assert page.context["form"].errors["given_name"]
    assert User.objects.get(pk=traces.person.pk).family_name == FAMILY


def test_a_corrected_certificate_is_asked_for(mine, officer, client):
    mine.post(at("ask"), {"note": "Mijn naam mist een streepje."})
    asked = PrivacyRequest.objects.get()
    assert (asked.kind, asked.way) == ("correction", "self")
    client.force_login(officer)
    client.post(at("settle", asked.uuid), {"act": "done", "answer": "Je krijgt een nieuw certificaat."})
    asked.refresh_from_db()
    assert asked.state == "done"


def test_erasing_at_once_signs_out_and_says_what_stays(mine, traces):
    given = {"certificates": "number", "when": "now", "agrees": "on"}
    assert at("confirm") in text(mine.post(at("erase"), given))  # first who is there
    assert User.objects.get(pk=traces.person.pk).erased_at is None
    prove(mine)
    assert "Subsidie negen" in text(mine.get(at("erase")))
    page = mine.post(at("erase"), given)
    assert "Subsidie negen" in text(page)
    assert mine.get(at("mine")).status_code == 302
    assert User.objects.get(pk=traces.person.pk).erased_at is not None


def test_what_is_not_filled_in_is_asked_for(mine):
    prove(mine)
    page = mine.post(at("erase"), {})
    assert {"certificates", "when", "agrees"} <= set(page.context["form"].errors)
    assert not PrivacyRequest.objects.exists()


def test_a_week_later_can_be_taken_back_on_the_page(mine):
    prove(mine)
    mine.post(at("erase"), {"certificates": "keep", "when": "later", "agrees": "on"})
    asked = PrivacyRequest.objects.get()
    assert "Houd mijn gegevens" in text(mine.get(at("mine")))
    mine.post(at("cancel", asked.uuid))
    asked.refresh_from_db()
    assert asked.state == "cancelled"


def test_more_rows_take_no_more_queries(mine, traces):
    from tests.factories import EditionFactory, EnrolmentFactory

    mine.get(at("mine"))
    with CaptureQueriesContext(connection) as one:
        mine.get(at("mine"))
    for _number in range(3):
        EnrolmentFactory(edition=EditionFactory(), learner=traces.person)
    with CaptureQueriesContext(connection) as more:
        mine.get(at("mine"))
    assert len(more) == len(one)
