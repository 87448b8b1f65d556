"""What one can subscribe to: new editions as news, meetings as a calendar."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from cms.actions import build_course_page, build_lab_page, build_site
from courses.models import Edition, Theme
from lms.kernel.models import Event
from tests.factories import FIRST_DAY, CourseFactory, EditionFactory

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def site(db, clock, course, edition, robohouse):
    build_site()
    build_course_page(course)
    build_lab_page(robohouse)


def rss(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    assert response["Content-Type"].startswith("application/rss+xml")
    return ElementTree.fromstring(response.content).find("channel")  # noqa: S314  (our own answer)


def titles(client, address):
    return [one.findtext("title") for one in rss(client, address).findall("item")]


def entries(client, address, **headers):
    response = client.get(address, headers=headers)
    assert response.status_code == 200, address
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content).walk("VEVENT")


# News ----------------------------------------------------------------------------------------------------------------


def test_new_editions_are_news_in_both_languages(client, site, course, edition):
    assert titles(client, "/feeds/en/editions.rss") == [f"{course.title_en}: 4 to 25 March 2027"]
    assert titles(client, "/feeds/nl/editions.rss") == [f"{course.title_nl}: 4 t/m 25 maart 2027"]
    [item] = rss(client, "/feeds/en/editions.rss").findall("item")
    assert item.findtext("link").endswith(f"#{edition.code}")
    assert item.findtext("guid") == f"urn:uuid:{edition.uuid}"


def test_the_latest_published_comes_first_and_keeps_its_name_for_ever(client, site, course, edition):
    later = EditionFactory(course=course, first_day=FIRST_DAY + timedelta(days=20), days=1)
    Event.record(later, "edition.published", by=None)
    first = rss(client, "/feeds/en/editions.rss").findall("item")
    assert [one.findtext("guid") for one in first] == [f"urn:uuid:{later.uuid}", f"urn:uuid:{edition.uuid}"]
    assert client.get("/feeds/en/editions.rss").content == client.get("/feeds/en/editions.rss").content


def test_a_lab_and_a_theme_have_news_of_their_own(client, site, course, edition, ramlab):
    elsewhere = CourseFactory(provider=ramlab)
    build_course_page(elsewhere)
    EditionFactory(course=elsewhere)
    theme = Theme.objects.create(code="robots", name_nl="Robots", name_en="Robots")
    course.themes.add(theme)
    assert len(titles(client, "/feeds/nl/editions.rss")) == 2
    assert titles(client, "/feeds/en/labs/robohouse.rss") == [f"{course.title_en}: 4 to 25 March 2027"]
    assert titles(client, "/feeds/en/themes/robots.rss") == [f"{course.title_en}: 4 to 25 March 2027"]


def test_atom_says_the_same(client, site):
    response = client.get("/feeds/en/editions.atom")
    tree = ElementTree.fromstring(response.content)  # noqa: S314  (our own answer)
    assert [one.findtext("a:title", namespaces=ATOM) for one in tree.findall("a:entry", ATOM)] == titles(
        client, "/feeds/en/editions.rss"
    )


def test_drafts_and_courses_without_a_page_are_no_news(client, site, course):
    EditionFactory(course=course, draft=True)
    EditionFactory(course=CourseFactory())
    assert len(titles(client, "/feeds/nl/editions.rss")) == 1
    assert len(entries(client, "/feeds/nl/agenda.ics")) == 4


@pytest.mark.parametrize(
    "address",
    [
        "/feeds/fr/editions.rss",
        "/feeds/nl/labs/niets.rss",
        "/feeds/nl/labs/ramlab.ics",
        "/feeds/nl/themes/niets.rss",
        "/feeds/nl/courses/niets.ics",
        "/feeds/nl/courses/a%0Ab.ics",
    ],
)
def test_what_is_not_there_is_not_there(client, site, ramlab, address):
    assert client.get(address).status_code == 404


# Calendars -----------------------------------------------------------------------------------------------------------


def test_the_agenda_is_a_calendar_to_subscribe_to(client, site, course, edition):
    found = entries(client, "/feeds/en/agenda.ics")
    assert len(found) == 4
    first = found[0]
    session = edition.sessions.first()
    assert str(first["UID"]).startswith(str(session.uuid))
    assert first["DTSTART"].dt == session.starts_at
    assert str(first["SUMMARY"]).startswith(course.title_en)
    assert "TZID=Europe/Amsterdam" in client.get("/feeds/en/agenda.ics").content.decode()
    assert str(first["URL"]) == f"http://testserver{course.pages.get(locale__language_code='en').url}"
    assert str(first["STATUS"]) == "CONFIRMED"


def test_a_lab_and_a_course_have_calendars_of_their_own(client, site, course, ramlab):
    elsewhere = CourseFactory(provider=ramlab)
    build_course_page(elsewhere)
    EditionFactory(course=elsewhere, days=2)
    assert len(entries(client, "/feeds/nl/agenda.ics")) == 6
    assert len(entries(client, "/feeds/nl/labs/robohouse.ics")) == 4
    assert len(entries(client, f"/feeds/nl/courses/{elsewhere.code}.ics")) == 2


def test_a_change_raises_the_sequence_and_a_cancellation_stays_in_it(client, site, edition):
    session = edition.sessions.first()
    before = {str(one["UID"]): int(one["SEQUENCE"]) for one in entries(client, "/feeds/nl/agenda.ics")}
    Event.record(session, "session.revised", by=None)
    after = {str(one["UID"]): one for one in entries(client, "/feeds/nl/agenda.ics")}
    assert before.keys() == after.keys()
    [uid] = [one for one in before if one.startswith(str(session.uuid))]
    assert int(after[uid]["SEQUENCE"]) == before[uid] + 1
    assert after[uid]["LAST-MODIFIED"].dt == Event.objects.get(verb="session.revised").at
    Event.record(edition, "edition.cancelled", by=None)
    Edition.objects.filter(pk=edition.pk).update(state="cancelled")
    found = entries(client, "/feeds/nl/agenda.ics")
    assert {str(one["STATUS"]) for one in found} == {"CANCELLED"}
    assert min(int(one["SEQUENCE"]) for one in found) == 1


def test_where_to_meet_online_and_who_takes_part_are_not_in_it(client, site, edition, enrolled):
    edition.sessions.update(mode="online", online_url="https://meet.example/secret")
    text = client.get("/feeds/nl/agenda.ics").content.decode()
    assert "meet.example" not in text
    assert "ATTENDEE" not in text
    assert enrolled.learner.email not in text


def test_it_asks_as_many_questions_for_thirty_editions_as_for_one(client, site, course, django_assert_max_num_queries):
    def asked(address):
        client.get(address)
        with django_assert_max_num_queries(30) as counted:
            client.get(address)
        return len(counted)

    addresses = ["/feeds/nl/agenda.ics", "/feeds/nl/editions.rss", "/feeds/nl/labs/robohouse.ics"]
    few = [asked(address) for address in addresses]
    for number in range(30):
        EditionFactory(course=course, days=1, first_day=FIRST_DAY + timedelta(days=number))
    assert [asked(address) for address in addresses] == few


# Asking again --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/feeds/nl/agenda.ics", "/feeds/nl/editions.rss", "/feeds/nl/editions.atom"])
def test_who_has_it_already_gets_nothing_until_it_changes(client, site, course, address):
    first = client.get(address)
    assert not first.cookies
    assert first["Cache-Control"] == "public, max-age=900"
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    EditionFactory(course=course, first_day=FIRST_DAY + timedelta(days=3))
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_pages_point_to_their_feeds(client, site, course):
    def pointed(address):
        text = client.get(address).content.decode()
        return [
            line.split('href="')[1].split('"')[0]
            for line in text.splitlines()
            if 'rel="alternate"' in line and "type=" in line
        ]

    assert pointed("/nl/") == ["/feeds/nl/editions.rss"]
    assert pointed("/en/labs/robohouse/") == ["/feeds/en/editions.rss", "/feeds/en/labs/robohouse.rss"]
    page = course.pages.get(locale__language_code="nl")
    assert pointed(page.url) == ["/feeds/nl/editions.rss", f"/feeds/nl/courses/{course.code}.ics"]
    for address in pointed(page.url):
        assert client.get(address).status_code == 200
