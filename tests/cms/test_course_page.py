"""A course's page: its facts, its editions as they stand, what stays when the page goes."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.translation import override

from courses.actions import announce_funding
from courses.models import Edition, Subsidy, TrainerLine
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
        "pending": ({"minimum": 6, "seats_taken": 2, "decide_by": NOW.date()}, "Not certain yet", "Enrol"),
        "go_decided": (
            {"minimum": 6, "seats_taken": 2, "decide_by": NOW.date(), "go_decided_at": NOW},
            "10 places free",
            "Enrol",
        ),
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
    # One step per view, in the card and in the bar on phones: to enrol, else to be told of a date.
    assert text.count("btn--signal") == 2
    assert (offered or "Tell me when there is a date") in words(response)


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
    assert re.findall(r'id="(\w+)" data-hx-swap-oob="true"', text) == ["aanbod", "dok"]


def test_without_news_the_polled_part_answers_nothing(client, cobots, edition):
    url = editions_url(cobots, "en")
    first = client.get(url, headers=HTMX).content.decode()
    again = re.search(r'id="edities" data-hx-get="([^"]+)"', first)[1]
    assert client.get(again, headers=HTMX).status_code == 204
    EnrolmentFactory(edition=edition)
    news = client.get(again, headers=HTMX)
    assert news.status_code == 200
    assert "11 places free" in words(news)


@pytest.mark.parametrize("query", ["v=", "v=%00", "v=x&v=y", f"v={'9' * 5000}", "w[]=1"])
def test_the_polled_part_bears_any_question(client, cobots, edition, query):
    assert client.get(f"{editions_url(cobots)}?{query}", headers=HTMX).status_code in {200, 400}


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


def test_what_it_depends_on_is_said_with_the_day_of_the_decision(client, cobots, edition):
    url = page_of(cobots, "en").url
    Edition.objects.filter(pk=edition.pk).update(minimum=6, seats_taken=5, decide_by=NOW.date() + timedelta(days=4))
    assert "Goes ahead when 1 more person enrols. We decide before 12 February." in words(client.get(url))
    Edition.objects.filter(pk=edition.pk).update(seats_taken=3, decide_by=NOW.date() - timedelta(days=1))
    assert "Goes ahead when 3 more people enrol. We decide shortly." in words(client.get(url))
    Edition.objects.filter(pk=edition.pk).update(enrolment_closes_at=NOW - timedelta(hours=1))
    assert "Too few people have enrolled. We decide shortly." in words(client.get(url))
    Edition.objects.filter(pk=edition.pk).update(go_decided_at=NOW)
    assert "We decide" not in words(client.get(url))


def test_before_enrolment_opens_nothing_is_said_of_a_minimum(client, cobots, edition):
    Edition.objects.filter(pk=edition.pk).update(
        minimum=6, decide_by=FIRST_DAY.date(), enrolment_opens_at=NOW + timedelta(days=3)
    )
    said = words(client.get(page_of(cobots, "en").url))
    assert "Opens 11 February" in said
    assert "more people" not in said
    assert "Mail me" in said


def test_who_finds_no_date_is_led_to_the_list(client, cobots, edition):
    with override("en"):
        address = reverse("cms:interest", args=[cobots.code])
    assert client.get(page_of(cobots, "en").url).content.decode().count(f'href="{address}"') == 2
    edition.delete()
    assert client.get(page_of(cobots, "en").url).content.decode().count(f'href="{address}"') == 3


def test_a_trainer_s_line_is_shown_only_with_their_tick(client, cobots, edition, bo):
    line = TrainerLine.objects.create(user=bo, text_nl="Bouwt robots.", text_en="Builds robots.")
    url = page_of(cobots, "en").url
    assert "Builds robots." not in words(client.get(url))
    line.is_shown = True
    line.save(update_fields=["is_shown"])
    assert "Bo Li Builds robots." in words(client.get(url))


def test_subsidies_are_shown_with_the_day_on_which_they_were_checked(client, cobots, edition):
    one = Subsidy.objects.create(
        name_nl="SLIM", name_en="SLIM", text_nl="x", text_en="For employers.", url="https://fonds.example/slim",
        checked_on=NOW.date() - timedelta(days=10),
    )  # fmt: skip
    url = page_of(cobots, "en").url
    said = words(client.get(url))
    assert "We checked this on 29 January 2027." in said
    assert "a while ago" not in said
    Subsidy.objects.filter(pk=one.pk).update(checked_on=NOW.date() - timedelta(days=200))
    assert "That was a while ago" in words(client.get(url))
    Subsidy.objects.filter(pk=one.pk).update(checked_on=NOW.date() - timedelta(days=366))
    assert "SLIM" not in words(client.get(url))


def test_the_short_address_leads_to_the_page_in_the_visitor_s_language(client, cobots):
    for code in (cobots.code, cobots.code.upper()):
        for language in ("nl", "en"):
            response = client.get(f"/c/{code}/", headers={"Accept-Language": language})
            assert response["Location"] == page_of(cobots, language).url
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))
    page_of(cobots, "en").unpublish()
    assert client.get(f"/c/{cobots.code}/", headers={"Accept-Language": "en"})["Location"] == page_of(cobots).url
    page_of(cobots).unpublish()
    assert client.get(f"/c/{cobots.code}/").status_code == 404
    assert client.get("/c/nothing/").status_code == 404


def test_the_page_is_passed_on_without_third_parties(client, cobots, edition):
    text = client.get(page_of(cobots).url).content.decode()
    assert f'value="http://testserver/c/{cobots.code}/" readonly' in text
    assert (
        f"mailto:?subject=Cobots%20in%20de%20praktijk&amp;body=Cobots%20in%20de%20praktijk%0Ahttp%3A//testserver/c/{cobots.code}/"
        in text
    )
    assert re.search(r'<img src="data:image/svg\+xml', text)


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
