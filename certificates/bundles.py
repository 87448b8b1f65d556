"""Documents by name: one file's name, and a ZIP of many with an index."""

from __future__ import annotations

import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from typing import IO

import structlog
from django.utils.text import slugify
from django.utils.translation import gettext as _

from certificates.models import Bundle, Certificate
from certificates.reading import reading_of
from lms.kernel.formats import short_date_year
from lms.kernel.spreadsheets import Cell, csv_file

log = structlog.get_logger(__name__)

KINDS = {
    "participation": {"nl": "bewijs-van-deelname", "en": "certificate-of-participation"},
    "assessed": {"nl": "certificaat", "en": "certificate"},
}
# Letters that do not fall apart in a plain letter and its mark.
PLAIN = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "ı": "i",
        "þ": "th",
    }
)


def about(bundle: Bundle) -> str:
    """What a file that somebody asked for holds, in a line."""
    days = {
        "first": short_date_year(bundle.starts_on) if bundle.starts_on else "",
        "last": short_date_year(bundle.ends_on) if bundle.ends_on else "",
    }
    if bundle.edition:
        said = _("All certificates of this edition")
    elif bundle.starts_on and bundle.ends_on:
        said = _("Issued from %(first)s until %(last)s") % days
    elif bundle.starts_on:
        said = _("Issued from %(first)s") % days
    elif bundle.ends_on:
        said = _("Issued until %(last)s") % days
    else:
        said = _("Of all years")
    more = [bundle.department.name if bundle.department else "", str(bundle.course.title) if bundle.course else ""]
    return " · ".join(filter(None, [said, *more]))


def file_name(certificate: Certificate) -> str:
    """``bewijs-van-deelname_SMZ-P3_2026N_vries-sanne-de.pdf``: the document's own words, no marks on letters.

    The parts of a name are not in the snapshot, so the account's are used while they still make up the frozen name;
    afterwards the frozen name is taken as it is. A name in another alphabet gives way to the number.
    """
    snapshot, learner = certificate.snapshot, certificate.enrolment.learner
    name = snapshot["learner"]["name"]
    if learner.full_name == name:
        name = " ".join(part for part in (learner.family_name, learner.given_name, learner.name_prefix) if part)
    course, edition = snapshot["course"]["code"], snapshot["edition"]["code"]
    parts = [
        KINDS[certificate.kind][snapshot["language"]],
        course,
        edition.removeprefix(f"{course}-"),
        _plain(name) or certificate.grouped_number,
    ]
    return "_".join(parts) + ".pdf"


LONGEST_NAME = 100  # with course, edition and number it stays a name that every system takes


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(PLAIN))
    return slugify(decomposed.encode("ascii", "ignore").decode())[:LONGEST_NAME].rstrip("-")


def bundle(certificates: Iterable[Certificate]) -> IO[bytes]:
    """A ZIP in a temporary file that vanishes when closed: every PDF under a name of its own, and ``index.csv``."""
    target = tempfile.TemporaryFile(prefix="certificates-", suffix=".zip")  # noqa: SIM115  (the response closes it)
    headings = (
        _("Name"), _("Document"), _("Course"), _("Edition"), _("Issued on"), _("Valid until"), _("Number"), _("File"),
        _("SHA-256"), _("Check it at"),
    )  # fmt: skip
    index: list[Sequence[Cell]] = [headings]
    taken: set[str] = set()
    # Stored, not deflated: a PDF is compressed already.
    with zipfile.ZipFile(target, "w", compression=zipfile.ZIP_STORED) as archive:
        for certificate in certificates:
            name = unique_name(certificate, taken)
            try:
                with certificate.pdf.open("rb") as document:
                    archive.writestr(name, document.read())
            except FileNotFoundError:  # one that is gone keeps nobody from the others; the index says so
                log.error("certificate_unreadable", certificate=certificate.pk)  # noqa: TRY400  an answer, not a bug
                name = _("could not be read")
            said = reading_of(certificate.snapshot)
            dates = (said.issued_on, said.expires_on)
            words = (said.name, said.kind_said, said.title, said.edition_code)
            index.append((*words, *dates, said.number, name, certificate.pdf_sha256, said.verify_url))
        archive.writestr("index.csv", csv_file(index))
    target.seek(0)
    return target


def unique_name(certificate: Certificate, taken: set[str]) -> str:
    """Two of one name are told apart by their numbers."""
    name = file_name(certificate)
    if name in taken:
        name = name.removesuffix(".pdf") + f"_{certificate.grouped_number}.pdf"
    taken.add(name)
    return name
