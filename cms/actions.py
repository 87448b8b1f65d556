"""Building a site: languages, page trees, a page per course and lab. Twice does no harm; what editors wrote stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import slugify
from wagtail.models import Locale, Page, Site

from cms import starter_texts
from cms.models import (
    AgendaPage,
    BasePage,
    CourseIndexPage,
    CoursePage,
    HomePage,
    LabIndexPage,
    LabPage,
    PartnerIndexPage,
    PartnerPage,
    StandardPage,
    StoryIndexPage,
    StoryPage,
    ThemeIndexPage,
    ThemePage,
)
from cms.search import index_courses
from cms.workflows import build_approval
from courses.models import Course, Theme
from lms.kernel import formats
from lms.kernel.context import identity
from lms.kernel.languages import LANGUAGES, in_language
from lms.people.models import Organisation, User

P = TypeVar("P", bound=BasePage)
Body = list[tuple[str, Any]]
# Where mail goes until the site's own address is set.
EMAIL = "programmabureau@demo.example"

_ROOMS: dict[str, type[BasePage]] = {
    "courses": CourseIndexPage,
    "labs": LabIndexPage,
    "agenda": AgendaPage,
    "themes": ThemeIndexPage,
    "stories": StoryIndexPage,
    "partners": PartnerIndexPage,
}


@transaction.atomic
def build_site(*, by: User | None = None, at: datetime | None = None) -> None:
    """The whole site in every language, with a page for each course, lab, theme and partner there is now.

    Pages that are there already are left as they are.
    """
    at = at or timezone.now()
    locales = {language: Locale.objects.get_or_create(language_code=language)[0] for language in LANGUAGES}
    homes = _homes(locales, by=by, at=at)
    build_approval(homes.values())
    for place, model in _ROOMS.items():
        _translated(model, {language: _room(place, language) for language in LANGUAGES}, homes, by=by, at=at)
    for part in starter_texts.PAGES:
        drafts = {language: _standard(part, language, at) for language in LANGUAGES}
        _translated(StandardPage, drafts, homes, by=by, at=at, part=part)
    for house in Organisation.objects.labs():
        build_lab_page(house, by=by, at=at)
    for theme in Theme.objects.all():
        build_theme_page(theme, by=by, at=at)
    for partner in Organisation.objects.filter(Q(is_partner=True) | Q(is_funder=True), lab_kind=""):
        build_partner_page(partner, by=by, at=at)
    for course in Course.objects.all():
        build_course_page(course, by=by, at=at)
    for home in homes.values():
        _choose_academy(home)
    index_courses()


@transaction.atomic
def build_course_page(
    course: Course,
    *,
    description: Mapping[str, str] | None = None,
    questions: Sequence[Mapping[str, Mapping[str, str]]] = (),
    by: User | None = None,
    at: datetime | None = None,
) -> list[CoursePage]:
    """The pages of a course, one per language, with prose from ``description`` (``{"nl": …, "en": …}``) and
    ``questions`` (``{"question": {…}, "answer": {…}}``). Prose goes into pages that have none; what editors wrote
    stays.
    """
    parents = _under(CourseIndexPage)
    drafts = {
        language: CoursePage(
            title=in_language(course, "title", language),
            # The title's first part: what stands behind a colon makes an address long, not clear.
            slug=slugify(in_language(course, "title", language).partition(":")[0]) or slugify(course.code),
            search_description=in_language(course, "summary", language)[:300],
            course=course,
        )
        for language in parents
    }
    pages = _translated(CoursePage, drafts, parents, by=by, at=at or timezone.now(), course=course)
    for language, page in pages.items():
        body = _prose(language, description or {}, questions)
        if body and not page.body:
            _fill(page, body=body)
    return list(pages.values())


@transaction.atomic
def build_lab_page(
    house: Organisation,
    *,
    look: Mapping[str, Any] | None = None,
    by: User | None = None,
    at: datetime | None = None,
) -> list[LabPage]:
    """The pages of a lab, one per language. A skills lab stands in the menus. ``look`` (colour, drawing) is for pages
    that no editor has touched.
    """
    parents = _under(LabIndexPage)
    drafts = {
        language: LabPage(
            title=house.name,
            slug=slugify(house.name.replace("|", "-")),
            search_description=in_language(house, "description", language)[:300],
            organisation=house,
            show_in_menus=house.lab_kind == Organisation.LabKind.SKILLS_LAB,
        )
        for language in parents
    }
    pages = _translated(LabPage, drafts, parents, by=by, at=at or timezone.now(), organisation=house)
    for page in pages.values():
        if not page.cover and not page.photo_id:
            _fill(page, **(look or {}))
    return list(pages.values())


@transaction.atomic
def build_theme_page(
    theme: Theme,
    *,
    introduction: Mapping[str, str] | None = None,
    text: Mapping[str, str] | None = None,
    by: User | None = None,
    at: datetime | None = None,
) -> list[ThemePage]:
    """The pages of a theme, one per language. Prose goes into pages that have none."""
    parents = _under(ThemeIndexPage)
    drafts = {
        language: ThemePage(
            title=in_language(theme, "name", language),
            slug=slugify(in_language(theme, "name", language)) or theme.code,
            theme=theme,
        )
        for language in parents
    }
    pages = _translated(ThemePage, drafts, parents, by=by, at=at or timezone.now(), theme=theme)
    for language, page in pages.items():
        said = (introduction or {}).get(language, "")
        if said and not page.introduction:
            _fill(page, introduction=said, search_description=said)
        if not page.body:
            _fill(page, body=_prose(language, text or {}, ()))
    return list(pages.values())


@transaction.atomic
def build_partner_page(
    organisation: Organisation,
    *,
    courses: Iterable[Course] = (),
    by: User | None = None,
    at: datetime | None = None,
) -> list[PartnerPage]:
    """The pages of a partner or funder, one per language, with the courses it works on."""
    parents = _under(PartnerIndexPage)
    drafts = {
        language: PartnerPage(
            title=organisation.name,
            slug=slugify(organisation.name),
            search_description=_partner_said(organisation, language),
            organisation=organisation,
        )
        for language in parents
    }
    pages = _translated(PartnerPage, drafts, parents, by=by, at=at or timezone.now(), organisation=organisation)
    chosen = list(courses)
    for page in pages.values():
        if chosen and not page.courses.exists():
            _fill(page, courses=chosen)
    return list(pages.values())


@transaction.atomic
def build_story_page(
    story: Mapping[str, Any], *, by: User | None = None, at: datetime | None = None
) -> list[StoryPage]:
    """The pages of an example story, one per language: ``title``, ``role``, ``introduction``, ``quote`` and ``text``
    in both, ``who`` and ``kind``, and the codes of its ``course`` and ``lab``.
    """
    parents = _under(StoryIndexPage)
    drafts = {
        language: StoryPage(
            title=story["title"][language],
            slug=slugify(story["title"][language]),
            search_description=story["introduction"][language],
            introduction=story["introduction"][language],
            role=story["role"][language],
            quote=story["quote"][language],
            body=_prose(language, story["text"], ()),
            is_example=True,
        )
        for language in parents
    }
    same = {
        "who": story["who"],
        "kind": story["kind"],
        "course": Course.objects.filter(code=story["course"]).first(),
        "lab": Organisation.objects.filter(code=story["lab"]).first(),
    }
    return list(_translated(StoryPage, drafts, parents, by=by, at=at or timezone.now(), **same).values())


# Steps ---------------------------------------------------------------------------------------------------------------


def _homes(locales: Mapping[str, Locale], *, by: User | None, at: datetime) -> dict[str, HomePage]:
    """The front pages under Wagtail's root, and the site that begins at the Dutch one."""
    root = Page.get_first_root_node()
    if root is None:
        root = Page.add_root(instance=Page(title="Root", slug="root", locale=locales["nl"]))
    site = Site.objects.filter(is_default_site=True).first()
    # Wagtail puts a page of its own where ours belongs; the site stands on it until ours is there.
    welcome = root.get_children().exact_type(Page).filter(slug="home").first()
    if welcome:
        welcome.slug = "welcome-to-wagtail"
        welcome.save(update_fields=["slug"], clean=False)
        root.refresh_from_db()
    drafts = {language: _home(language) for language in LANGUAGES}
    homes = _translated(HomePage, drafts, dict.fromkeys(LANGUAGES, root), by=by, at=at)
    address = urlsplit(settings.LMS_BASE_URL)
    if site is None or site.root_page_id == (welcome.pk if welcome else None):
        site = site or Site(is_default_site=True)
        site.root_page, site.site_name = homes["nl"], identity("nl").name
        site.hostname, site.port = (
            address.hostname or "localhost",
            address.port or (443 if address.scheme == "https" else 80),
        )
        site.save()
    if welcome:
        welcome.refresh_from_db()
        welcome.delete()
    return homes


