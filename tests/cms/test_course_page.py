"""A course's page: its facts, its editions as they stand, what stays when the page goes."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.translation import override

from courses.actions import announce_funding
from enrolments.models import Enrolment
from tests.cms.conftest import page_of
from tests.factories import FIRST_DAY, NOW, CourseFactory, EditionFactory, EnrolmentFactory, UserFactory

HTMX = {"HX-Request": "true"}


def words(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def editions_url(course, language="nl"):
    with override(language):
        return reverse("cms:editions", args=[course.code])


@pytest.fixture
def shown(client, cobots):
    return lambda language="nl": client.get(page_of(cobots, language).url)


def test_the_page_shows_the_course_in_its_own_language(shown, edition):
    dutch, english = shown().content.decode(), shown("en").content.decode()
    assert "<h1>Cobots in de praktijk</h1>" in dutch
    assert "Je programmeert een cobot." in dutch
    assert '<html lang="nl">' in dutch
    assert "<h1>Cobots in practice</h1>" in english
    assert "You program a cobot." in english
    assert '<html lang="en">' in english


def test_each_language_leads_to_the_other(shown, cobots):
    text = shown().content.decode()
    other = page_of(cobots, "en").url
    assert f'rel="alternate" hreflang="en" href="http://testserver{other}"' in text
    assert re.search(rf'<a [^>]*href="{other}"[^>]*lang="en"', text)


def test_the_head_names_the_page(shown, cobots):
    text = shown().content.decode()
    assert "<title>Cobots in de praktijk – SMITZH</title>" in " ".join(text.split())
    assert f'<meta name="description" content="{cobots.summary_nl}">' in text
    assert f'<link rel="canonical" href="http://testserver{page_of(cobots).url}">' in text


def phases(edition):
    """How to bring the edition into each phase, and what the page then says and offers."""
    return {
        "open": ({}, "12 places free", "Enrol"),
        "last_seats": ({"seats_taken": 9}, "3 places left", "Enrol"),
        "full": ({"seats_taken": 12}, "Waiting list", "Join the waiting list"),
        "not_yet_open": ({"enrolment_opens_at": NOW + timedelta(days=3)}, "Opens", None),
        "closed": ({"enrolment_closes_at": NOW - timedelta(hours=1)}, "Enrolment closed", None),
        "closed_full": ({"enrolment_closes_at": NOW - timedelta(hours=1), "seats_taken": 12}, "Full", None),
        "running": (
            {"starts_at": NOW - timedelta(days=1), "enrolment_closes_at": NOW - timedelta(days=3)},
            "Under way",
            None,
        ),
        "cancelled": ({"state": "cancelled"}, "Cancelled", None),
    }


@pytest.mark.parametrize("phase", list(phases(None)))
def test_every_phase_is_said_with_what_one_can_do(client, cobots, edition, phase):
    changes, said, offered = phases(edition)[phase]
    type(edition).objects.filter(pk=edition.pk).update(**changes)
    response = client.get(page_of(cobots, "en").url)
    assert said in words(response)
    text = response.content.decode()
    with override("en"):
        enrol = reverse("enrolments:enrol", kwargs={"edition": edition.code})
    assert (enrol in text) == (offered is not None)
    assert text.count("btn--signal") == (2 if offered else 0)  # in the card, and in the bar on phones
    if offered:
        assert offered in words(response)


@pytest.mark.parametrize("changes", [{"state": "draft"}, {"ends_at": NOW - timedelta(days=1)}])
def test_a_draft_and_a_finished_edition_are_not_shown(client, cobots, edition, changes):
    type(edition).objects.filter(pk=edition.pk).update(**changes)
    response = client.get(page_of(cobots, "en").url)
    assert edition.code not in response.content.decode()
    assert "No date planned" in words(response)


def test_the_offer_is_the_soonest_edition_with_places(client, cobots, full_edition):
    later = EditionFactory(course=cobots, first_day=FIRST_DAY + timedelta(days=20))
    response = client.get(page_of(cobots).url)
    assert response.context["choice"].edition == later


def test_prices_are_shown_per_payer_with_the_vat(client, cobots, edition):
    response = client.get(page_of(cobots, "en").url)
    assert "€1,250" in words(response)
    assert "exempt from VAT" in words(response)
    assert "Free for: Student" in words(response)


def test_days_are_said_in_our_own_time(client, cobots, edition):
    response = client.get(page_of(cobots).url)
    assert "donderdag 4 maart 2027" in words(response)
    assert "09.00–16.30\u00a0uur" in response.content.decode()


def test_trainers_rooms_and_place_are_named(client, cobots, edition):
    said = words(client.get(page_of(cobots).url))
    assert "Bo Li" in said
    assert "Molengraaffsingel 29" in said


def test_what_a_funder_wants_read_stands_with_the_dates(client, cobots, edition):
    announce_funding(edition, notice_nl="Betaald door de EU", notice_en="Paid by the EU", emblem="eu", by=None)
    assert "Paid by the EU" in words(client.get(page_of(cobots, "en").url))


def test_the_polled_part_follows_the_seats(client, cobots, edition):
    url = editions_url(cobots, "en")
    assert "12 places free" in words(client.get(url, headers=HTMX))
    EnrolmentFactory(edition=edition)
    again = client.get(url, headers=HTMX)
    assert "11 places free" in words(again)
    text = again.content.decode()
    assert "<html" not in text
    assert re.findall(r'id="(\w+)" hx-swap-oob="true"', text) == ["aanbod", "dok"]


def test_the_whole_page_swaps_nothing_out_of_band(shown, edition):
    assert "hx-swap-oob" not in shown().content.decode()


def test_the_polled_part_opened_as_a_page_leads_to_the_course(client, cobots, edition):
    response = client.get(editions_url(cobots))
    assert response.status_code == 302
    assert response["Location"] == f"{page_of(cobots).url}#data"


def test_the_lasting_address_of_a_course_leads_to_its_page(client, cobots):
    with override("en"):
        assert client.get(reverse("cms:course", args=[cobots.code]))["Location"] == page_of(cobots, "en").url


def test_a_page_taken_offline_is_gone_and_its_enrolments_stay(client, cobots, edition):
    enrolment = EnrolmentFactory(edition=edition)
    page = page_of(cobots)
    page.unpublish()
    assert client.get(page.url).status_code == 404
    assert client.get(editions_url(cobots), headers=HTMX).status_code == 404
    assert client.get(page_of(cobots, "en").url).status_code == 200
    page.delete()
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.CONFIRMED


def test_related_courses_share_a_theme(client, published):
    one = published(title_nl="Werken met cobots", themes=("robots",))
    published(title_nl="Robotcellen", themes=("robots",))
    published(title_nl="Optisch meten", themes=("optica",))
    related = client.get(page_of(one).url).context["related"]
    assert [card.title for card in related] == ["Robotcellen"]


def test_the_calendar_file_holds_every_session(client, cobots, edition):
    edition.sessions.update(mode="online", online_url="https://meet.example/secret")
    with override("nl"):
        response = client.get(reverse("cms:calendar", args=[edition.code]))
    text = response.content.decode()
    assert response["Content-Type"].startswith("text/calendar")
    assert text.count("BEGIN:VEVENT") == 4
    assert "secret" not in text


def test_a_draft_edition_has_no_calendar(client, cobots):
    edition = EditionFactory(course=cobots, draft=True)
    assert client.get(reverse("cms:calendar", args=[edition.code])).status_code == 404


def test_the_page_asks_as_many_questions_for_fifty_editions_as_for_one(
    client, published, django_assert_max_num_queries
):
    def editions(count):
        for _number in range(count):
            EditionFactory(course=course, days=2, trainers=[UserFactory()])
            other = published(CourseFactory(), themes=("robots",))
            EditionFactory(course=other, days=1)

    def questions(url, **headers):
        client.get(url, headers=headers)
        with django_assert_max_num_queries(100) as counted:
            assert client.get(url, headers=headers).status_code == 200
        return len(counted)

    course = published(themes=("robots",))
    url, live = page_of(course).url, editions_url(course)
    editions(1)
    few = questions(url), questions(live, **HTMX)
    editions(20)
    assert (questions(url), questions(live, **HTMX)) == few
