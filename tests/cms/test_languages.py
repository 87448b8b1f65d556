"""The other language is one link away: the same page, with what was asked of it; else the nearest there is."""

import re

import pytest
from django.utils.translation import override, pgettext

from cms.actions import build_lab_page
from cms.models import CoursePage, LabPage
from tests.cms.test_pages import one_line, words


def other_page(client, url, language):
    """Where the link to another language leads, and what it says."""
    source = one_line(client.get(url))
    found = re.search(rf'<a class="btn[^"]*" href="([^"]+)" lang="{language}" hreflang="{language}">(.*?)</a>', source)
    return found[1].replace("&amp;", "&"), re.sub("<[^>]+>", "", found[2])


def test_what_was_asked_of_a_list_is_asked_in_the_other_language_too(client, site, cobots, edition):
    with override("nl"):
        who, theme = pgettext("in an address", "who"), pgettext("in an address", "theme")
    here = f"/nl/opleidingen/?q=cobot&{who}=employee&{theme}=robots&page=2&utm_source=mail"
    there = "/en/courses/?q=cobot&who=employee&theme=robots"
    assert other_page(client, here, "en")[0] == there
    assert other_page(client, there, "nl")[0] == f"/nl/opleidingen/?q=cobot&{who}=employee&{theme}=robots"


def test_the_agenda_keeps_its_filters_and_forgets_the_page(client, site):
    with override("nl"):
        form = pgettext("in an address", "form")
    assert other_page(client, f"/nl/agenda/?{form}=online&lab=&page=3", "en")[0] == "/en/agenda/?form=online"


def test_a_page_that_asks_nothing_of_its_address_carries_nothing_along(client, site):
    assert other_page(client, "/nl/privacy/?x=1&next=//evil.example", "en")[0] == "/en/privacy/"


@pytest.mark.parametrize("hidden", ["unpublished", "gone"])
def test_a_page_that_is_not_translated_leads_to_the_nearest_that_is_and_says_so(client, site, robohouse, hidden):
    build_lab_page(robohouse)
    page = LabPage.objects.get(organisation=robohouse, locale__language_code="en")
    page.unpublish() if hidden == "unpublished" else page.delete()
    url, said = other_page(client, "/nl/labs/robohouse/", "en")
    assert url == "/en/labs/?instead=1"
    assert said == "English: Labs"
    assert "This is the nearest one that is." in words(client.get(url))
    assert "This is the nearest one that is." not in words(client.get("/en/labs/"))


def test_a_page_that_is_not_translated_is_no_alternate_for_machines(client, site, cobots):
    CoursePage.objects.get(course=cobots, locale__language_code="en").unpublish()
    url = CoursePage.objects.get(course=cobots, locale__language_code="nl").url
    source = one_line(client.get(url))
    assert not re.search(r'<link rel="alternate" hreflang="en"', source)
    assert other_page(client, url, "en")[0] == "/en/courses/?instead=1"


def test_no_page_at_all_in_the_other_language_gives_no_link(client, site):
    from cms.models import HomePage

    for page in HomePage.objects.filter(locale__language_code="en"):
        page.delete()
    assert 'hreflang="en"' not in one_line(client.get("/nl/labs/"))


def test_a_page_that_does_not_exist_offers_to_search(client, site):
    response = client.get("/en/kaas/")
    assert response.status_code == 404
    source = one_line(response)
    assert 'role="search" action="/en/courses/"' in source
    assert 'href="/en/agenda/"' in source
    assert source.count("<h1") == 1


def test_a_page_that_does_not_exist_on_a_site_without_pages_still_answers(client, db):
    assert client.get("/en/kaas/").status_code == 404