def _translated(
    model: type[P],
    drafts: Mapping[str, P],
    parents: Mapping[str, Page],
    *,
    by: User | None,
    at: datetime,
    **same: Any,
) -> dict[str, P]:
    """A page per language, translations of each other: those that are there, and the drafts for those that are not."""
    found: dict[str, P] = {
        page.locale.language_code: page
        for page in model.objects.filter(locale__language_code__in=parents, **same).select_related("locale")
    }
    key = next((page.translation_key for page in found.values()), None)
    for language, draft in drafts.items():
        if language in found:
            continue
        if key is not None:
            draft.translation_key = key
        parent = parents[language]
        parent.refresh_from_db()  # treebeard counts the children on the row
        draft.locale = Locale.objects.get(language_code=language)
        draft.slug = _free_slug(draft.slug, parent)
        draft.owner = by
        for field, value in same.items():
            setattr(draft, field, value)
        draft.first_published_at = draft.last_published_at = at
        parent.add_child(instance=draft)
        key, found[language] = draft.translation_key, draft
    return found


def _fill(page: BasePage, **values: Any) -> None:
    """Put this on a page that no editor has touched: the next edit would begin from the last revision."""
    if values and page.latest_revision_id is None:
        for field, value in values.items():
            setattr(page, field, value)
        page.save()


