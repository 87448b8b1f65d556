"""What an employer's own system asks and is told: what HR sees on its pages, and nothing beyond it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.utils.translation import gettext_noop as _
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from courses.models import Course
from enrolments.employers import Seen
from lms.api.framework import Answer
from lms.api.v1.shapes import AskedCode, Code, Day, Page, Paged, words

Number = Annotated[str, Field(examples=["7K3M-Q9TX-2B4N-8WRF-D"])]
AskedNumber = Annotated[str, StringConstraints(min_length=17, max_length=24, pattern=r"^[-0-9A-Za-z]+$")]
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 12, 31, tzinfo=UTC)


def _within_reach(moment: datetime) -> datetime:
    """As for days: nothing of ours is near the edges of the calendar, where databases fall over."""
    naive = moment.replace(tzinfo=UTC)
    return EARLIEST if naive < EARLIEST else LATEST if naive > LATEST else moment


Moment = Annotated[AwareDatetime, AfterValidator(_within_reach)]


# What is asked --------------------------------------------------------------------------------------------------------


class EnrolmentQuery(Paged):
    edition: AskedCode | None = Field(None, description=_("The code of an edition."))
    state: Literal["waiting", "enrolled", "learning", "shared", "not_shared", "off"] | None = Field(
        None, description=_("How the enrolment stands, in the words of the answer.")
    )
    changed_since: Moment | None = Field(
        None,
        description=_("Only what changed for you at this moment or later. With an offset, in the address %2B for +."),
        examples=["2027-02-01T00:00:00Z"],
    )


class CertificateQuery(Paged):
    edition: AskedCode | None = Field(None, description=_("The code of an edition."))
    issued_since: Day | None = Field(None, description=_("Issued on this day or later."), examples=["2027-01-01"])


# What is told ---------------------------------------------------------------------------------------------------------


class Person(Answer):
    id: UUID = Field(description=_("The same person has the same id in all your answers; other employers get another."))
    given_name: str = Field(examples=["Sanne"])
    name_prefix: str | None = Field(examples=["de"])
    family_name: str = Field(examples=["Vries"])


class EditionOfEnrolment(Answer):
    code: Code
    course: str = Field(description=_("The code of the course."), examples=["SMZ-P3"])
    title: str = Field(description=_("The title of the course."))
    starts_at: datetime | None = Field(description=_("The beginning of the first session."))
    ends_at: datetime | None = Field(description=_("The end of the last session."))


class EmployerEnrolment(Answer):
    code: Code = Field(description=_("Names this enrolment for good."), examples=["0QW8RT2YZ4"])
    person: Person
    edition: EditionOfEnrolment
    state: str = words(
        Seen.values,
        description=_(
            "not_shared is not finished, not passed or not shared: it looks the same on purpose. shared is completed."
        ),
    )
    enrolled_on: date
    changed_at: datetime = Field(description=_("When something of this answer last changed."))
    hours: float | None = Field(description=_("Hours attended; null unless the learner shares them."))
    sessions_attended: int | None = Field(description=_("Null unless the learner shares them."))
    sessions_held: int | None = Field(description=_("Of how many; null unless the learner shares them."))
    certificates: list[str] = Field(description=_("The numbers of the certificates that the learner shares."))


class EmployerEnrolmentPage(Page):
    items: list[EmployerEnrolment]


class EmployerCertificate(Answer):
    number: Number
    kind: str = words(Course.CertificateKind.values, description=_("Of participation, or assessed."))
    title: str = Field(description=_("What it was earned with, as it stands on the certificate."))
    name: str = Field(description=_("The name as it stands on the certificate."))
    person: Person
    enrolment: Code
    edition: Code
    status: str = words(["valid", "expired"], description=_("Revoked and replaced ones are left out."))
    issued_on: date
    expires_on: date | None
    verify_url: str = Field(description=_("Where anyone can check it."))
    pdf_url: str = Field(description=_("Where this key fetches the document. Each time is on record."))


class EmployerCertificatePage(Page):
    items: list[EmployerCertificate]
