"""What the answers of version 1 look like. A field is never renamed or taken away within a version; new ones may come.

Every description is a text to translate: the OpenAPI document and its page speak Dutch and English.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import AfterValidator, Field, StringConstraints

from courses.models import Course, Mode, Price
from courses.phases import Phase
from lms.api.framework import Answer
from lms.people.models import Organisation

# A state of ours is a word that may get siblings: a reader must not fall over one it does not know.
PUBLIC_PHASES = [one.value for one in Phase if one != Phase.DRAFT]


def words(values: list[str], **more: Any) -> Any:
    """Text from a list that is written in the document, and may grow."""
    return Field(json_schema_extra={"enum": [*values]}, **more)


Code = Annotated[str, Field(examples=["SMZ-P3"])]
# A code as it may be asked for. NUL never gets this far, and no database is asked for a novel.
AskedCode = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[-a-zA-Z0-9_]+$")]


def _within_reach(day: date) -> date:
    """Databases count from and to the edges of the calendar in their own zone; nothing of ours is near them."""
    return min(max(day, date(1900, 1, 1)), date(2200, 12, 31))


Day = Annotated[date, AfterValidator(_within_reach)]


# What is asked --------------------------------------------------------------------------------------------------------


class InLanguage(Schema):
    language: Literal["nl", "en"] | None = Field(
        None, description=_("The language of texts. Left out, Accept-Language decides; else it is Dutch.")
    )


class Paged(InLanguage):
    page: int = Field(1, ge=1, le=1_000_000, description=_("Which page, from 1."))
    page_size: int = Field(20, ge=1, le=100, description=_("How many on a page."))


class CourseQuery(Paged):
    q: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]*$")] | None = Field(
        None, description=_("Words that all occur in a title, a text or a code.")
    )
    kind: Literal["programme", "course"] | None = Field(None, description=_("A programme, or a single course."))
    theme: AskedCode | None = Field(None, description=_("The code of a theme."))
    lab: AskedCode | None = Field(None, description=_("The code of a lab where the course is given, or that gives it."))
    mode: Literal["onsite", "online", "blended"] | None = Field(None, description=_("How one takes part."))
    teaching_language: Literal["nl", "en"] | None = Field(
        None, description=_("The language in which a coming edition is taught.")
    )


class EditionQuery(Paged):
    course: AskedCode | None = Field(None, description=_("The code of a course."))
    lab: AskedCode | None = Field(None, description=_("The code of a lab where the course is given, or that gives it."))
    theme: AskedCode | None = Field(None, description=_("The code of a theme."))
    open: bool | None = Field(None, description=_("Whether enrolment is open now, for a seat or for the waiting list."))
    # Not "from": a word of the language, under its own name in the address.
    first: Day | None = Field(
        None,
        alias="from",
        description=_("Begins on this day or later. Left out, together with until: everything that is not over."),
        examples=["2027-01-01"],
    )
    until: Day | None = Field(None, description=_("Begins on this day or earlier."), examples=["2027-06-30"])
    teaching_language: Literal["nl", "en"] | None = Field(None, description=_("The language in which it is taught."))


class SeatsQuery(Schema):
    codes: Annotated[str, StringConstraints(min_length=1, max_length=5000, pattern=r"^[-a-zA-Z0-9_,]+$")] = Field(
        description=_("The codes of up to a hundred editions, with commas between."),
        json_schema_extra={
            "type": "array",
            "items": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "minLength": 1, "maxLength": 40},
            "minItems": 1,
            "maxItems": 100,
            "examples": [["SMZ-P3-2027A", "IOTA-C2-2027A"]],
        },
    )


# What is answered -----------------------------------------------------------------------------------------------------


class Page(Answer):
    page: int = Field(examples=[1])
    page_size: int = Field(examples=[20])
    count: int = Field(description=_("How many there are on all pages together."), examples=[13])
    next: str | None = Field(description=_("The address of the next page; null on the last one."))
    previous: str | None = Field(description=_("The address of the page before; null on the first one."))


class House(Answer):
    code: str | None = Field(examples=["ROBO"])
    name: str = Field(examples=["RoboHouse"])


class Theme(Answer):
    code: str = Field(examples=["robots-en-automatisering"])
    name: str = Field(examples=["Robots and automation"])


class Hours(Answer):
    total: float = Field(description=_("Lessons, self-study and assessment together."), examples=[40.0])
    taught: float = Field(description=_("With a trainer."), examples=[26.0])


class Amount(Answer):
    audience: str = words(list(Price.Audience.values), description=_("Who pays this price."), examples=["standard"])
    amount: str = Field(
        description=_("In euros with a point and two decimals; VAT is included where it is due."), examples=["1450.00"]
    )
    currency: str = Field("EUR", examples=["EUR"])


class Outcome(Answer):
    code: str = Field(examples=["SMZ-P3-LU1"])
    text: str = Field(examples=["You set up a cobot safely."])


class SkillTaught(Answer):
    framework: str = Field(description=_("ESCO, e-CF or DigComp."), examples=["e-CF"])
    version: str = Field(examples=["4.0"])
    code: str = Field(examples=["B2"])
    name: str = Field(examples=["Component integration"])
    uri: str | None
    level: str | None


class Seats(Answer):
    edition: Code = Field(description=_("The code of the edition."))
    state: str = words(
        PUBLIC_PHASES,
        description=_("Where the edition is: open or last_seats means a seat is free, full means a waiting list."),
        examples=["open"],
    )
    capacity: int = Field(examples=[12])
    free: int = Field(description=_("Seats that are free now."), examples=[5])
    waiting_list: bool = Field(description=_("Whether who enrols now comes on the waiting list."))


class SeatsList(Answer):
    items: list[Seats]
    missing: list[str] = Field(description=_("Codes that are no edition of ours, or of one that is not public."))


class Place(Answer):
    name: str = Field(examples=["RoboHouse"])
    street: str | None = Field(examples=["Julianalaan 67A"])
    postcode: str | None = Field(examples=["2628 BC"])
    city: str = Field(examples=["Delft"])


class SessionPlanned(Answer):
    number: int = Field(examples=[1])
    title: str = Field(examples=["Your first robot cell"])
    starts_at: datetime
    ends_at: datetime
    mode: str = words(list(Mode.values), examples=["onsite"])
    room: str | None


class EditionShort(Answer):
    id: UUID
    code: str = Field(examples=["SMZ-P3-2027A"])
    course: str = Field(description=_("The code of the course."), examples=["SMZ-P3"])
    title: str = Field(examples=["Working with cobots"])
    provider: House
    state: str = words(
        PUBLIC_PHASES,
        description=_("Where the edition is: open or last_seats means a seat is free, full means a waiting list."),
        examples=["open"],
    )
    starts_at: datetime | None
    ends_at: datetime | None
    enrolment_opens_at: datetime
    enrolment_closes_at: datetime
    teaching_language: str = Field(examples=["nl"])
    mode: str = words(list(Mode.values), examples=["onsite"])
    place: Place | None = Field(description=_("Where it is held; null for what is online only."))
    capacity: int = Field(examples=[12])
    minimum: int = Field(description=_("Fewer learners than this and it may not go on."), examples=[6])
    seats_free: int = Field(examples=[5])
    enrol_url: str | None = Field(description=_("Where someone enrols; null while that is not possible."))


class Edition(EditionShort):
    sessions: list[SessionPlanned]


class EditionPage(Page):
    items: list[EditionShort]


class CourseShort(Answer):
    id: UUID
    code: Code
    kind: str = words(list(Course.Kind.values), examples=["programme"])
    title: str = Field(examples=["Working with cobots"])
    summary: str
    provider: House
    labs: list[House]
    themes: list[Theme]
    level: str = Field(description=_("The level in words."), examples=["mbo-4"])
    mode: str = words(list(Mode.values), examples=["onsite"])
    format: str = Field(description=_("How one takes part, in words."))
    hours: Hours
    certificate: str = words(
        list(Course.CertificateKind.values), description=_("The proof one gets."), examples=["assessed"]
    )
    price: str | None = Field(
        description=_("The standard price in euros, VAT included where it is due; null where none is set."),
        examples=["1450.00"],
    )
    next_edition: EditionShort | None = Field(
        description=_("The soonest edition one can enrol in, else the soonest that is coming.")
    )
    url: str = Field(description=_("The course's page."))


class CoursePage(Page):
    items: list[CourseShort]


class CourseWhole(CourseShort):
    audience: str = Field(description=_("For whom it is meant."))
    admission: str = Field(description=_("What one needs beforehand; empty for nothing."))
    outcomes: list[Outcome]
    skills: list[SkillTaught]
    assessment: str = Field(description=_("How one is assessed; empty where one is not."))
    attendance_share: int = Field(description=_("How much one must attend, as a percentage."), examples=[80])
    prices: list[Amount]
    vat: str = words(list(Course.VatRegime.values), description=_("How VAT applies."), examples=["exempt_crkbo"])
    nlqf_level: str | None = Field(description=_("Only where the course is in the NLQF register."))
    nlqf_register_number: str | None
    parts: list[Code] = Field(description=_("Codes of the courses that count towards this programme."))
    part_of: list[Code] = Field(description=_("Codes of the programmes to which this course counts."))
    editions: list[EditionShort] = Field(description=_("Every edition that is not over."))


class Lab(Answer):
    id: UUID
    code: str | None = Field(examples=["ROBO"])
    kind: str = words(list(Organisation.LabKind.values), examples=["field_lab"])
    name: str = Field(examples=["RoboHouse"])
    description: str
    street: str | None
    postcode: str | None
    city: str = Field(examples=["Delft"])
    website: str | None
    courses: int = Field(description=_("How many courses are given here."), examples=[2])
    url: str | None = Field(description=_("The lab's page."))


class LabList(Answer):
    items: list[Lab]


class ThemeCounted(Theme):
    courses: int = Field(description=_("How many courses have this theme."), examples=[3])


class ThemeList(Answer):
    items: list[ThemeCounted]


class Index(Answer):
    name: str
    version: str = Field(examples=["1.0.0"])
    documentation: str
    openapi: str
    addresses: list[str]
