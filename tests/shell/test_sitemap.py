"""The map of the site and what robots are asked."""

from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import PageViewRestriction

from cms.actions import build_course_page, build_site
from cms.models import CoursePage, StandardPage

SPACE = {"map": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture
def site(db, clock, course):
    build_site()
    build_course_page(course)


def places(client, address):
    """What a map lists: each address with its other languages."""
    tree = ElementTree.fromstring(client.get(address).content)  # noqa: S314  (our own answer)
    return {
        one.find("map:loc", SPACE).text: {
            other.get("hreflang"): other.get("href") for other in one.findall("x:link", SPACE)
        }
        for one in tree.findall("map:url", SPACE)
    }


def test_the_map_is_split_and_its_parts_are_there(client, site):
    response = client.get("/sitemap.xml")
    tree = ElementTree.fromstring(response.content)  # noqa: S314  (our own answer)
    parts = [one.text for one in tree.findall("map:sitemap/map:loc", SPACE)]
    assert parts == ["http://testserver/sitemap-pages.xml", "http://testserver/sitemap-courses.xml"]
    for part in parts:
        assert client.get(part.removeprefix("http://testserver")).status_code == 200
    assert client.get("/sitemap-nothing.xml").status_code == 404
    assert client.get("/sitemap-pages.xml?p=99").status_code == 404
    assert client.get("/sitemap-pages.xml?p=%F0").status_code == 404


def test_every_listed_page_answers_and_is_its_own_canonical(client, site):
    listed = places(client, "/sitemap-pages.xml") | places(client, "/sitemap-courses.xml")
    assert "http://testserver/nl/" in listed
    assert "http://testserver/en/courses/" in listed
    for address in listed:
        page = client.get(address.removeprefix("http://testserver"))
        assert page.status_code == 200, address
        assert f'<link rel="canonical" href="{address}">' in page.content.decode(), address


def test_each_page_names_its_other_language_and_that_one_names_it(client, site, course):
    listed = places(client, "/sitemap-pages.xml") | places(client, "/sitemap-courses.xml")
    for address, others in listed.items():
        assert set(others) == {"nl", "en", "x-default"}, address
        assert address in others.values()
        assert listed[others["en"]] == others
        assert others["x-default"] == others["nl"]
        text = client.get(address.removeprefix("http://testserver")).content.decode()
        for language, other in others.items():
            assert f'<link rel="alternate" hreflang="{language}" href="{other}">' in text, address


def test_a_page_that_is_not_live_or_not_for_anyone_is_not_on_it(client, site, course):
    english = CoursePage.objects.get(course=course, locale__language_code="en")
    dutch = CoursePage.objects.get(course=course, locale__language_code="nl")
    english.unpublish()
    assert places(client, "/sitemap-courses.xml") == {f"http://testserver{dutch.url}": {}}
    closed = StandardPage.objects.filter(locale__language_code="nl").first()
    assert f"http://testserver{closed.url}" in places(client, "/sitemap-pages.xml")
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    assert f"http://testserver{closed.url}" not in places(client, "/sitemap-pages.xml")


def test_as_many_questions_for_many_pages_as_for_one(client, site, django_assert_max_num_queries):
    from tests.factories import CourseFactory

    def asked():
        client.get("/sitemap-courses.xml")
        with django_assert_max_num_queries(50) as counted:
            client.get("/sitemap-courses.xml")
        return len(counted)

    few = asked()
    for _number in range(10):
        build_course_page(CourseFactory())
    assert asked() == few


# robots.txt ----------------------------------------------------------------------------------------------------------


def test_robots_are_kept_out_of_the_rooms_in_both_languages(client, site):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    for name in ("enrolments:my", "certificates:office", "kpis:office"):
        for language in ("nl", "en"):
            with override(language):
                here = reverse(name)
            assert any(here.startswith(line.removeprefix("Disallow: ")) for line in lines if "Disallow" in line), here
    assert "Disallow: /beheer/" in lines
    for address in places(client, "/sitemap-pages.xml"):
        path = address.removeprefix("http://testserver")
        assert not any(path.startswith(line.removeprefix("Disallow: ")) for line in lines if "Disallow" in line), path


def test_a_copy_for_trying_things_out_wants_no_robots(client, site, settings):
    settings.LMS_MAY_BE_INDEXED = False
    assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"
    assert '<meta name="robots" content="noindex, nofollow">' in client.get("/nl/").content.decode()


def test_rooms_ask_not_to_be_indexed_and_pages_do_not(client, site):
    assert '<meta name="robots"' not in client.get("/nl/").content.decode()
    assert client.get(reverse("account_login")).content.decode().count('<meta name="robots" content="noindex">') == 1


# Lists ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "canonical", "robots"),
    [
        ("", "http://testserver/en/courses/", ""),
        ("?utm_source=mail&fbclid=x", "http://testserver/en/courses/", ""),
        ("?page=1", "http://testserver/en/courses/", ""),
        ("?page=2", "http://testserver/en/courses/?page=2", ""),
        ("?page=%E0%A5%A8", "http://testserver/en/courses/", ""),
        ("?q=", "http://testserver/en/courses/", ""),
        ("?q=cobot", "", "noindex, follow"),
        ("?theme=robots&page=2", "", "noindex, follow"),
    ],
)
def test_a_list_is_known_by_one_address_and_its_filters_are_not_indexed(client, site, query, canonical, robots):
    text = client.get(f"/en/courses/{query}").content.decode()
    assert ('<link rel="canonical"' in text) == bool(canonical)
    assert not canonical or f'<link rel="canonical" href="{canonical}">' in text
    assert ('name="robots"' in text) == bool(robots)
    assert not robots or f'<meta name="robots" content="{robots}">' in text
    assert ('hreflang="x-default"' in text) == bool(canonical)
