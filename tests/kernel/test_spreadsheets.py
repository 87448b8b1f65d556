"""Cells that stay text, and files that a Dutch Excel opens as they are meant."""

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from lms.kernel.spreadsheets import csv_file, neutral, xlsx_file

FORMULAS = [
    "=1+1",
    "+31612345678",
    "-2",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "＝1+1",
    '=HYPERLINK("https://evil.example")',
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_text_that_would_run_gets_an_apostrophe(cell):
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Vries, S. de", "a=b", "", "'s-Gravesande", -2, -0.5, Decimal("-1.5"), None])
def test_everything_else_stays_as_it_is(cell):
    assert neutral(cell) == cell


def test_a_csv_file_is_as_dutch_excel_expects():
    file = csv_file([["Naam", "Uren"], ["Yıldız; F.", Decimal("2.25")], ["=1+1", -3], [date(2027, 3, 4), None]])
    assert file.startswith(b"\xef\xbb\xbf")
    lines = file.decode("utf-8-sig").split("\r\n")
    assert lines == ['"Naam";"Uren"', '"Yıldız; F.";"2,25"', '"\'=1+1";-3', '"04-03-2027";""', ""]


def test_a_moment_in_a_csv_file_has_its_time():
    assert b'"04-03-2027 09:05"' in csv_file([[datetime(2027, 3, 4, 9, 5)]])  # noqa: DTZ001  (local already)


def test_a_workbook_types_text_as_text_and_dates_as_dates():
    file = xlsx_file(["KvK", "Naam", "Dag", "Uren"], [["00000001", "=1+1", date(2027, 3, 4), 2.5]], title="Lijst")
    sheet = openpyxl.load_workbook(io.BytesIO(file)).active
    kvk, name, day, hours = sheet[2]
    assert (kvk.value, kvk.data_type) == ("00000001", "s")
    assert (name.value, name.data_type) == ("'=1+1", "s")
    assert day.is_date
    assert hours.value == 2.5


def test_a_workbook_survives_characters_that_xml_does_not_know():
    file = xlsx_file(["Naam"], [["Jan\x07sen"]], title="Lijst")
    assert openpyxl.load_workbook(io.BytesIO(file)).active["A2"].value == "Jansen"
