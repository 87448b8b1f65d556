"""What of the catalogue is public, where its pages are, and when it last changed.

A course is public while it has a live page that anyone may read; an edition once it was published. Everything else
(rooms, outcomes, houses) is public through these.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page

from cms.models import CoursePage, LabPage
from courses.models import Course, Edition, Location, Room, Session
from lms.kernel.languages import LANGUAGES
from lms.kernel.models import Event
from lms.people.models import Organisation


def pages_on_view() -> QuerySet[CoursePage]:
    return CoursePage.objects.live().public()


def courses_on_view() -> QuerySet[Course]:
    return Course.objects.filter(pk__in=pages_on_view().order_by().values("course"))


def editions_on_view(courses: QuerySet[Course] | None = None) -> QuerySet[Edition]:
    """Published editions, also those that are over, and published ones that were called off.

    An edition that was called off before anyone outside saw it stays inside.
    """
    announced = Event.objects.filter(
        object_type=ContentType.objects.get_for_model(Edition),
        object_id=Cast(OuterRef("pk"), CharField()),
        verb="edition.published",
    )
    return Edition.objects.filter(
        Q(state=Edition.State.PUBLISHED) | Q(Exists(announced), state=Edition.State.CANCELLED),
        course__in=courses_on_view() if courses is None else courses,
    )


def sessions_on_view() -> QuerySet[Session]:
    return Session.objects.filter(edition__in=editions_on_view())


def rooms_on_view() -> QuerySet[Room]:
    return Room.objects.filter(pk__in=sessions_on_view().filter(room__isnull=False).order_by().values("room"))


def buildings_on_view() -> QuerySet[Location]:
    editions = editions_on_view().filter(location__isnull=False).order_by()
    return Location.objects.filter(Q(pk__in=editions.values("location")) | Q(rooms__in=rooms_on_view())).distinct()


def houses_on_view() -> QuerySet[Organisation]:
    """Who gives courses or lends a lab, and the office that runs the programme. No employer, no partner."""
    return Organisation.objects.filter(Q(is_provider=True) | ~Q(lab_kind="") | Q(is_programme_office=True))


def labs_on_view() -> QuerySet[Organisation]:
    return Organisation.objects.labs()


# Addresses ------------------------------------------------------------------------------------------------------------


def absolute(path: str) -> str:
    """An address of ours as everyone may use it, whatever name this request came in by."""
    return f"{settings.LMS_BASE_URL}{path}"


def enrol_address(edition: Edition, language: str = "nl") -> str:
    with override(language):
        return absolute(reverse("enrolments:enrol", kwargs={"edition": edition.code}))


def course_addresses(courses: Iterable[int]) -> dict[int, dict[str, str]]:
    """By course and language, where its pages are. One query, and Wagtail's own for the site."""
    found: dict[int, dict[str, str]] = {}
    for page in pages_on_view().filter(course__in=list(courses)).select_related("locale").defer("body"):
        found.setdefault(page.course_id, {})[page.locale.language_code] = _address_of(page)
    return found


def lab_addresses(labs: Iterable[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    pages = LabPage.objects.live().public().filter(organisation__in=list(labs))
    for page in pages.select_related("locale").defer("body"):
        found.setdefault(page.organisation_id, {})[page.locale.language_code] = _address_of(page)
    return found


def _address_of(page: Page) -> str:
    parts = page.get_url_parts()
    return absolute(parts[2]) if parts and parts[2] else ""


def in_one_language(addresses: dict[str, str], language: str) -> str:
    """The page in this language, else in another."""
    return next((addresses[one] for one in (language, *LANGUAGES) if addresses.get(one)), "")


# Changes --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """What the catalogue is now: two answers under one version are the same answer."""

    key: str
    at: datetime


def version(moment: datetime) -> Version:
    """Three small queries. Every change of a fact is recorded, a page says when it was published, and the clock
    itself changes answers when enrolment opens or closes and when an edition begins or ends.
    """
    latest = Event.objects.order_by("-pk").values_list("pk", "at").first() or (0, None)
    pages = Page.objects.aggregate(at=Max("last_published_at"), live=Count("pk", filter=Q(live=True)))
    moments = ("enrolment_opens_at", "enrolment_closes_at", "starts_at", "ends_at")
    passed = Edition.objects.aggregate(
        **{f"last_{name}": Max(F(name), filter=Q(**{f"{name}__lte": moment})) for name in moments}
    )
    found = [one for one in (latest[1], pages["at"], *passed.values()) if one and one <= moment]
    at = max(found, default=datetime(2000, 1, 1, tzinfo=UTC))
    said = f"{latest[0]} {pages['at']} {pages['live']} {at.isoformat()}"
    return Version(hashlib.sha256(said.encode()).hexdigest()[:16], at)
