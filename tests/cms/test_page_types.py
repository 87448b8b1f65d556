"""Every page of a built site, whatever its type: it opens, in both languages, and is well formed."""

import re
from html.parser import HTMLParser

import pytest
from wagtail.models import Page

from cms.actions import build_partner_page, build_site, build_story_page, build_theme_page
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
from courses.models import Theme
from lms.kernel.context import forget_identity
from lms.kernel.models import SiteIdentity
from tests.cms.samples import STORY
from tests.factories import OrganisationFactory

TYPES = [
    AgendaPage,
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
]
LANDMARKS = {"main": "main", "header": "banner", "footer": "contentinfo", "nav": "navigation", "aside": "complementary"}


class Outline(HTMLParser):
    """The headings, landmarks and ids of a page, as a screen reader lists them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.landmarks: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.skips_to = ""
        self._inside: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        of = dict(attrs)
        if found := re.fullmatch("h([1-6])", tag):
            self.headings.append(int(found[1]))
        role = of.get("role") or LANDMARKS.get(tag, "")
        # A header or footer inside the content is no landmark.
        if tag in {"header", "footer"} and "main" in self._inside:
            role = of.get("role", "")
        if role in {*LANDMARKS.values(), "search"}:
            self.landmarks.append((role, of.get("aria-label") or of.get("aria-labelledby") or ""))
        if tag == "main":
            self._inside.append("main")
        if "id" in of:
            self.ids.append(of["id"])
        if "skip" in (of.get("class") or "").split():
            self.skips_to = of["href"]

    def handle_endtag(self, tag):
        if tag == "main":
            self._inside.remove("main")


@pytest.fixture
def whole(site, cobots, edition, academy, robohouse):
    """A site with a page of every type."""
    SiteIdentity.objects.update(about_nl="Over de site.", about_en="About the site.")
    forget_identity()
    theme = Theme.objects.create(code="robots", name_nl="Robots", name_en="Robots in English")
    cobots.themes.add(theme)
    tno = OrganisationFactory(code="tno", name="TNO", is_partner=True, partner_role="programme_lead")
    build_site()
    build_theme_page(theme, introduction={"nl": "Over robots.", "en": "About robots."})
    build_partner_page(tno, courses=[cobots])
    build_story_page(STORY | {"course": cobots.code, "lab": robohouse.code})


def test_every_page_of_a_built_site_opens_and_is_well_formed(client, whole):
    pages = [page for page in Page.objects.live().specific() if isinstance(page, BasePage)]
    assert {type(page) for page in pages} == set(TYPES)
    for page in pages:
        url, language = page.get_url(), page.locale.language_code
        response = client.get(url)
        assert response.status_code == 200, url
        source = response.content.decode()
        outline = Outline(source)
        assert outline.headings.count(1) == 1, url
        assert outline.headings[0] == 1 or 1 in outline.headings[:2], url
        steps = zip(outline.headings, outline.headings[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), (url, outline.headings)
        assert len(outline.landmarks) == len(set(outline.landmarks)), (url, outline.landmarks)
        assert [role for role, _name in outline.landmarks].count("main") == 1, url
        assert len(outline.ids) == len(set(outline.ids)), url
        assert outline.skips_to == "#main", url
        assert "main" in outline.ids, url
        assert re.search(r"<title>\s*\S.* – SMITZH</title>", source), url
        assert re.search(r'<meta name="description" content="[^"]{3,}">', source), url
        assert f'<html lang="{language}">' in source, url
        # The same page in the other language is one link away, and leads back.
        other = {"nl": "en", "en": "nl"}[language]
        found = re.findall(rf'<a [^>]*href="(/{other}/[^"?]*)"[^>]*hreflang="{other}"', source)
        assert page.get_translations().get().get_url() in found, url


def test_every_type_may_stand_somewhere_and_has_its_words(db):
    for model in TYPES:
        assert model.allowed_parent_page_models(), model
        assert str(model._meta.verbose_name), model


def test_a_page_that_is_only_begun_can_be_kept_and_looked_at(rf, site, admin_user):
    """What an editor has not filled in yet may not stand in the way of autosave, nor of the preview."""
    for model in TYPES:
        page = model(title="Begonnen", slug="begonnen", locale=HomePage.objects.first().locale)
        page.clean()
        for mode, _name in page.preview_modes:
            response = page.make_preview_request(preview_mode=mode)
            assert response.status_code == 200, model
