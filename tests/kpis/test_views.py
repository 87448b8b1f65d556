"""The pages of figures: who finds them, what they tell whom, and the way down to the evidence."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from certificates.actions import issue_certificate
from certificates.models import Certificate
from courses.models import Course, Edition
from enrolments.actions import reopen_session
from enrolments.models import Enrolment
from lms.kernel.models import Event
from lms.kpis.definitions import INDICATORS
from lms.kpis.dossier import pseudonym
from lms.kpis.models import Evidence, Fact, HistoricFigure, Target
from lms.people.models import User
from tests.factories import EditionFactory, EnrolmentFactory, LearningOutcomeFactory, UserFactory
from tests.kpis.conftest import hold, write_certificate, write_evidence, write_fact

ALL = ("kpis:office", "kpis:export", "kpis:figure", "kpis:figure_export", "kpis:fact")


@pytest.fixture(autouse=True)
def _dutch() -> Iterator[None]:
    """Whatever language the pages before were in."""
    with translation.override("nl"):
        yield


def address(name: str, fact: Fact | None = None) -> str:
    match name:
        case "kpis:export":
            return reverse(name, args=["csv"])
        case "kpis:figure":
            return reverse(name, args=["LEARNERS_UNIQUE"])
        case "kpis:figure_export":
            return reverse(name, args=["LEARNERS_UNIQUE", "csv"])
        case "kpis:fact":
            return reverse(name, args=[fact.pk if fact else 1])
    return reverse(name)


def page(client: Client, user: User, url: str, **kwargs: Any) -> str:
    client.force_login(user)
    answer = client.get(url, **kwargs)
    assert answer.status_code == 200, url
    return answer.content.decode()


def table(answer: Any) -> list[dict[str, str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def people(count: int, category: str, **said: Any) -> list[Fact]:
    return [write_fact(category=category, **said) for _one in range(count)]


# Who ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_office_and_auditors_find_the_pages(client: Client, officer: User, auditor: User, name: str):
    url = address(name, write_fact())
    for user in (officer, auditor):
        client.force_login(user)
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("name", ALL)
def test_for_everyone_else_they_are_not_there(
    client: Client, amal: User, bo: User, chris: User, hr: User, dina: User, name: str
):
    url = address(name, write_fact())
    for user in (amal, bo, chris, hr, dina):
        client.force_login(user)
        assert client.get(url).status_code == 404
    client.logout()
    assert client.get(url).status_code == 302


def test_the_menu_names_the_figures_to_who_may_read_them(client: Client, officer: User, chris: User):
    url = reverse("kpis:office")
    assert f'href="{url}" aria-current="page"' in page(client, officer, url)
    client.force_login(chris)
    assert f'href="{url}"' not in client.get(reverse("enrolments:my")).content.decode()


def test_only_asking_is_possible(client: Client, officer: User):
    client.force_login(officer)
    assert client.post(reverse("kpis:office")).status_code == 405


# The figures ---------------------------------------------------------------------------------------------------------


def test_the_page_tells_the_figures_their_target_and_their_parts(client: Client, officer: User):
    Target.objects.create(
        indicator="LEARNERS_UNIQUE", starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31), value=1000, source="Bron"
    )
    people(12, "employee")
    people(3, "student")
    write_certificate()
    text = page(client, officer, reverse("kpis:office"))
    assert ">15<span" in text
    assert ">97,50<span" in text  # 15 sessions of 390 minutes
    assert "1.000" in text
    assert "<dd>12</dd>" in text
    assert "<dd>3</dd>" in text
    assert "&lt;5" not in text


def test_vector_23_what_was_before_is_told_with_unit_and_source_and_leads_nowhere(client: Client, officer: User):
    HistoricFigure.objects.create(
        indicator="ORG_REACHED",
        period="2017-2022",
        value=2350,
        label_nl="meer dan 2.350 bedrijven bereikt",
        label_en="more than 2,350 companies reached",
        source="SMITZH 2022",
    )
    text = page(client, officer, reverse("kpis:office"))
    tile = text.partition('<div class="kpi">')[2].partition("</div>")[0]
    assert "<b>2.350</b>" in tile
    assert "meer dan 2.350 bedrijven bereikt" in tile
    assert "SMITZH 2022" in tile
    assert "href" not in tile
    # Companies are counted nowhere among the people.
    assert ">0<span" in text


def test_filters_take_facts_and_wrong_ones_take_nothing_away(client: Client, officer: User, course: Course):
    people(2, "employee", course_code=course.code, on=date(2026, 5, 1))
    people(5, "employee", course_code="anders", on=date(2026, 8, 1))
    url = reverse("kpis:office")
    assert ">7<span" in page(client, officer, url)
    assert ">2<span" in page(client, officer, url, data={"course": course.code})
    assert ">5<span" in page(client, officer, url, data={"period": "2026-3"})
    assert ">7<span" in page(client, officer, url, data={"period": "2026-9", "lab": "<script>"})


def test_htmx_gets_the_figures_alone_and_the_addresses_of_the_files(client: Client, officer: User, course: Course):
    write_fact(course_code=course.code)
    url = reverse("kpis:office")
    text = page(client, officer, url, data={"course": course.code}, headers={"HX-Request": "true"})
    assert "<html" not in text
    assert 'id="cijfers"' in text
    assert f"?course={course.code}" in text.partition('"innerHTML:#exports"')[2]


def test_an_empty_ledger_is_a_page_too(client: Client, officer: User):
    text = page(client, officer, reverse("kpis:office"))
    assert '<svg class="wide"' not in text


# Small groups --------------------------------------------------------------------------------------------------------


def test_vector_18_an_auditor_is_not_told_of_three_people(client: Client, auditor: User, officer: User):
    people(20, "employee")
    people(3, "career_switcher")
    people(9, "student")
    text = page(client, auditor, reverse("kpis:office"))
    assert text.count("<dd>&lt;5</dd>") == 4  # the three and the nine, among learners and among hours
    assert "<dd>3</dd>" not in text
    assert "<dd>9</dd>" not in text
    assert ">32<span" in text
    client.force_login(auditor)
    values = [row["Value"] for row in table(client.get(in_english("kpis:export", "csv")))]
    assert values.count("<5") == 6  # and in the quarter of the file
    assert "<dd>3</dd>" in page(client, officer, reverse("kpis:office"))


# Files ---------------------------------------------------------------------------------------------------------------


def test_the_file_holds_what_the_page_shows(client: Client, officer: User):
    people(12, "employee")
    client.force_login(officer)
    answer = client.get(in_english("kpis:export", "csv"))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = table(answer)
    totals = {row["Code"]: row["Value"] for row in rows if row["Group"] == "total"}
    assert totals == {
        "LEARNERS_UNIQUE": "12",
        "CERTS_ISSUED": "0",
        "PERSON_HOURS": "78,00",
        "ORG_REACHED": "0",
        "ORG_STEP": "0",
    }
    assert Event.objects.get(verb="figures.exported").data["rows"] == len(rows)


def test_the_file_of_rows_sums_up_to_the_figure_and_names_nobody(client: Client, officer: User, amal: User):
    fact = write_fact(person=amal.uuid, quantity=135)
    write_fact(quantity=390)
    client.force_login(officer)
    rows = table(client.get(in_english("kpis:figure_export", "PERSON_HOURS", "csv")))
    assert [row["Counts for"] for row in rows] == ["2,25", "6,50"]
    assert rows[0]["Learner (pseudonym)"] == pseudonym(amal.uuid)
    assert rows[0]["Row"] == str(fact.pk)
    assert amal.family_name not in str(rows)


def test_a_cell_that_looks_like_a_formula_is_neutral(client: Client, officer: User):
    write_fact(edition_code="=1+1")
    client.force_login(officer)
    rows = table(client.get(in_english("kpis:figure_export", "LEARNERS_UNIQUE", "csv")))
    assert rows[0]["Edition"] == "'=1+1"
    book = load_workbook(io.BytesIO(client.get(in_english("kpis:figure_export", "LEARNERS_UNIQUE", "xlsx")).content))
    assert "'=1+1" in [cell.value for cell in book.active[2]]


def test_there_are_no_other_files(client: Client, officer: User):
    client.force_login(officer)
    assert client.get(in_english("kpis:export", "exe")).status_code == 404
    assert client.get(in_english("kpis:figure_export", "NIETS", "csv")).status_code == 404


def in_english(name: str, *args: str) -> str:
    """The address in English: the headings of the files are then the ones that stand in the code."""
    with translation.override("en"):
        return reverse(name, args=args)


# Rows and evidence ---------------------------------------------------------------------------------------------------


def test_a_figure_opens_into_rows_that_tell_no_name(
    client: Client, officer: User, enrolled: Enrolment, edition: Edition
):
    hold(edition.sessions.first(), enrolled)
    text = page(client, officer, reverse("kpis:figure", args=["LEARNERS_UNIQUE"]))
    fact = Fact.objects.get()
    assert reverse("kpis:fact", args=[fact.pk]) in text
    assert pseudonym(enrolled.learner.uuid) in text
    assert enrolled.learner.family_name not in text
    assert text.count("status--ok") == 2  # enrolment form and register are there


def test_a_row_without_its_evidence_says_so(client: Client, officer: User):
    write_evidence(write_fact(), Evidence.Code.REGISTRATION)
    text = page(client, officer, reverse("kpis:figure", args=["LEARNERS_UNIQUE"]))
    assert text.count("status--ok") == 1
    assert text.count("status--warn") == 1


def test_an_unknown_figure_is_not_there(client: Client, officer: User):
    client.force_login(officer)
    assert client.get(reverse("kpis:figure", args=["NIETS"])).status_code == 404


def test_a_row_opens_into_its_evidence_with_both_confirmations(
    client: Client, auditor: User, enrolled: Enrolment, edition: Edition
):
    hold(edition.sessions.first(), enrolled)
    fact = Fact.objects.get()
    text = page(client, auditor, reverse("kpis:fact", args=[fact.pk]))
    assert enrolled.learner.full_name in text
    assert enrolled.code in text
    assert "09.00" in text  # the learner, at the start
    assert "16.30" in text  # the trainer, at the end
    assert fact.evidence.count() == 2
    assert text.count("status--ok") == 2
    assert "status--warn" not in text


def test_what_was_changed_since_is_said(client: Client, officer: User, enrolled: Enrolment, edition: Edition):
    session = edition.sessions.first()
    hold(session, enrolled)
    fact = Fact.objects.get()
    session.refresh_from_db()
    reopen_session(session, by=None, at=session.ends_at + timedelta(days=1), reason="Verkeerde lijst.")
    text = page(client, officer, reverse("kpis:fact", args=[fact.pk]))
    assert text.count("status--warn") == 1  # the register is no longer signed; the enrolment is as it was
    correction = Fact.objects.get(corrects=fact)
    assert reverse("kpis:fact", args=[correction.pk]) in text
    assert reverse("kpis:fact", args=[fact.pk]) in page(client, officer, reverse("kpis:fact", args=[correction.pk]))


def test_a_certificate_is_proved_by_its_file_and_not_by_its_row(
    client: Client, officer: User, amal: User, course: Course, bo: User
):
    LearningOutcomeFactory(course=course)
    edition = EditionFactory(code="dag", course=course, trainers=[bo], days=1)
    hold(edition.sessions.get(), EnrolmentFactory(edition=edition, learner=amal))
    certificate = issue_certificate(Certificate.objects.get(), at=edition.ends_at)
    fact = Fact.objects.of_kind(Fact.Kind.CERTIFICATE).get()
    url = reverse("kpis:fact", args=[fact.pk])
    text = page(client, officer, url)
    assert reverse("certificates:pdf", args=[certificate.number]) in text
    assert reverse("verify", args=[certificate.grouped_number]) in text
    assert text.count("status--ok") == 2
    with certificate.pdf.storage.open(certificate.pdf.name, "wb") as document:
        document.write(b"iets anders")
    assert page(client, officer, url).count("status--warn") == 1
    certificate.pdf.storage.delete(certificate.pdf.name)
    assert page(client, officer, url).count("status--bad") == 1


def test_who_reads_evidence_is_on_record(client: Client, auditor: User, officer: User):
    fact = write_fact()
    for user in (auditor, officer, auditor):
        page(client, user, reverse("kpis:fact", args=[fact.pk]))
    read = Event.objects.about(fact).filter(verb="fact.evidence_read")
    assert list(read.values_list("by", flat=True)) == [auditor.pk, officer.pk, auditor.pk]


def test_pseudonyms_differ_and_stay():
    one, other = UUID(int=1), UUID(int=2)
    assert pseudonym(one) == pseudonym(one) != pseudonym(other)
    assert str(one) not in pseudonym(one)
    assert pseudonym(None) == ""


# Queries -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [None, *INDICATORS])
def test_pages_ask_as_much_for_one_row_as_for_fifty(client: Client, officer: User, code: str | None):
    url = reverse("kpis:figure", args=[code]) if code else reverse("kpis:office")
    client.force_login(officer)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    add(1)
    asked()  # content types and the like are remembered
    add(1)
    few = asked()
    add(50)
    assert asked() == few


def add(count: int) -> None:
    for number in range(count):
        fact = write_fact(course_code=f"p-{number % 9}", category=["employee", "student"][number % 2])
        write_evidence(fact, Evidence.Code.REGISTRATION)
        write_evidence(fact, Evidence.Code.ATTENDANCE)
        write_evidence(write_certificate(course_code=f"p-{number % 9}"), Evidence.Code.CERTIFICATE)


def test_evidence_asks_as_much_for_one_line_as_for_twenty(client: Client, officer: User, course: Course, bo: User):
    counts = []
    for days in (1, 20):
        edition = EditionFactory(code=f"dagen-{days}", course=course, trainers=[bo], days=days)
        LearningOutcomeFactory(course=course)
        enrolment = EnrolmentFactory(edition=edition, learner=UserFactory())
        for session in edition.sessions.all():
            hold(session, enrolment)
        fact = Fact.objects.of_kind(Fact.Kind.COMPLETION).latest("pk")
        assert fact.evidence.count() == days + 1
        url = reverse("kpis:fact", args=[fact.pk])
        page(client, officer, url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
