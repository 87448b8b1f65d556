"""Pages of subjects."""

import pytest
from django.core.exceptions import ValidationError

from cms.actions import build_site, build_story_page, build_theme_page
from cms.models import ThemePage
from courses.models import Course, Part, Theme
from tests.cms.samples import STORY
from tests.cms.test_pages import one_line, words
from tests.factories import CourseFactory


@pytest.fixture
def robots(published, cobots, edition, robohouse):
    published(cobots, themes=("robots",))
    build_site()
    return Theme.objects.get(code="robots")


def test_a_theme_shows_its_courses_labs_dates_and_stories(client, robots, cobots, edition, robohouse):
    build_story_page(STORY | {"course": cobots.code, "lab": robohouse.code})
    page = client.get("/en/subjects/robots-en/")
    assert [card.code for card in page.context["cards"]] == [cobots.code]
    assert [title for title, *_rest in page.context["labs"]] == ["RoboHouse"]
    assert [row.edition for row in page.context["agenda"]] == [edition]
    assert [story.title for story in page.context["stories"]] == ["The cobot sets the screws"]
    assert 'href="/en/agenda/?theme=robots"' in one_line(page)
    assert 'href="/en/courses/?theme=robots"' in one_line(page)


def test_a_theme_without_courses_says_so(client, site):
    build_theme_page(Theme.objects.create(code="leeg", name_nl="Leeg", name_en="Empty"))
    assert "There are no courses about this subject at the moment" in words(client.get("/en/subjects/empty/"))


def test_the_overview_counts_the_courses_and_borrows_a_drawing(client, robots, published):
    cover = Course.objects.get(themes=robots).cover
    (shown,) = client.get("/nl/onderwerpen/").context["themes"]
    assert (shown["courses"], shown["cover"]) == (1, cover)


def test_what_is_taken_by_parts_lends_its_drawing_last(client, published):
    part = published(themes=("data",), kind=Course.Kind.COURSE, code="B", cover=3)
    programme = CourseFactory(code="A", kind=Course.Kind.PROGRAMME, cover=8)
    Part.objects.create(programme=programme, course=part)
    published(programme, themes=("data",))
    build_site()
    (shown,) = client.get("/nl/onderwerpen/").context["themes"]
    assert (shown["courses"], shown["cover"]) == (2, 3)


def test_an_overview_without_themes_says_so(client, site):
    assert "No subjects yet" in words(client.get("/en/subjects/"))


def test_one_page_per_theme_and_language(client, robots):
    first = ThemePage.objects.get(theme=robots, locale__language_code="nl")
    with pytest.raises(ValidationError, match="theme"):
        ThemePage(title="Nog een", slug="nog-een", theme=robots, locale=first.locale).clean()


def test_building_again_keeps_what_editors_wrote(client, robots):
    texts = {"introduction": {"nl": "Van het huis.", "en": "By the house."}, "text": {"nl": "Tekst.", "en": "Text."}}
    build_theme_page(robots, **texts)
    page = ThemePage.objects.get(theme=robots, locale__language_code="nl")
    assert page.introduction == "Van het huis."
    page.introduction = "Van ons."
    page.save_revision().publish()
    build_theme_page(robots, **texts)
    assert ThemePage.objects.get(pk=page.pk).introduction == "Van ons."
    assert ThemePage.objects.count() == 2


def test_a_theme_asks_as_many_questions_for_twenty_courses_as_for_one(
    client, robots, published, robohouse, django_assert_max_num_queries
):
    def questions(url):
        client.get(url)
        with django_assert_max_num_queries(100) as counted:
            assert client.get(url).status_code == 200
        return len(counted)

    urls = ["/en/subjects/robots-en/", "/en/subjects/"]
    few = [questions(url) for url in urls]
    for number in range(20):
        published(provider=robohouse, themes=("robots", f"theme-{number}"))
    build_site()
    assert [questions(url) for url in urls] == few
