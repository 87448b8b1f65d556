"""The list of who takes part: a spreadsheet for the coordinator's desk, a paper for the room.

The paper goes round: it holds names, employers and an empty space, and nothing else of anybody. The spreadsheet is for
who may write to these people, and holds their addresses.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.models import Edition
from enrolments import participants_paper
from enrolments.cockpit import since_when
from enrolments.models import Enrolment
from enrolments.register import name_of, sort_key
from lms.kernel import formats
from lms.kernel.context import identity
from lms.kernel.emblem import emblem
from lms.kernel.languages import in_language
from lms.kernel.spreadsheets import Cell, csv_file, xlsx_file

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}


def participants_of(edition: Edition) -> list[Enrolment]:
    """Who stands on the register, in the order of a Dutch list."""
    people = Enrolment.objects.taking_part().filter(edition=edition).select_related("learner", "employer")
    return sorted(people, key=lambda one: (*sort_key(one.learner), one.pk))


def participants_file(edition: Edition, file_format: str, *, at: datetime) -> bytes:
    people = participants_of(edition)
    if file_format == "pdf":
        return participants_paper.draw(_paper_of(edition, people, at))
    headings = [
        _("Number"), _("Name"), _("Employer"), _("Category"), _("E-mail address"), _("Language"), _("State"),
        _("Since"), _("Present"),
    ]  # fmt: skip
    rows = [_row(number, one) for number, one in enumerate(people, start=1)]
    if file_format == "csv":
        return csv_file([headings, *rows])
    return xlsx_file(headings, rows, title=_("Participants"))


def _row(number: int, one: Enrolment) -> list[Cell]:
    return [
        number,
        name_of(one.learner),
        one.employer.name if one.employer else "",
        capfirst(str(one.get_category_display())),
        one.learner.email,
        one.language,
        capfirst(str(one.get_state_display())),
        timezone.localdate(since_when(one)),
        "",
    ]


def _paper_of(edition: Edition, people: list[Enrolment], at: datetime) -> participants_paper.Paper:
    when = (
        formats.date_range(edition.starts_at, edition.ends_at)
        if edition.starts_at and edition.ends_at
        else _("No date yet")
    )
    trainers = ", ".join(str(one.full_name) for one in edition.trainers.all() if one.full_name)
    place = f"{edition.location.name}, {edition.location.address}" if edition.location else _("Online")
    return participants_paper.Paper(
        language=get_language() or "nl",
        title=edition.course.title,
        kicker=f"{edition.code} · {edition.provider.name}",
        heading=_("Participants"),
        author=identity().name,
        facts=[(_("When"), when), (_("Where"), place), (_("Trainer"), trainers)],
        columns=[_("No."), _("Name"), _("Employer"), _("Present")],
        rows=[
            (str(number), name_of(one.learner), one.employer.name if one.employer else _("private person"), "")
            for number, one in enumerate(people, start=1)
        ],
        nobody=_("Nobody takes part yet."),
        made=_("Made on %(moment)s") % {"moment": formats.date_time(at)},
        page_of=_("page {page} of {pages}"),
        funding=in_language(edition, "funding_notice"),
        emblem=emblem() if edition.funding_emblem == "eu" else b"",
    )
