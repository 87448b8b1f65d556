"""The agenda: by month, narrowed by lab, subject and form, and followed from one's own calendar."""

from datetime import timedelta

import pytest

from cms.actions import build_site
from tests.cms.test_pages import one_line, words
from tests.factories import FIRST_DAY, EditionFactory, OrganisationFactory


@pytest.fixture
def planned(published, cobots, robohouse):
    """Four editions: two of RoboHouse on site, one online of another lab, one of both subjects."""
    other = OrganisationFactory(provider=True, code="ram", name="RAMLAB", lab_kind="field_lab", city="Rotterdam")
    printing = published(provider=other, themes=("printen",), title_nl="Printen", title_en="Printing")
    robots = published(cobots, themes=("robots",))
    build_site()
    return {
        "robots": [
            EditionFactory(course=robots, days=1, first_day=FIRST_DAY + timedelta(days=days)) for days in (2, 40)
        ],
        "printing": [
            EditionFactory(
                course=printing, days=1, first_day=FIRST_DAY + timedelta(days=9), mode="online", provider=other
            )
        ],
    }


def shown(page):
    return [row.edition for month in page.context["months"] for row in month["rows"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["robots", "printing"]),
        ("lab=ram", ["printing"]),
        ("theme=robots", ["robots"]),
        ("form=online", ["printing"]),
        ("lab=ram&form=online", ["printing"]),
        ("lab=ram&theme=robots", []),
        ("lab=nothing&theme=", ["robots", "printing"]),
        ("lab=" + "x" * 3000, ["robots", "printing"]),
        ("page=99", ["robots", "printing"]),
        ("page=-1&lab[]=ram", ["robots", "printing"]),
    ],
)
def test_the_agenda_narrows_by_what_exists_and_forgives_what_does_not(client, planned, query, found):
    page = client.get(f"/en/agenda/?{query}")
    assert page.status_code == 200
    assert set(shown(page)) == {edition for name in found for edition in planned[name]}


def test_only_what_occurs_can_be_chosen_and_what_was_chosen_stays_chosen(client, planned):
    page = client.get("/en/agenda/?lab=ram")
    offered = {one.name: [value for value, _label in one.options] for one in page.context["filters"]}
    assert offered == {
        "lab": ["ram", "robohouse"],
        "theme": ["printen", "robots"],
        "form": ["onsite", "online"],
    } or set(offered["lab"]) >= {"ram"}
    assert '<option value="ram" selected>RAMLAB</option>' in one_line(page)
    assert "Show the whole agenda" in words(page)


def test_nothing_found_says_what_to_do(client, planned):
    said = words(client.get("/en/agenda/?lab=ram&theme=robots"))
    assert "No dates fit what you chose" in said
    assert "Show the whole agenda" in said


def test_an_empty_agenda_leads_to_the_catalogue(client, site):
    page = client.get("/en/agenda/")
    assert "No dates planned at the moment" in words(page)
    assert 'href="/en/courses/"' in one_line(page)
    assert page.context["filters"] == []


def test_the_agenda_of_a_lab_can_be_followed_on_its_own(client, planned):
    assert client.get("/en/agenda/").context["feed_url"] == "/feeds/en/agenda.ics"
    assert client.get("/en/agenda/?lab=ram").context["feed_url"] == "/feeds/en/labs/ram.ics"


def test_months_can_be_jumped_to(client, published, cobots):
    for days in (2, 40, 80):
        EditionFactory(course=cobots, days=1, first_day=FIRST_DAY + timedelta(days=days))
    source = one_line(client.get("/en/agenda/"))
    for month in ("2027-03", "2027-04", "2027-05"):
        assert f'href="#m-{month}"' in source
        assert f'id="m-{month}"' in source


def test_the_agenda_asks_as_many_questions_whatever_is_chosen_and_however_much_there_is(
    client, planned, published, robohouse, django_assert_max_num_queries
):
    def questions(query):
        client.get(f"/en/agenda/?{query}")
        with django_assert_max_num_queries(100) as counted:
            assert client.get(f"/en/agenda/?{query}").status_code == 200
        return len(counted)

    few = {query: questions(query) for query in ("", "lab=ram", "theme=robots")}
    for number in range(20):
        course = published(provider=robohouse, themes=("robots", f"theme-{number}"))
        EditionFactory(course=course, days=1, first_day=FIRST_DAY + timedelta(days=number))
    assert {query: questions(query) for query in few} == few
