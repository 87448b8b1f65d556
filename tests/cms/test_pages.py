"""The other pages visitors read: front page, labs, agenda, the standard ones; and what all of them share."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.translation import override, pgettext

from cms.actions import build_lab_page, build_site
from cms.cards.home import PROGRAMMES_ON_HOME
from cms.models import HomePage, LabPage, StandardPage
from courses.models import Course
from tests.factories import FIRST_DAY, EditionFactory

TITLES = {
    "/nl/": "Opleidingen voor de maakindustrie",
    "/en/": "Courses for manufacturing",
    "/nl/opleidingen/": "Opleidingen",
    "/en/courses/": "Courses",
    "/nl/labs/": "Labs",
    "/en/labs/": "Labs",
    "/nl/agenda/": "Agenda",
    "/en/agenda/": "Agenda",
    "/nl/onderwerpen/": "Onderwerpen",
    "/en/subjects/": "Subjects",
    "/nl/verhalen/": "Verhalen",
    "/en/stories/": "Stories",
    "/nl/partners/": "Partners",
    "/en/partners/": "Partners",
    "/nl/over-smitzh/": "Over SMITZH",
    "/en/about-smitzh/": "About SMITZH",
    "/nl/privacy/": "Privacyverklaring",
    "/en/privacy/": "Privacy statement",
    "/nl/toegankelijkheid/": "Toegankelijkheid",
    "/en/accessibility/": "Accessibility",
}


def words(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def one_line(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(("language", "other"), [("nl", "en"), ("en", "nl")])
def test_every_page_opens_with_its_title_in_its_language(client, site, language, other):
    for url in (url for url in TITLES if url.startswith(f"/{language}/")):
        response = client.get(url)
        assert response.status_code == 200, url
        text = one_line(response)
        assert f"<title>{TITLES[url]} – SMITZH</title>" in text, url
        assert f'<html lang="{language}">' in text, url
        assert f'<link rel="canonical" href="http://testserver{url}">' in text, url
        assert re.search(rf'rel="alternate" hreflang="{other}" href="http://testserver/{other}/', text), url
        assert text.count("<h1") == 1, url


def test_a_visitor_gets_no_cookie(client, site):
    for url in TITLES:
        response = client.get(url)
        assert not response.cookies, url
        assert "csrfmiddlewaretoken" not in response.content.decode(), url


def test_the_bare_address_leads_to_a_language(client, site):
    assert client.get("/")["Location"] == "/nl/"
    assert client.get("/", headers={"Accept-Language": "en"})["Location"] == "/en/"


def test_menus_lead_to_the_pages_by_their_own_titles(client, site, academy):
    build_lab_page(academy)
    text = one_line(client.get("/en/agenda/"))
    menu = re.search(r'<nav class="menu".*?</nav>', text)[0]
    links = re.findall(r'href="([^"]+)"(?: aria-current="page")?>([^<]+)<', menu)
    labs, agenda = ("/en/labs/iot-academy/", "IoT Academy"), ("/en/agenda/", "Agenda")
    assert links[:3] == [("/en/courses/", "Courses"), labs, agenda]
    assert ("/en/about-smitzh/", "About SMITZH") in links
    assert 'href="/en/agenda/" aria-current="page"' in menu
    assert 'href="/en/privacy/"' in text
    assert 'href="/en/accessibility/"' in text


def test_a_renamed_page_is_renamed_in_the_menu_at_once(client, site):
    client.get("/nl/")
    page = StandardPage.objects.get(part="about", locale__language_code="nl")
    page.title = "Wie we zijn"
    page.save_revision().publish()
    assert "Wie we zijn" in words(client.get("/nl/"))
    page.unpublish()
    assert "Wie we zijn" not in words(client.get("/nl/"))


def test_only_the_nearest_menu_entry_is_the_current_one(client, site, academy):
    build_lab_page(academy)
    menu = re.search(r'<nav class="menu".*?</nav>', one_line(client.get("/nl/labs/iot-academy/")))[0]
    assert re.findall(r'href="([^"]+)" aria-current="page"', menu) == ["/nl/labs/iot-academy/"]


# The front page ------------------------------------------------------------------------------------------------------


def test_the_front_page_shows_programmes_modules_and_what_starts_soon(client, published, cobots, edition, academy):
    module = published(provider=academy, kind=Course.Kind.COURSE, title_nl="Machines uitlezen")
    for week in range(6):
        EditionFactory(course=module, days=1, first_day=FIRST_DAY + timedelta(weeks=1 + week))
    build_site()
    response = client.get("/nl/")
    assert [card.title for card in response.context["programmes"]] == ["Cobots in de praktijk"]
    assert [one["title"] for one in response.context["modules"]] == ["Machines uitlezen"]
    assert len(response.context["agenda"]) == 5
    assert response.context["agenda"][0].edition == edition


def test_the_doors_lead_to_the_catalogue_and_to_the_employers_room(client, site):
    text = client.get("/nl/").content.decode()
    with override("nl"):
        who, employer = pgettext("in an address", "who"), reverse("enrolments:employer")
    for category in ("employee", "career_switcher", "student"):
        assert f'href="/nl/opleidingen/?{who}={category}"' in text
    assert f'class="door door--biz" href="{employer}"' in text


def test_the_figures_of_the_past_name_their_source(client, site):
    said = words(client.get("/nl/"))
    for figure in ("2.350+", "400+", "1.000+", "Doel was 243", "Bron:"):
        assert figure in said


def test_without_editions_the_front_page_says_so(client, site):
    assert client.get("/nl/").context["agenda"] == []
    assert 'class="empty"' in client.get("/nl/").content.decode()


# Labs and agenda -----------------------------------------------------------------------------------------------------


def test_a_lab_page_lists_what_it_teaches(client, cobots, edition, ramlab, robohouse):
    build_site()
    labs = {one["title"]: one["courses"] for one in client.get("/nl/labs/").context["labs"]}
    assert labs == {"RoboHouse": 1, "RAMLAB": 0}
    page = client.get("/nl/labs/robohouse/")
    assert [card.title for card in page.context["cards"]] == ["Cobots in de praktijk"]
    assert [row.edition for row in page.context["agenda"]] == [edition]
    assert client.get("/nl/labs/ramlab/").context["cards"] == []


def test_of_a_large_catalogue_the_front_page_shows_three_rows(client, published):
    """A hundred cards would be a heavy page, and nobody's choice."""
    for _number in range(PROGRAMMES_ON_HOME + 1):
        published(kind="programme")

    assert len(client.get("/nl/").context["programmes"]) == PROGRAMMES_ON_HOME


