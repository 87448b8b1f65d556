"""A company's list as people really send it: read, mapped, and never a BSN kept."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from courses.imports import FileRefused
from enrolments.groups.mapping import guess, only_once
from enrolments.groups.names import parts_of
from enrolments.groups.reading import BSN_MARK, MOST_ROWS, Listed, clean_file_name, listed_rows, read_list, read_paste
from enrolments.groups.verdicts import fill_in, problem_of
from enrolments.models import GroupRow

pytestmark = pytest.mark.once

HEADINGS = ["Voornaam", "Tussenvoegsel", "Achternaam", "E-mailadres", "Afdeling"]
SANNE = ["Sanne", "de", "Vries", "sanne@vandorp.example", "Verspaning"]


def xlsx(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def as_csv(separator: str) -> str:
    return "\r\n".join(separator.join(row) for row in (HEADINGS, SANNE)) + "\r\n"


@pytest.mark.parametrize(
    "content",
    [
        xlsx(HEADINGS, SANNE),
        as_csv(";").encode(),
        as_csv(",").encode(),
        as_csv("\t").encode(),
        as_csv(";").encode("utf-8-sig"),
        as_csv(";").encode("utf-16"),
        as_csv(";").encode("cp1252"),
        ('"' + '";"'.join(HEADINGS) + '"\n"' + '";"'.join(SANNE) + '"').encode(),
    ],
    ids=["xlsx", "semicolons", "commas", "tabs", "byte order mark", "utf-16", "windows-1252", "quotes"],
)
def test_one_list_reads_alike_in_every_form(content):
    listed = read_list(content, "lijst")
    assert listed.headings == HEADINGS
    assert listed.rows == [(2, SANNE)]
    assert listed.fingerprint == Listed(HEADINGS, [(2, SANNE)]).fingerprint


def test_names_with_marks_survive_an_old_windows_file():
    listed = read_list("Naam;Mail\nRenée Çelik-Öztürk;r@x.example".encode("cp1252"), "a.csv")
    assert listed.rows[0][1][0] == "Renée Çelik-Öztürk"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "leeg"),
        (b"  \r\n ", "leeg"),
        (b"Voornaam;Achternaam;E-mail\n", "koppen"),
        (b"%PDF-1.7 naam;mail", "geen rekenblad"),
        (b"\x89PNG\r\n\x1a\n", "geen rekenblad"),
        (b"\xff\xd8\xff\xe0 jpeg", "geen rekenblad"),
        (b"naam;mail\nSam;s\x00@x.example", "geen rekenblad"),
        (zipped(word__document_xml=b"<w/>"), "geen rekenblad"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_xml=b"<x/>"), "geen rekenblad"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "wachtwoord"),
        (zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b"0" * 90 * 2**20), "uitgepakt"),
        (zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b"0" * 5 * 2**20), "uitgepakt"),
        (b"PK\x03\x04 and then nothing", "beschadigd"),
        (b"Mail\n" + b"s@x.example\n" * (MOST_ROWS + 1), "2001 rijen"),
    ],
    ids=[
        "empty", "blank", "only headings", "pdf", "picture", "photo", "nul", "docx", "ods", "password or xls",
        "zip bomb", "small zip bomb", "damaged", "too many rows",
    ],
)  # fmt: skip
def test_what_is_no_list_gets_its_own_answer(content, says):
    with pytest.raises(FileRefused, match=says):
        read_list(content, "bestand")


@pytest.mark.parametrize("bsn", ["111222333", "111.222.333", "111 222 333"])
def test_a_bsn_is_taken_out_before_anything_is_kept(bsn):
    listed = read_list(f"Naam;Mail;Nummer\nSam Wit;s@x.example;{bsn}\n".encode(), "a.csv")
    assert listed.rows[0][1] == ["Sam Wit", "s@x.example", BSN_MARK]
    assert "111" not in str(listed)
    row = fill_in(GroupRow(cells=listed.rows[0][1]), ["name", "email", ""])
    assert problem_of(row) == "bsn"


def test_a_spreadsheet_drops_the_nought_in_front_of_a_bsn_and_it_is_still_seen():
    listed = read_list(b"Naam;Mail;Nr\nSam Wit;s@x.example;10000008\n", "a.csv")
    assert listed.rows[0][1][2] == BSN_MARK


def test_the_own_kvk_number_beside_everyone_is_no_bsn():
    """One KvK number in eleven passes the eleven test: such a company would never get a list in."""
    listed = read_list(b"Naam;Mail;KvK-nummer\nSam Wit;s@x.example;10000008\n", "a.csv")
    assert listed.rows[0][1][2] == "10000008"


def test_a_file_named_after_a_bsn_loses_its_name():
    assert clean_file_name("jansen 111222333.xlsx") == ""
    assert clean_file_name("groep maart.xlsx") == "groep maart.xlsx"


def test_a_number_in_a_spreadsheet_is_seen_too():
    assert read_list(xlsx(["Mail", "Nr"], ["s@x.example", 111222333]), "a.xlsx").rows[0][1][1] == BSN_MARK


def test_formulas_are_text():
    listed = read_list(b'Naam;Mail\n"=HYPERLINK(""x"")";s@x.example\n', "a.csv")
    assert listed.rows[0][1][0] == '=HYPERLINK("x")'
    assert problem_of(fill_in(GroupRow(cells=listed.rows[0][1]), ["name", "email"])) == "name_odd"


@pytest.mark.parametrize(
    ("headings", "kinds"),
    [
        (HEADINGS, ["given_name", "name_prefix", "family_name", "email", "department"]),
        (["Naam medewerker", "E-mail (werk)", "Personeelsnummer"], ["name", "email", ""]),
        (["Roepnaam", "TV", "Geslachtsnaam", "Mail", "Taal"],
         ["given_name", "name_prefix", "family_name", "email", "language"]),
        (["First name", "Surname", "Email address"], ["given_name", "family_name", "email"]),
        (["Naam", "Voornaam", "Achternaam", "E-mail"], ["", "given_name", "family_name", "email"]),
    ],
)  # fmt: skip
def test_headings_are_understood(headings, kinds):
    assert guess(headings, []) == kinds


@pytest.mark.parametrize(
    ("pasted", "kinds"),
    [
        ("Sanne\tde\tVries\tsanne@x.example\nJan\t\tBakker\tjan@x.example",
         ["given_name", "name_prefix", "family_name", "email"]),
        ("Sanne de Vries; sanne@x.example", ["name", "email"]),
        ("Vries, S. de\tsanne@x.example", ["name", "email"]),
        ("sanne@x.example,Sanne,Vries", ["email", "given_name", "family_name"]),
        ("4711;Sanne;Vries;sanne@x.example", ["", "given_name", "family_name", "email"]),
    ],
)  # fmt: skip
def test_without_headings_the_columns_are_guessed(pasted, kinds):
    listed = read_paste(pasted)
    assert listed.headings == []
    assert listed.rows[0][0] == 1
    assert guess([], [cells for _number, cells in listed.rows]) == kinds


def test_a_heading_nobody_knows_is_still_the_address_when_addresses_stand_below_it():
    assert guess(["Wie", "Waar bereikbaar"], [["Sam", "s@x.example"]]) == ["", "email"]


def test_of_two_columns_for_one_thing_the_first_counts():
    assert only_once(["email", "email", "bsn", "name"]) == ["email", "", "", "name"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Sanne de Vries", ("Sanne", "de", "Vries")),
        ("Vries, S. de", ("S.", "de", "Vries")),
        ("Vries, de, Sanne", ("Sanne", "de", "Vries")),
        ("de Vries, Sanne", ("Sanne", "de", "Vries")),
        ("Jacobus van 't Hoff", ("Jacobus", "van 't", "Hoff")),
        ("Jan Peter van der Berg", ("Jan Peter", "van der", "Berg")),
        ("Anna Jansen-de Vries", ("Anna", "", "Jansen-de Vries")),
        ("IJsbrand 's-Gravesande", ("IJsbrand", "", "'s-Gravesande")),
        ("Çelik-Öztürk, Ayşe", ("Ayşe", "", "Çelik-Öztürk")),
        ("Samira el Idrissi", ("Samira", "el", "Idrissi")),
        ("Nguyễn", ("", "", "Nguyễn")),
        ("Op den Berg", ("Op", "den", "Berg")),
    ],
)
def test_dutch_names_are_taken_apart(name, parts):
    assert tuple(parts_of(name).values()) == parts


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (["Sanne", "Vries", "sanne@x.example"], ""),
        (["", "", "sanne@x.example"], "name_missing"),
        (["Sanne", "www.koop.example", "s@x.example"], "name_address"),
        (["Sanne", "<b>", "s@x.example"], "name_odd"),
        (["Sanne", "V" * 121, "s@x.example"], "name_long"),
        (["Sanne", "Vries", ""], "email_missing"),
        (["Sanne", "Vries", "ruud.vandorp.example"], "email_at"),
        (["Sanne", "Vries", "a@x.example, b@x.example"], "email_several"),
        (["Sanne", "Vries", "sanne@"], "email_invalid"),
        (["Sanne", "Vries", "Sanne <Sanne@X.example>"], ""),
    ],
)
def test_what_is_wrong_with_a_row_has_a_name(cells, problem):
    row = fill_in(GroupRow(cells=cells), ["given_name", "family_name", "email"])
    assert problem_of(row) == problem


def test_a_prefix_before_the_family_name_is_its_own():
    row = fill_in(GroupRow(cells=["Sanne", "De Vries", "s@x.example"]), ["given_name", "family_name", "email"])
    assert (row.name_prefix, row.family_name) == ("de", "Vries")


def test_rows_of_another_system_are_guarded_alike():
    listed = listed_rows([{"name": "Sam Wit", "email": "s@x.example"}, {"family_name": "111222333"}])
    assert listed.rows[0][1] == ["Sam", "", "Wit", "s@x.example", "", ""]
    assert listed.rows[1][1][2] == BSN_MARK
    assert guess(listed.headings, []) == listed.headings


@pytest.mark.parametrize(
    ("text", "headings", "width"),
    [
        ("Naam;E-mail\nJan Wit;jan@vandorp.example;06 12345670\nPiet Bos;piet@vandorp.example", 3, 3),
        ("Jan Wit;jan@vandorp.example\nPiet Bos;piet@vandorp.example;06 12345670;;nog iets", 0, 5),
    ],
)
def test_a_row_with_a_cell_too_many_stops_nobody(text, headings, width):
    listed = read_paste(text)
    assert (len(listed.headings), {len(cells) for _number, cells in listed.rows}) == (headings, {width})
    kinds = guess(listed.headings, [cells for _number, cells in listed.rows])
    assert (kinds[:2], set(kinds[2:])) == (["name", "email"], {""})


def test_a_list_that_widens_without_end_is_refused():
    with pytest.raises(FileRefused, match="te veel kolommen"):
        read_paste("Naam;E-mail\nJan Wit;jan@vandorp.example" + ";x" * 60)


def test_a_workbook_with_a_row_that_is_wider_is_read():
    listed = read_list(
        xlsx(["Naam", "E-mail"], ["Jan Wit", "jan@vandorp.example"], ["Piet", "p@v.example", "06-1"]), ""
    )
    assert [cells for _number, cells in listed.rows] == [
        ["Jan Wit", "jan@vandorp.example", ""],
        ["Piet", "p@v.example", "06-1"],
    ]
