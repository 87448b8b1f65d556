"""What a search box offers while someone types."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from courses.models import CourseSkill, Skill
from tests.cms.conftest import page_of
from tests.cms.test_catalogue import param, titles


def ask(client, question, language="nl"):
    with override(language):
        return client.get(reverse("cms:suggestions"), {"q": question})


def offered(client, question, language="nl"):
    return [one["label"] for one in ask(client, question, language).json()["suggestions"]]


@pytest.fixture
def catalogue(published, robohouse):
    cobots = published(title_nl="Werken met cobots", title_en="Working with cobots", themes=("robots",))
    cobots.labs.add(robohouse)
    welding = Skill.objects.create(
        framework="esco", framework_version="1", code="S", name_nl="robotlassen", name_en="robot welding"
    )
    CourseSkill.objects.create(course=cobots, skill=welding)
    return cobots, published(title_nl="Metaalprinten", title_en="Metal printing")


def test_courses_subjects_labs_and_skills_are_offered(client, catalogue, robohouse):
    assert offered(client, "cob") == ["Werken met cobots"]
    assert offered(client, "robo") == ["Werken met cobots", "Robots", robohouse.name, "robotlassen"]
    assert offered(client, "printen") == ["Metaalprinten"]


def test_each_leads_somewhere_in_the_language_of_the_address(client, catalogue, robohouse):
    found = {one["label"]: one["url"] for one in ask(client, "robo").json()["suggestions"]}
    assert found["Werken met cobots"] == page_of(catalogue[0]).url
    assert found["Robots"] == f"/nl/opleidingen/?{param('theme')}=robots"
    assert found[robohouse.name] == f"/nl/opleidingen/?{param('lab')}=robohouse"
    assert titles(client.get(found["robotlassen"])) == ["Werken met cobots"]
    english = {one["label"]: one["url"] for one in ask(client, "robo", "en").json()["suggestions"]}
    assert english["Working with cobots"] == page_of(catalogue[0], "en").url
    assert "robot welding" in english


def test_a_typing_error_leads_to_what_was_meant(client, catalogue):
    assert ask(client, "kobots").json()["suggestions"][0]["url"] == "/nl/opleidingen/?q=cobots"


@pytest.mark.parametrize("question", ["", "c", " ", "%", "xyzzy", "'\"*", "a" * 3000])
def test_what_finds_nothing_offers_nothing(client, catalogue, question):
    assert offered(client, question) == []


def test_what_is_not_on_the_site_is_not_offered(client, catalogue):
    for course in catalogue:
        page_of(course).unpublish()
    assert offered(client, "robo") == offered(client, "printen") == []


def test_it_can_be_kept_by_any_cache_and_gives_no_cookie(client, catalogue):
    response = ask(client, "cobot")
    assert set(response["Cache-Control"].split(", ")) == {"public", "max-age=300"}
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert client.post(response.request["PATH_INFO"]).status_code == 405


def test_it_asks_as_many_questions_for_many_courses(client, published, django_assert_max_num_queries):
    def questions():
        ask(client, "lassen")
        with django_assert_max_num_queries(30) as counted:
            assert offered(client, "lassen")
        return len(counted)

    for number in range(6):
        published(title_nl=f"Lassen {number}", themes=("robots",))
        if number == 0:
            few = questions()
    assert questions() == few
