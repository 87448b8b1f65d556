"""A programme that is taken by its parts: the skills lab's path, its own page, and where it must not look empty."""

from datetime import timedelta

import pytest

from cms.actions import build_lab_page, build_site
from courses.models import Course, Part, Price
from tests.cms.test_pages import one_line, words
from tests.factories import FIRST_DAY, CourseFactory, EditionFactory


@pytest.fixture
def path(site, academy):
    """A programme of three parts; the second has a date, the programme itself has none and never will."""
    programme = CourseFactory(
        provider=academy, code="IOTA-P1", kind=Course.Kind.PROGRAMME, title_nl="Het hele pad", title_en="The whole path"
    )
    for order, (title, hours, cents) in enumerate([("Een", 8, 29500), ("Twee", 20, 69500), ("Drie", 4, 0)], start=1):
        part = CourseFactory(
            provider=academy,
            code=f"IOTA-C{order}",
            kind=Course.Kind.COURSE,
            title_nl=title,
            title_en=f"{title} (en)",
            contact_minutes=hours * 60,
            self_study_minutes=0,
        )
        Part.objects.create(programme=programme, course=part, order=order)
        Price.objects.update_or_create(course=part, audience=Price.Audience.STANDARD, defaults={"cents": cents})
    EditionFactory(course=Course.objects.get(code="IOTA-C2"), days=1, first_day=FIRST_DAY + timedelta(days=30))
    build_site()
    return programme


def test_the_skills_lab_shows_its_path_in_order_with_hours_price_and_next_dates(client, path):
    (shown,) = client.get("/nl/labs/iot-academy/").context["paths"]
    assert [step.title for step in shown.steps] == ["Een", "Twee", "Drie"]
    assert [bool(step.starts) for step in shown.steps] == [False, True, False]
    assert [step.chip.state for step in shown.steps] == ["unplanned", "open", "unplanned"]
    assert shown.hours == "32\N{NO-BREAK SPACE}uur"
    assert "990" in shown.price
    assert shown.url == "/nl/opleidingen/het-hele-pad/"


def test_what_stands_on_the_path_is_not_listed_again_beside_it(client, path):
    page = client.get("/en/labs/iot-academy/")
    assert page.context["loose"] == []
    assert page.context["cards"] == []
    assert one_line(page).count("IOTA-C2") >= 1


def test_a_price_that_is_not_known_makes_the_sum_unknown(client, path):
    Price.objects.filter(course__code="IOTA-C3").delete()
    (shown,) = client.get("/en/labs/iot-academy/").context["paths"]
    assert shown.price == ""


def test_the_programmes_own_page_leads_to_the_steps_and_never_says_that_no_date_is_planned(client, path):
    page = client.get("/en/courses/the-whole-path/")
    said = words(page)
    assert page.context["by_parts"]
    assert "step by step" in said
    assert 'href="#stack"' in one_line(page)
    # The first and third step have no date, and say so; the programme's own offer does not.
    assert said.count("No date planned") == 2
    assert "Tell me when there is a date" not in said
    assert [step.code for step in page.context["path"].steps] == ["IOTA-C1", "IOTA-C2", "IOTA-C3"]


def test_a_programme_with_editions_of_its_own_offers_these(client, path):
    EditionFactory(course=path, days=1, first_day=FIRST_DAY + timedelta(days=9))
    page = client.get("/en/courses/the-whole-path/")
    assert not page.context["by_parts"]
    assert page.context["choice"]


def test_the_catalogue_says_that_it_is_taken_in_steps(client, path):
    cards = client.get("/en/courses/").context["catalogue"].cards
    assert {card.code: card.chip.state for card in cards}["IOTA-P1"] == "parts"


def test_beside_other_courses_it_is_said_too(client, path):
    said = words(client.get("/en/courses/compare/?course=IOTA-P1&course=IOTA-C2"))
    assert "Taken in steps" in said
    assert "No date planned" not in said


def test_the_front_page_shows_the_path_with_the_skills_lab_and_not_among_the_programmes(client, path):
    page = client.get("/nl/")
    assert "IOTA-P1" not in [card.code for card in page.context["programmes"]]
    assert [step.code for step in page.context["path"].steps] == ["IOTA-C1", "IOTA-C2", "IOTA-C3"]


def test_a_path_asks_as_many_questions_for_twelve_steps_as_for_three(
    client, path, academy, django_assert_max_num_queries
):
    def questions():
        client.get("/nl/labs/iot-academy/")
        with django_assert_max_num_queries(100) as counted:
            assert client.get("/nl/labs/iot-academy/").status_code == 200
        return len(counted)

    few = questions()
    for order in range(4, 13):
        part = CourseFactory(provider=academy, code=f"IOTA-C{order}", kind=Course.Kind.COURSE)
        Part.objects.create(programme=path, course=part, order=order)
        EditionFactory(course=part, days=1, first_day=FIRST_DAY + timedelta(days=order))
    build_site()
    assert questions() == few


def test_a_lab_without_a_path_shows_none(client, cobots, robohouse):
    build_lab_page(robohouse)
    assert client.get("/en/labs/robohouse/").context["paths"] == []
