"""Up to three courses beside each other, chosen in the address."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.translation import override

from courses.models import CourseSkill, Skill
from tests.factories import FIRST_DAY, EditionFactory, PriceFactory


def url(language="en"):
    with override(language):
        return reverse("cms:compare")


def compare(client, *courses, language="en", name="course"):
    return client.get(url(language), {name: [getattr(one, "code", one) for one in courses]})


def words(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def heads(response):
    return [unescape(title) for title in re.findall(r'class="compare__title"[^>]*>([^<]+)<', response.content.decode())]


def row(response, label):
    """The texts of one row."""
    found = next(one for one in response.context["comparison"].rows if one.label == label)
    return [list(cell.lines) for cell in found.cells], found.differs


@pytest.fixture
def four(published, robohouse, ramlab):
    cobots = published(title_en="Cobots", provider=robohouse, level_label_en="vocational level")
    waam = published(title_en="Metal printing", provider=ramlab, contact_minutes=8 * 60)
    optics = published(title_en="Optics", provider=ramlab, admission_en="You read drawings.")
    fourth = published(title_en="Maintenance", provider=ramlab)
    return cobots, waam, optics, fourth


def test_two_courses_stand_beside_each_other_in_the_order_of_the_address(client, four):
    cobots, waam, *_others = four
    assert heads(compare(client, waam, cobots)) == ["Metal printing", "Cobots"]
    assert heads(compare(client, cobots, waam, cobots)) == ["Cobots", "Metal printing"]


def test_each_fact_is_a_row_and_a_difference_is_marked_in_words(client, four):
    cobots, waam, *_others = four
    EditionFactory(course=cobots, capacity=12)
    PriceFactory(course=cobots, cents=90_000)
    PriceFactory(course=cobots, cents=0, audience="student")
    PriceFactory(course=waam, cents=90_000)
    skill = Skill.objects.create(framework="esco", framework_version="1", code="S", name_nl="x", name_en="to weld")
    CourseSkill.objects.create(course=waam, skill=skill)
    response = compare(client, cobots, waam)
    assert row(response, "Next start") == ([["Thu 4 Mar 2027"], ["No date planned"]], True)
    assert row(response, "Duration") == ([["24\u00a0hours"], ["8\u00a0hours"]], True)
    assert row(response, "Form") == ([["In the field lab, at the machine"]] * 2, False)
    assert row(response, "Price: Standard price") == ([["€900"], ["€900"]], False)
    assert row(response, "Price: Student") == ([["Free"], []], True)
    assert row(response, "Skills") == ([[], ["To weld"]], True)
    assert "12 places free" in words(response)
    assert "Duration differs" in words(response)
    assert "Form differs" not in words(response)


def test_a_row_about_which_nobody_says_anything_is_left_out(client, four):
    cobots, waam, optics, _fourth = four
    assert "What you need beforehand" not in words(compare(client, cobots, waam))
    assert row(compare(client, cobots, optics), "What you need beforehand")[0] == [[], ["You read drawings."]]


def test_a_fourth_course_is_left_out_and_named(client, four):
    response = compare(client, *four)
    assert heads(response) == ["Cobots", "Metal printing", "Optics"]
    assert "You can compare three courses at a time" in words(response)
    assert response.context["comparison"].left_out == ["Maintenance"]
    assert not response.context["comparison"].has_room


def test_one_can_be_taken_away_and_another_added(client, four):
    cobots, waam, optics, fourth = four
    comparison = compare(client, cobots, waam).context["comparison"]
    assert heads(client.get(comparison.columns[0].remove_url)) == ["Metal printing"]
    assert comparison.others == [(fourth.code, "Maintenance"), (optics.code, "Optics")]


def test_with_one_course_or_none_the_page_says_what_to_do(client, four):
    assert "Choose at least one more course" in words(compare(client, four[0]))
    assert "No course chosen yet" in words(compare(client))


def test_an_address_of_the_other_language_is_understood(client, four):
    assert len(heads(compare(client, four[0], four[1], language="nl"))) == 2
    dutch = compare(client, four[0], language="nl").context["comparison"]
    assert heads(client.get(url("en"), {dutch.param: four[0].code})) == ["Cobots"]


def test_a_course_that_is_not_shown_is_not_compared(client, four):
    four[0].pages.get(locale__language_code="en").unpublish()
    response = compare(client, four[0], four[1], "nowhere")
    assert heads(response) == ["Metal printing"]
    assert response.context["comparison"].unknown == 2


@pytest.mark.parametrize("odd", ["course=%00", "course=" + "x" * 4000, "course[]=1&course=", "course=%27--"])
def test_odd_addresses_are_taken_kindly(client, four, odd):
    assert client.get(f"{url()}?{odd}").status_code in (200, 400)
    assert client.get(url() + "?" + "&".join(f"course=c{number}" for number in range(500))).status_code == 200


def test_more_courses_cost_no_more_queries(client, four, django_assert_max_num_queries):
    for course in four:
        PriceFactory(course=course)
        for week in range(3):
            EditionFactory(course=course, first_day=FIRST_DAY + timedelta(weeks=week))

    def questions(*courses):
        compare(client, *courses)
        with django_assert_max_num_queries(60) as counted:
            compare(client, *courses)
        return len(counted)

    assert questions(*four[:2]) == questions(four[0])
    assert questions(*four[:3]) < questions(four[0])  # nothing to add: that list is not read


def test_nobody_gets_a_cookie(client, four):
    assert not compare(client, *four).cookies
