"""What one can subscribe to: new editions as news, all meetings as a calendar. For everyone, per lab, theme, course.

Addresses have no language before them: programs read these. The language stands in them where it matters.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.contrib.contenttypes.models import ContentType
from django.contrib.syndication.views import Feed as Syndication
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from cms.models import BasePage, CoursePage, LabPage, ThemePage
from courses.calendar import agenda_calendar
from courses.models import Course, Edition, Session, Theme
from lms.kernel import formats
from lms.kernel.context import identity
from lms.kernel.languages import current_language, in_language
from lms.kernel.models import Event
from lms.people.models import Organisation

if TYPE_CHECKING:
    from cms.head import Feed

LATEST = 50
# A calendar keeps what has just been, so that a day does not vanish from it at night.
LOOK_BACK = timedelta(days=30)
# Readers and calendars ask again by themselves; more often than this tells them nothing.
MAX_AGE = 900


def titled(page: BasePage) -> list[Feed]:
    """The feeds a page points to in its head: all new editions, and those of its own subject."""
    from cms.head import Feed  # heads name feeds, and feeds are described as heads want them

    language = current_language()
    found = [Feed(_("New editions"), reverse("feeds:editions_rss", args=[language]))]
    if isinstance(page, LabPage) and page.organisation_id and page.organisation.code:
        code = page.organisation.code
        title = _("New editions at %(name)s") % {"name": page.organisation.name}
        found.append(Feed(title, reverse("feeds:lab_rss", args=[language, code])))
    if isinstance(page, ThemePage) and page.theme_id:
        title = _("New editions about %(name)s") % {"name": str(page.theme).lower()}
        found.append(Feed(title, reverse("feeds:theme_rss", args=[language, page.theme.code])))
    if isinstance(page, CoursePage) and page.course_id:
        address = reverse("feeds:course_ical", args=[language, page.course.code])
        found.append(Feed(_("All meetings of this course"), address, "text/calendar"))
    return found


def shown_in(language: str) -> Any:
    """The courses that have a live page in this language."""
    return CoursePage.objects.live().public().filter(locale__language_code=language)


def _of_house(house: Organisation) -> Q:
    return Q(course__provider=house) | Q(course__labs=house)


# News ----------------------------------------------------------------------------------------------------------------


class NewEditions(Syndication):
    """Editions as they were published, the latest first."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.request = request
        with override(kwargs["language"]):
            response = super().__call__(request, *args, **kwargs)
        return public(request, response, kwargs["language"])

    def get_object(self, request: HttpRequest, language: str, code: str = "") -> Any:
        return None

    def editions(self, subject: Any) -> QuerySet[Edition]:
        return Edition.objects.upcoming(timezone.now()).with_schedule()

    def title(self, subject: Any) -> str:
        site = identity().name
        return f"{_('New editions')} – {subject} – {site}" if subject else f"{_('New editions')} – {site}"

    def description(self, subject: Any) -> str:
        return _("Courses that can be booked, with their dates.")

    def link(self, subject: Any) -> str:
        return reverse("wagtail_serve", args=[""])

    def items(self, subject: Any) -> list[Edition]:
        """The latest published; when they were, stands in what was recorded."""
        pages = {page.course_id: page for page in shown_in(current_language()).defer("body")}
        found = {edition.pk: edition for edition in self.editions(subject).filter(course__in=pages).distinct()}
        published = Event.objects.filter(
            object_type=ContentType.objects.get_for_model(Edition),
            object_id__in=[str(key) for key in found],
            verb="edition.published",
        ).values_list("object_id", "at")
        for key, at in published:
            vars(found[int(key)])["published_at"] = at
        for edition in found.values():
            vars(edition).setdefault("published_at", edition.enrolment_opens_at)
            vars(edition)["page"] = pages[edition.course_id]
        return sorted(found.values(), key=lambda one: (_published_at(one), one.pk), reverse=True)[:LATEST]

    def item_title(self, edition: Edition) -> str:
        page: CoursePage = vars(edition)["page"]
        return f"{page.title}: {formats.date_range(_start(edition), _end(edition))}"

    def item_description(self, edition: Edition) -> str:
        page: CoursePage = vars(edition)["page"]
        where = _("Online") if edition.mode == "online" else str(edition.location or "")
        about = page.introduction or in_language(edition.course, "summary")
        return f"{about} {where}." if where else about

    def item_link(self, edition: Edition) -> str:
        page: CoursePage = vars(edition)["page"]
        return f"{page.get_url(self.request)}#{edition.code}"

    def item_guid(self, edition: Edition) -> str:
        return f"urn:uuid:{edition.uuid}"

    item_guid_is_permalink = False

    def item_pubdate(self, edition: Edition) -> datetime:
        return _published_at(edition)

    def item_categories(self, edition: Edition) -> list[str]:
        return [edition.provider.name]


