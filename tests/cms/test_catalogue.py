"""The list of courses: searching, narrowing, sorting, paging, with and without htmx."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override, pgettext
from wagtail.models import Locale

from cms.models import CourseIndexPage
from tests.cms.conftest import page_of
from tests.factories import FIRST_DAY, NOW, CourseFactory, EditionFactory, EnrolmentFactory, PriceFactory

LIST = "/nl/opleidingen/"


def param(name, language="nl"):
    with override(language):
        return pgettext("in an address", name)


def titles(response):
    found = re.findall(r"<h3><a href=\"[^\"]+\">([^<]+)</a></h3>", response.content.decode())
    return [unescape(title) for title in found]


def words(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


@pytest.fixture
def three(published, robohouse, ramlab):
    """Three courses of two labs; the second has a free place in March, the third one no date at all."""
    full = published(
        title_nl="Werken met cobots", provider=robohouse, categories=["employee", "student"], themes=("robots",)
    )
    EnrolmentFactory(edition=EditionFactory(course=full, capacity=1))
    free = published(title_nl="Metaalprinten", provider=ramlab, categories=["employee"], themes=("printen",))
    EditionFactory(course=free, first_day=FIRST_DAY + timedelta(days=7))
    unplanned = published(
        title_nl="Optisch meten", provider=ramlab, categories=["student"], mode="online", themes=("robots",)
    )
    return full, free, unplanned


def test_every_course_with_a_page_is_listed_soonest_first(client, three):
    CourseFactory(title_nl="Zonder pagina")
    assert titles(client.get(LIST)) == ["Werken met cobots", "Metaalprinten", "Optisch meten"]


def test_the_english_list_has_english_titles(client, published):
    published(title_nl="Metaalprinten", title_en="Metal printing")
    assert titles(client.get("/en/courses/")) == ["Metal printing"]


def test_a_page_taken_offline_is_not_listed(client, three):
    page_of(three[0]).unpublish()
    assert titles(client.get(LIST)) == ["Metaalprinten", "Optisch meten"]
    assert len(titles(client.get("/en/courses/"))) == 3


def test_searching_narrows_the_list_and_fills_the_box(client, three):
    response = client.get(LIST, {"q": "cobot"})
    assert titles(response) == ["Werken met cobots"]
    assert 'value="cobot"' in response.content.decode()


def test_a_filter_is_understood_in_the_language_of_the_page(client, three):
    assert titles(client.get(LIST, {param("lab"): "robohouse"})) == ["Werken met cobots"]
    assert titles(client.get(LIST, {param("who"): ["student"]})) == ["Werken met cobots", "Optisch meten"]
    assert titles(client.get(LIST, {param("theme"): "printen"})) == ["Metaalprinten"]
    assert titles(client.get(LIST, {param("form"): "online"})) == ["Optisch meten"]
    assert titles(client.get(LIST, {param("start"): "2027-03", param("free"): "1"})) == ["Metaalprinten"]


def test_unknown_values_in_an_address_are_left_out(client, three):
    assert len(titles(client.get(LIST, {param("lab"): "nowhere", "sort": "colour", "page": "99"}))) == 3


@pytest.mark.parametrize(
    "odd",
    [
        "q=%C3%28&page=-1",
        "page=99999999999999999999999",
        "page=&sort=&q=",
        "q=" + "a" * 5000,
        "q=" + "+".join(f"w{number}" for number in range(100)),
        "q=%27%22%29%28%7C%26%21%3A*",
        "q=AND+OR+NOT+NEAR",
        "start=2027-13&start=x&price=free%27&duration=0",
        "theme[]=robots&lab=%F0%9F%A4%96",
    ],
)
def test_odd_addresses_are_taken_kindly(client, three, odd):
    assert client.get(f"{LIST}?{odd}").status_code == 200


def test_a_filter_of_the_other_language_is_understood(client, three):
    assert titles(client.get("/en/courses/", {param("who"): "student", param("lab"): "robohouse"})) != []
    assert len(titles(client.get("/en/courses/", {param("theme"): "printen"}))) == 1


def test_hours_level_and_price_narrow_the_list(client, three):
    full, free, unplanned = three
    PriceFactory(course=full, cents=90_000)
    PriceFactory(course=free, cents=0)
    PriceFactory(course=unplanned, cents=250_000)
    PriceFactory(course=unplanned, cents=0, audience="student")
    unplanned.contact_minutes, unplanned.level_label_nl = 6 * 60, "hbo"
    unplanned.save(update_fields=["contact_minutes", "level_label_nl"])
    assert titles(client.get(LIST, {param("duration"): "8"})) == ["Optisch meten"]
    assert titles(client.get(LIST, {param("duration"): "24"})) == ["Werken met cobots", "Metaalprinten"]
    assert titles(client.get(LIST, {param("level"): "hbo"})) == ["Optisch meten"]
    assert titles(client.get(LIST, {param("price"): "1000"})) == ["Werken met cobots"]
    assert titles(client.get(LIST, {param("price"): "more"})) == ["Optisch meten"]
    assert titles(client.get(LIST, {param("price"): "free"})) == ["Metaalprinten", "Optisch meten"]


def test_every_facet_that_has_a_choice_is_shown(client, three):
    PriceFactory(course=three[0], cents=90_000)
    PriceFactory(course=three[1], cents=0)
    EditionFactory(course=three[2], language="en", first_day=FIRST_DAY + timedelta(days=40))
    three[2].contact_minutes, three[2].level_label_nl = 6 * 60, "hbo"
    three[2].save(update_fields=["contact_minutes", "level_label_nl"])
    shown = {one.name for one in client.get(LIST).context["catalogue"].facets}
    assert shown == {"who", "theme", "lab", "form", "language", "level", "start", "duration", "price", "free"}


def facet(response, name):
    found = next(one for one in response.context["catalogue"].facets if one.name == name)
    return {option.value: option.count for option in found.options}


def test_counts_are_made_without_the_facets_own_filter(client, three):
    response = client.get(LIST, {param("lab"): "ramlab"})
    assert facet(response, "lab") == {"ramlab": 2, "robohouse": 1}
    assert facet(response, "who") == {"employee": 1, "student": 1}
    assert facet(response, "free") == {"1": 1}


def test_counts_follow_the_question(client, three):
    assert facet(client.get(LIST, {"q": "cobots"}), "lab") == {"ramlab": 0, "robohouse": 1}


def test_each_chip_takes_one_filter_away(client, three):
    asked = {"q": "metaal", param("lab"): "ramlab", param("who"): "employee"}
    catalogue = client.get(LIST, asked).context["catalogue"]
    assert len(catalogue.chips) == 3
    without_lab = catalogue.chips[-1].url
    assert f"{param('lab')}=" not in without_lab
    assert "q=metaal" in without_lab
    assert f"{param('who')}=employee" in without_lab
    assert titles(client.get(LIST + without_lab)) == ["Metaalprinten"]


def test_the_count_is_announced(client, three):
    response = client.get(LIST)
    assert re.search(r'id="stand" role="status"[^>]*>\s*<strong>3 ', response.content.decode())


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("start", ["Werken met cobots", "Metaalprinten", "Optisch meten"]),
        ("price", ["Metaalprinten", "Werken met cobots", "Optisch meten"]),
        ("hours", ["Optisch meten", "Werken met cobots", "Metaalprinten"]),
        ("title", ["Metaalprinten", "Optisch meten", "Werken met cobots"]),
    ],
)
def test_sorting(client, three, sort, order):
    full, free, unplanned = three
    PriceFactory(course=full, cents=90_000)
    PriceFactory(course=free, cents=0)
    unplanned.contact_minutes = 60
    unplanned.save(update_fields=["contact_minutes"])
    assert titles(client.get(LIST, {"sort": sort})) == order


def test_a_question_puts_the_best_match_first(client, published):
    published(title_nl="Metaalprinten", summary_nl="Soms met een cobot.")
    EditionFactory(course=published(title_nl="Cobots"))
    assert titles(client.get(LIST, {"q": "cobot"})) == ["Cobots", "Metaalprinten"]


def test_pages_keep_the_question(client, published):
    for number in range(10):
        published(title_nl=f"Lassen {number}")
    first = client.get(LIST, {"q": "lassen"})
    assert len(titles(first)) == 8
    assert "?q=lassen&amp;page=2" in first.content.decode()
    assert len(titles(client.get(LIST, {"q": "lassen", "page": 2}))) == 2


def test_a_typing_error_is_forgiven_and_said(client, three):
    response = client.get(LIST, {"q": "metalprinten"})
    assert titles(response) == ["Metaalprinten"]
    assert 'value="metalprinten"' in response.content.decode()
    assert response.context["catalogue"].instead == "metaalprinten"
    assert "?q=metaalprinten" in response.content.decode()


def test_with_few_finds_what_may_have_been_meant_is_offered(client, published):
    published(title_nl="Robots lassen")
    published(title_nl="Meten", title_en="Robotz")  # a find, but in no word we would use in Dutch
    catalogue = client.get(LIST, {"q": "robotz"}).context["catalogue"]
    assert [item.title for item in catalogue._found] == ["Meten"]
    assert (catalogue.meant, catalogue.instead) == ("robots", "")
    assert catalogue.meant_url == "?q=robots"


def test_what_is_found_in_plenty_is_not_put_in_doubt(client, published):
    for number in range(3):
        published(title_nl=f"Meten {number}", title_en="Robotz")
    published(title_nl="Robots")
    assert client.get(LIST, {"q": "robotz"}).context["catalogue"].meant == ""


def test_an_empty_list_says_what_to_try(client, three):
    nothing = client.get(LIST, {"q": "kantklossen"})
    assert titles(nothing) == []
    assert reverse("cms:guide") in nothing.content.decode()
    stuck = client.get(LIST, {"q": "cobots", param("lab"): "ramlab"})
    assert titles(stuck) == []
    assert stuck.context["catalogue"].advice.without_count == 1
    assert stuck.context["catalogue"].advice.without_url == "?q=cobots"


def test_what_someone_typed_is_never_markup(client, three):
    response = client.get(LIST, {"q": "<script>alert(1)</script>"})
    assert "<script>alert" not in response.content.decode()


def test_htmx_gets_the_list_and_the_counts_alone(client, three):
    asked = {param("lab"): "ramlab", "q": "", "sort": "match"}
    response = client.get(LIST, asked, headers={"HX-Request": "true", "HX-Target": "resultaten"})
    text = response.content.decode()
    assert "<html" not in text
    assert titles(response) == ["Metaalprinten", "Optisch meten"]
    assert 'hx-swap-oob="innerHTML:#stand"' in text
    assert 'hx-swap-oob="innerHTML:#n-lab-robohouse">1<' in text
    assert response["HX-Push-Url"] == f"{LIST}?{param('lab')}=ramlab"
    assert "HX-Request" in response["Vary"]


def test_typing_replaces_the_address_instead_of_adding_one_per_word(client, three):
    headers = {"HX-Request": "true", "HX-Target": "resultaten", "HX-Trigger-Name": "q"}
    response = client.get(LIST, {"q": "cobot"}, headers=headers)
    assert response["HX-Replace-Url"] == f"{LIST}?q=cobot"
    assert "HX-Push-Url" not in response


def test_going_back_gets_the_whole_page(client, three):
    headers = {"HX-Request": "true", "HX-Target": "resultaten", "HX-History-Restore-Request": "true"}
    assert "<html" in client.get(LIST, headers=headers).content.decode()


def test_a_draft_edition_does_not_count(client, published):
    EditionFactory(course=published(title_nl="Lassen"), draft=True)
    assert client.get(LIST).context["catalogue"].cards[0].chip.state == "unplanned"


def test_a_card_speaks_of_the_edition_one_can_still_join(client, published):
    course = published()
    EditionFactory(course=course, enrolment_closes_at=NOW - timedelta(days=1))
    later = EditionFactory(course=course, first_day=FIRST_DAY + timedelta(days=30))
    card = client.get(LIST).context["catalogue"].cards[0]
    assert (card.chip.state, card.starts) == ("open", later.starts_at)


def test_a_card_speaks_of_the_edition_that_was_asked_for(client, published):
    course = published()
    EditionFactory(course=course)
    later = EditionFactory(course=course, first_day=FIRST_DAY + timedelta(days=70))
    asked = {param("start"): f"{later.starts_at:%Y-%m}"}
    assert client.get(LIST, asked).context["catalogue"].cards[0].starts == later.starts_at


def test_the_list_reads_no_session_and_only_the_editions_it_draws(client, published):
    course = published()
    for week in range(12):
        EditionFactory(course=course, first_day=FIRST_DAY + timedelta(weeks=week))
    client.get(LIST)
    with CaptureQueriesContext(connection) as asked:
        client.get(LIST)
    assert not [one["sql"] for one in asked if "courses_session" in one["sql"]]
    drawn = [one["sql"] for one in asked if '"courses_edition"."seats_taken",' in one["sql"]]
    assert len(drawn) == 1
    assert re.search(r'"courses_edition"."id" IN \(\d+\)', drawn[0])


def test_the_cards_can_be_ticked_for_comparing(client, three):
    text = client.get(LIST).content.decode()
    with override("nl"):
        assert f'id="compare" action="{reverse("cms:compare")}"' in text
    for course in three:
        assert re.search(rf'type="checkbox" form="compare" name="[^"]+" value="{course.code}"', text)


def test_nobody_gets_a_cookie(client, three):
    assert not client.get(LIST, {"q": "cobot"}).cookies


def test_the_list_asks_as_many_questions_for_fifty_courses_as_for_one(client, published, django_assert_max_num_queries):
    def courses(count):
        for _number in range(count):
            course = published(themes=("robots",))
            course.labs.add(course.provider)
            PriceFactory(course=course)
            EditionFactory(course=course)

    def questions(**asked):
        client.get(LIST, asked)  # Wagtail remembers the site's root
        with django_assert_max_num_queries(100) as counted:
            assert client.get(LIST, asked).status_code == 200
        return len(counted)

    courses(3)  # with fewer finds it looks for what may have been meant
    asked = {"q": "werken", param("lab"): "x", param("theme"): "robots"}
    few = questions(), questions(**asked)
    courses(47)
    assert (questions(), questions(**asked)) == few


def test_the_index_is_one_per_language(site):
    assert sorted(page.locale.language_code for page in CourseIndexPage.objects.all()) == ["en", "nl"]
    assert Locale.objects.count() == 2
