"""What an employer's own system says of a group, and is told of it: its own list, and what became of each row."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints, WithJsonSchema

from enrolments.groups.reading import MOST_ROWS
from enrolments.groups.verdicts import PROBLEMS
from enrolments.models import GroupEnrolment, GroupRow
from lms.api.framework import Answer
from lms.api.v1.shapes import AskedCode, Code, Page, Paged, words

MOST_SEATS = 200
LONGEST_CELL = 300

Cell = Annotated[str, StringConstraints(max_length=LONGEST_CELL)]

# What goes through a header unchanged.
IdempotencyKey = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[!-~]([ -~]*[!-~])?$")]


# What is said ---------------------------------------------------------------------------------------------------------


class Said(Schema):
    """A shape that is sent to us; a field that we do not know is an error, so that a misspelt one is not lost."""

    model_config = ConfigDict(extra="forbid")


class GroupPerson(Said):
    given_name: Cell = Field("", examples=["Sanne"])
    name_prefix: Cell = Field("", examples=["de"])
    family_name: Cell = Field("", examples=["Vries"])
    name: Cell = Field("", description=_("The whole name, where you do not have it in parts."), examples=["Sanne Wit"])
    email: Cell = Field("", description=_("Their own: a mailed code opens it."), examples=["sanne@company.example"])
    language: Cell = Field("", description=_("nl or en; left out, the language of the edition."), examples=["nl"])
    department: Cell = Field(
        "", description=_("In which department of yours; made when there is none of that name."), examples=["Assembly"]
    )


class NewGroup(Said):
    edition: AskedCode = Field(description=_("The code of the edition."), examples=["cobots-27-2"])
    rows: list[GroupPerson] = Field(
        default_factory=list, max_length=MOST_ROWS, description=_("The people; at most 2,000. Do not send a BSN.")
    )
    wish: Literal["part", "whole"] = Field(
        "part",
        description=_(
            "part: as many as there are places for, the others each on the waiting list. whole: everyone or nobody, "
            "waiting together."
        ),
    )
    seats_without_name: int = Field(
        0, ge=0, le=MOST_SEATS, description=_("Places that HR gives a name later, on the page of the group.")
    )
    purchase_order: Annotated[str, StringConstraints(max_length=60)] = Field(
        "", description=_("Your order number; it stands on the invoice lines.")
    )


class GroupQuery(Paged):
    edition: AskedCode | None = Field(None, description=_("The code of an edition."))
    state: Literal["checking", "running", "waiting", "done", "undoing", "undone", "ended"] | None = Field(
        None, description=_("How far it is.")
    )


# What is told ---------------------------------------------------------------------------------------------------------


Problem = Annotated[str, WithJsonSchema({"type": "string", "enum": [*PROBLEMS]})]
Outcome = Annotated[str, WithJsonSchema({"type": "string", "enum": GroupRow.Outcome.values})]


class GroupProgress(Answer):
    done: int = Field(description=_("Rows that have their result."))
    of: int = Field(description=_("Rows that can be enrolled."))


class GroupTotals(Answer):
    rows: int
    placed: int = Field(description=_("Rows that got a place."))
    waitlisted: int = Field(description=_("Rows that wait for a place."))
    requested: int = Field(description=_("Rows that wait for an approval."))
    skipped: int = Field(description=_("Rows with nothing to do: there already, twice in the list, or left out."))
    errors: int = Field(description=_("Rows that could not be enrolled as they are."))
    replaced: int = Field(description=_("Rows in whose place someone else comes."))
    undone: int


class Group(Answer):
    id: UUID = Field(description=_("Names this group for good."))
    edition: Code
    state: str = words(
        GroupEnrolment.State.values,
        description=_(
            "checking: HR has to look first. running, undoing: under way. waiting: together on the waiting list. "
            "done; undone; ended: it did not go ahead."
        ),
    )
    wish: str = words(GroupEnrolment.Wish.values)
    source: str = words(GroupEnrolment.Source.values, description=_("system: sent here; others on the pages of HR."))
    purchase_order: str | None
    progress: GroupProgress
    totals: GroupTotals
    seats_without_name: int = Field(description=_("Places that are held now and have no name yet."))
    names_until: datetime | None = Field(description=_("Until then a place can be given a name."))
    waits_until: datetime | None = Field(description=_("Until then a group waits together."))
    created_at: datetime
    finished_at: datetime | None = Field(description=_("When every row had its result."))
    can_be_undone_until: datetime | None = Field(description=_("By HR, on the page of the group."))
    url: str = Field(description=_("Where this key reads how far it is."))
    page_url: str = Field(description=_("The page of the group, for HR."))


class GroupPage(Page):
    items: list[Group]


class RowOfGroup(Answer):
    row: int = Field(description=_("Its number in what you sent, from 1; of a file as the spreadsheet numbers it."))
    given_name: str
    name_prefix: str | None
    family_name: str
    email: str
    department: str | None
    verdict: str = words(GroupRow.Verdict.values, description=_("What the check says; new and known are enrolled."))
    problem: Problem | None = Field(description=_("What is wrong with it, in one word."))
    detail: str | None = Field(description=_("What is wrong with it, and how to mend it."))
    outcome: Outcome | None = Field(description=_("What became of it; null until then."))


class GroupWithRows(Group):
    rows: list[RowOfGroup]
