"""Portraits of who learned here."""

import pytest
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from cms.actions import build_lab_page, build_story_page
from cms.models import StoryPage
from tests.cms.samples import STORY
from tests.cms.test_pages import one_line, words


@pytest.fixture
def story(cobots, edition, robohouse):
    build_lab_page(robohouse)
    build_story_page(STORY | {"course": cobots.code, "lab": robohouse.code})
    return StoryPage.objects.get(locale__language_code="en")


def test_a_story_tells_who_it_is_and_what_it_is_about(client, story, cobots):
    page = client.get(story.url)
    said = words(page)
    assert "Sjoerd Voorbeeld" in said
    assert "I know why it stops." in said
    assert [card.code for card in page.context["cards"]] == [cobots.code]
    assert page.context["lab_url"] == "/en/labs/robohouse/"


def test_a_made_up_story_says_so_wherever_it_stands(client, story):
    for url in (story.url, "/en/stories/", "/en/"):
        assert "Example story" in words(client.get(url)), url
    assert "This person does not exist" in words(client.get(story.url))


def test_a_real_story_does_not_say_that_it_is_made_up(client, story):
    StoryPage.objects.update(is_example=False)
    for url in (story.url, "/en/stories/", "/en/"):
        assert "Example story" not in words(client.get(url)), url


def test_a_picture_is_read_aloud(client, story):
    picture = Image.objects.create(title="cobot.png", file=get_test_image_file())
    StoryPage.objects.update(picture=picture, picture_alt="Sjoerd beside the cobot")
    for url in (story.url, "/en/stories/"):
        assert 'alt="Sjoerd beside the cobot"' in one_line(client.get(url)), url


def test_a_story_without_course_lab_and_picture_still_stands(client, story):
    StoryPage.objects.update(course=None, lab=None, quote="", role="", introduction="")
    page = client.get(story.url)
    assert page.status_code == 200
    assert page.context["cards"] == []


def test_building_twice_makes_no_second_story(story, cobots, robohouse):
    before = StoryPage.objects.count()
    build_story_page(STORY | {"course": cobots.code, "lab": robohouse.code})
    assert StoryPage.objects.count() == before == 2


def test_an_overview_without_stories_says_so(client, site):
    assert "No stories yet" in words(client.get("/en/stories/"))


def test_stories_ask_as_many_questions_for_nine_as_for_one(
    client, story, cobots, robohouse, django_assert_max_num_queries
):
    def questions(url):
        client.get(url)
        with django_assert_max_num_queries(100) as counted:
            assert client.get(url).status_code == 200
        return len(counted)

    urls = ["/en/stories/", "/en/"]
    few = [questions(url) for url in urls]
    for number in range(8):
        title = {"nl": f"Verhaal {number}", "en": f"Story {number}"}
        build_story_page(STORY | {"title": title, "who": f"Wie {number}", "course": cobots.code, "lab": ""})
    assert [questions(url) for url in urls] == few