class AtomEditions(NewEditions):
    """The same as Atom."""

    feed_type = Atom1Feed

    def subtitle(self, subject: Any) -> str:
        return self.description(subject)

    def item_updateddate(self, edition: Edition) -> datetime:
        return _published_at(edition)


class LabEditions(NewEditions):
    """Those of one lab, or of courses it lends its place to."""

    def get_object(self, request: HttpRequest, language: str, code: str = "") -> Organisation:
        return _lab(language, code)

    def editions(self, subject: Organisation) -> QuerySet[Edition]:
        return super().editions(subject).filter(_of_house(subject))


class ThemeEditions(NewEditions):
    """Those about one theme."""

    def get_object(self, request: HttpRequest, language: str, code: str = "") -> Theme:
        return get_object_or_404(Theme, code=code)

    def editions(self, subject: Theme) -> QuerySet[Edition]:
        return super().editions(subject).filter(course__themes=subject)


def _published_at(edition: Edition) -> datetime:
    return cast("datetime", vars(edition)["published_at"])


def _start(edition: Edition) -> datetime:
    return edition.starts_at or edition.enrolment_closes_at


def _end(edition: Edition) -> datetime:
    return edition.ends_at or _start(edition)


# Calendars -----------------------------------------------------------------------------------------------------------


@require_safe
def agenda_ical(request: HttpRequest, language: str) -> HttpResponse:
    """Every meeting of every edition."""
    with override(language):
        return _calendar(request, language, Q(), _("Agenda"))


@require_safe
def lab_ical(request: HttpRequest, language: str, code: str) -> HttpResponse:
    """Every meeting in one lab's courses."""
    house = _lab(language, code)
    with override(language):
        return _calendar(request, language, _of_house(house), house.name)


@require_safe
def course_ical(request: HttpRequest, language: str, code: str) -> HttpResponse:
    """Every meeting of one course."""
    course = get_object_or_404(Course, code=code, pk__in=shown_in(language).values("course"))
    with override(language):
        return _calendar(request, language, Q(course=course), course.title)


def _lab(language: str, code: str) -> Organisation:
    """A lab that has a live page in this language."""
    shown = LabPage.objects.live().public().filter(locale__language_code=language).values("organisation")
    return get_object_or_404(Organisation, code=code, pk__in=shown)


def _calendar(request: HttpRequest, language: str, which: Q, name: str) -> HttpResponse:
    pages = {page.course_id: page.get_full_url(request) for page in shown_in(language).defer("body")}
    editions = (
        Edition.objects.exclude(state=Edition.State.DRAFT)
        .filter(which, course__in=pages, ends_at__gt=timezone.now() - LOOK_BACK)
        .values("pk")
    )
    sessions = list(
        Session.objects.filter(edition__in=editions)
        .select_related("edition__course", "edition__location", "room__location")
        .order_by("starts_at", "pk")
    )
    title = f"{name} – {identity(language).name}"
    text, changed = agenda_calendar(
        sessions, name=title, language=language, refresh=timedelta(seconds=4 * MAX_AGE), urls=pages
    )
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    if changed:
        response["Last-Modified"] = http_date(changed.timestamp())
    return public(request, response, language)


def public(request: HttpRequest, response: HttpResponse, language: str) -> HttpResponse:
    """The same for everyone: may be kept anywhere for a while; who has it already gets nothing."""
    response["Cache-Control"] = f"public, max-age={MAX_AGE}"
    response["Content-Language"] = language
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:24]}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