def _partner_said(organisation: Organisation, language: str) -> str:
    said = in_language(organisation, "description", language)
    return f"{organisation.name}: {said[0].lower()}{said[1:]}" if said else organisation.name


def _free_slug(slug: str, parent: Page) -> str:
    """The slug, with a number behind it where another page has it."""
    taken = set(parent.get_children().filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(found for found in (slug, *(f"{slug}-{n}" for n in range(2, len(taken) + 3))) if found not in taken)


def _under(model: type[BasePage]) -> dict[str, Page]:
    """The rooms of this kind by language; nothing can be put where there is no room yet."""
    return {page.locale.language_code: page for page in model.objects.select_related("locale")}


def _home(language: str) -> HomePage:
    texts = starter_texts.HOME[language]
    doors: Body = []
    for category, title, text, action in texts["doors"]:
        door = {"title": title, "text": text, "action": action}
        doors.append(("learner", {"category": category, **door}) if category else ("employer", door))
    return HomePage(
        title=texts["title"],
        slug=texts["slug"],
        search_description=texts["description"],
        eyebrow=texts["eyebrow"],
        heading=texts["heading"],
        introduction=texts["introduction"],
        searches=[("word", word) for word in texts["searches"]],
        doors=doors,
        figures_heading=texts["figures_heading"],
        figures=[("figure", figure) for figure in _figures(language)],
        partners=texts["partners"],
    )


def _figures(language: str) -> list[dict[str, Any]]:
    return [figure | {"source": starter_texts.SOURCE[language]} for figure in starter_texts.FIGURES[language]]


def _room(place: str, language: str) -> BasePage:
    title, slug, introduction = starter_texts.ROOMS[place][language]
    return _ROOMS[place](title=title, slug=slug, introduction=introduction, search_description=introduction)


def _standard(part: str, language: str, at: datetime) -> StandardPage:
    texts = starter_texts.PAGES[part][language]
    filled = {
        "email": identity(language).email or EMAIL,
        "date": formats.plain_date(at, language),
        "site": settings.LMS_BASE_URL,
    }
    body: Body = [
        ("figures", _figures(language)) if kind == "figures" else (kind, value.format(**filled))
        for kind, value in texts["body"]
    ]
    return StandardPage(
        title=texts["title"],
        slug=texts["slug"],
        introduction=texts["introduction"],
        search_description=texts["introduction"],
        body=body,
    )


def _prose(language: str, description: Mapping[str, str], questions: Sequence[Mapping[str, Mapping[str, str]]]) -> Body:
    body: Body = []
    if text := description.get(language):
        paragraphs = [format_html("<p>{}</p>", part.strip()) for part in text.split("\n\n") if part.strip()]
        body.append(("text", "".join(paragraphs)))
    if questions:
        body.append(
            (
                "questions",
                [
                    {"question": one["question"][language], "answer": format_html("<p>{}</p>", one["answer"][language])}
                    for one in questions
                ],
            )
        )
    return body


def _choose_academy(home: HomePage) -> None:
    """The skills lab's page belongs on the front page; the choice stays once it was made."""
    if home.academy_id or home.latest_revision_id:
        return
    page = LabPage.objects.filter(locale=home.locale_id, organisation__lab_kind=Organisation.LabKind.SKILLS_LAB).first()
    if page:
        home.refresh_from_db()
        home.academy = page
        home.save()
