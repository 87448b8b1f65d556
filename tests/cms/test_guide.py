"""The choice helper: three questions in the address, and advice with reasons."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.translation import override

from tests.cms.test_catalogue import titles
from tests.factories import FIRST_DAY, EditionFactory


def ask(client, language="en", **answers):
    with override(language):
        return client.get(reverse("cms:guide"), answers)


def advised(response):
    return [one.card.title for one in response.context["guide"].suggestions]


@pytest.fixture
def three(published, robohouse):
    short = published(title_en="Sensors", themes=("data",), categories=["employee", "student"], contact_minutes=8 * 60)
    long = published(title_en="Cobots", themes=("robots",), categories=["employee"], contact_minutes=80 * 60)
    EditionFactory(course=long)
    late = published(title_en="Robot cells", themes=("robots",), categories=["student"], contact_minutes=30 * 60)
    EditionFactory(course=late, first_day=FIRST_DAY + timedelta(days=200))
    return short, long, late


def test_it_asks_one_question_at_a_time(client, three):
    for answers, name in [({}, "who"), ({"who": "any"}, "theme"), ({"who": "any", "theme": "robots"}, "time")]:
        assert ask(client, **answers).context["guide"].question.name == name
    assert ask(client, who="any", theme="any", time="long").context["guide"].question is None


def test_each_question_carries_the_answers_so_far(client, three):
    text = ask(client, who="student", theme="robots").content.decode()
    assert '<input type="hidden" name="who" value="student">' in text
    assert '<input type="hidden" name="theme" value="robots">' in text
    assert 'type="radio" id="answer-0" name="time"' in text


def test_only_what_the_catalogue_has_can_be_answered(client, three):
    guide = ask(client).context["guide"]
    assert [answer.value for answer in guide.question.answers] == ["employee", "student", "any"]


def test_what_is_no_answer_is_asked_again(client, three):
    assert ask(client, who="pirate").context["guide"].question.name == "who"
    unanswered = ask(client, asked="who").content.decode()
    assert 'class="errsum"' in unanswered
    assert "Choose one of the answers." in unanswered
    assert 'class="errsum"' not in ask(client).content.decode()


def test_the_advice_puts_what_fits_most_first_and_says_why(client, three):
    response = ask(client, who="student", theme="robots", time="week")
    first = response.context["guide"].suggestions[0]
    assert first.card.title == "Robot cells"
    assert first.reasons == [
        "It is meant for students.",
        "It is about Robots (en).",
        "It takes 30\u00a0hours in all.",
    ]
    assert first.but == []


def test_what_is_otherwise_than_asked_is_said_too(client, three):
    suggestions = ask(client, who="student", theme="robots", time="day").context["guide"].suggestions
    by_title = {one.card.title: one for one in suggestions}
    assert by_title["Robot cells"].but == ["It takes longer: 30\u00a0hours in all."]
    assert by_title["Sensors"].but == ["It is about another subject."]
    assert [one.card.title for one in suggestions] == ["Robot cells", "Sensors", "Cobots"]


def test_who_wants_to_start_soon_sees_what_starts_soon(client, three):
    first = ask(client, who="any", theme="any", time="soon").context["guide"].suggestions[0]
    assert first.card.title == "Cobots"
    assert first.reasons == ["It starts soon, on 4 March 2027.", "There are places free."]


def test_who_asks_for_nothing_gets_what_starts_first(client, three):
    assert advised(ask(client, who="any", theme="any", time="long"))[0] == "Cobots"


@pytest.mark.parametrize(
    ("answers", "listed"),
    [
        ({"who": "student", "theme": "robots", "time": "long"}, ["Robot cells"]),
        ({"who": "any", "theme": "any", "time": "day"}, ["Sensors"]),
        ({"who": "any", "theme": "any", "time": "soon"}, ["Cobots"]),
        ({"who": "any", "theme": "any", "time": "long"}, ["Cobots", "Robot cells", "Sensors"]),
    ],
)
def test_the_list_behind_the_advice_has_the_same_filters(client, three, answers, listed):
    [list_url] = re.findall(r'<a class="btn" href="(/en/courses/[^"]*)">', ask(client, **answers).content.decode())
    assert titles(client.get(unescape(list_url))) == listed


def test_an_answer_can_be_given_anew_with_the_others_kept(client, three):
    guide = ask(client, who="student", theme="robots", time="long").context["guide"]
    again = client.get(guide.given[1]["url"]).context["guide"]
    assert (again.question.name, again.answers) == ("theme", {"who": "student", "time": "long"})


def test_one_question_back(client, three):
    guide = ask(client, who="student", theme="robots").context["guide"]
    assert client.get(guide.back_url).context["guide"].question.name == "theme"
    assert ask(client).context["guide"].back_url == ""


def test_dutch_and_english_addresses_are_understood_in_both(client, three):
    dutch = ask(client, language="nl", who="student").context["guide"]
    assert dutch.question.name == "theme"
    param = dutch.given[0]["param"]
    assert ask(client, **{param: "student"}).context["guide"].question.name == "theme"


def test_an_empty_catalogue_gives_no_advice_and_no_error(client, site):
    guide = ask(client, who="any", theme="any", time="soon")
    assert advised(guide) == []
    assert "No course suits these answers" in guide.content.decode()


def test_the_front_page_leads_to_it_and_offers_suggestions(client, three):
    text = client.get("/en/").content.decode()
    with override("en"):
        assert f'href="{reverse("cms:guide")}"' in text
        assert f'data-suggest="{reverse("cms:suggestions")}"' in text


def test_nobody_gets_a_cookie_and_nothing_is_kept(client, three):
    assert not ask(client, who="any", theme="any", time="long").cookies


def test_the_advice_asks_as_many_questions_for_many_courses(client, published, django_assert_max_num_queries):
    def courses(count):
        for _number in range(count):
            EditionFactory(course=published(themes=("robots",), categories=["student"]))

    def questions():
        answers = {"who": "student", "theme": "robots", "time": "soon"}
        ask(client, **answers)
        with django_assert_max_num_queries(60) as counted:
            ask(client, **answers)
        return len(counted)

    courses(3)
    few = questions()
    courses(12)
    assert questions() == few