def test_a_skills_lab_shows_its_modules_apart_from_programmes_it_hosts(client, published, academy, course):
    published(course)
    course.labs.add(academy)
    module = published(provider=academy, kind=Course.Kind.COURSE, title_nl="Machines uitlezen")
    build_lab_page(academy)
    page = client.get("/nl/labs/iot-academy/")
    assert [card.title for card in page.context["modules"]] == [module.title_nl]
    assert [card.title for card in page.context["cards"]] == ["Cobots in de praktijk"]


def test_the_agenda_lists_what_is_to_begin_by_month(client, cobots, edition):
    april = EditionFactory(course=cobots, first_day=FIRST_DAY + timedelta(days=40))
    EditionFactory(course=cobots, draft=True)
    months = client.get("/en/agenda/").context["months"]
    assert [(month["name"], [row.edition for row in month["rows"]]) for month in months] == [
        ("March 2027", [edition]),
        ("April 2027", [april]),
    ]
    assert months[0]["rows"][0].url == f"/en/courses/cobots-in-practice/#{edition.code}"


@pytest.mark.parametrize("url", ["/nl/", "/nl/agenda/", "/nl/labs/", "/nl/labs/robohouse/"])
def test_pages_ask_as_many_questions_for_fifty_rows_as_for_one(
    client, published, robohouse, django_assert_max_num_queries, url
):
    def courses(count):
        for number in range(count):
            course = published(provider=robohouse, kind=Course.Kind.PROGRAMME)
            EditionFactory(course=course, days=1, first_day=FIRST_DAY + timedelta(days=number % 3))

    def questions():
        client.get(url)
        with django_assert_max_num_queries(100) as counted:
            assert client.get(url).status_code == 200
        return len(counted)

    build_lab_page(robohouse)
    courses(1)
    few = questions()
    courses(30)
    assert questions() == few


# Standard pages ------------------------------------------------------------------------------------------------------


def test_the_accessibility_statement_promises_an_answer_within_two_weeks(client, site):
    said = words(client.get("/nl/toegankelijkheid/"))
    assert "binnen twee weken antwoord" in said
    assert "mailto:" in client.get("/nl/toegankelijkheid/").content.decode()
    assert "within two weeks" in words(client.get("/en/accessibility/"))


def test_the_privacy_statement_says_what_an_employer_never_sees(client, site):
    assert "Cijfers, een onvoldoende en redenen van afwezigheid" in words(client.get("/nl/privacy/"))


def test_other_rooms_find_a_standard_page_by_what_it_is(client, site):
    with override("en"):
        assert client.get(reverse("cms:standard", args=["privacy"]))["Location"] == "/en/privacy/"
        assert client.get(reverse("cms:standard", args=["nothing"])).status_code == 404


# Building ------------------------------------------------------------------------------------------------------------


def test_building_twice_changes_nothing_and_keeps_what_editors_wrote(cobots, robohouse):
    build_site()
    page = HomePage.objects.get(locale__language_code="nl")
    page.heading = "Van ons"
    page.save_revision().publish()
    before = sorted(HomePage.objects.first().get_root().get_descendants().values_list("url_path", flat=True))
    build_site()
    assert sorted(HomePage.objects.first().get_root().get_descendants().values_list("url_path", flat=True)) == before
    assert HomePage.objects.get(locale__language_code="nl").heading == "Van ons"


def test_pages_in_two_languages_are_translations_of_each_other(site, academy):
    dutch, english = sorted(build_lab_page(academy), key=lambda page: page.locale.language_code, reverse=True)
    assert dutch.translation_key == english.translation_key
    assert dutch.get_translation(english.locale) == english
    assert LabPage.objects.count() == 2
