"""The page of a lab: how it looks, who teaches there, how to get there, whom to ask."""

from datetime import timedelta

import pytest
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from cms.actions import build_lab_page
from cms.models import LabPage
from courses.models import Edition
from lms.people.models import Organisation
from tests.cms.test_pages import one_line, words
from tests.factories import FIRST_DAY, EditionFactory, UserFactory

URL = "/en/labs/robohouse/"


@pytest.fixture
def lab(cobots, edition, robohouse):
    Organisation.objects.filter(pk=robohouse.pk).update(street="Julianalaan 67A", postcode="2628 BC", city="Delft")
    build_lab_page(robohouse)
    return LabPage.objects.get(organisation=robohouse, locale__language_code="en")


def test_a_lab_wears_its_own_colour_and_drawing(client, lab, robohouse):
    build_lab_page(robohouse, look={"colour": "rust", "cover": 3})
    assert "band--deep paint--rust" in one_line(client.get(URL))
    assert 'class="cover cover--3"' in one_line(client.get(URL))
    assert "pcard--paint paint--rust" in one_line(client.get("/en/labs/"))


def test_what_an_editor_chose_stays(lab, robohouse):
    lab.colour = "plum"
    lab.save_revision().publish()
    build_lab_page(robohouse, look={"colour": "rust", "cover": 3})
    assert LabPage.objects.get(pk=lab.pk).colour == "plum"


def test_a_photo_stands_in_the_place_of_the_drawing_and_a_logo_beside_the_name(client, lab):
    image = Image.objects.create(title="x.png", file=get_test_image_file())
    LabPage.objects.update(cover=3, photo=image, photo_alt="The hall with six robots", logo=image)
    source = one_line(client.get(URL))
    assert 'alt="The hall with six robots"' in source
    assert "cover--3" not in source.partition('id="courses"')[0]
    assert '<p class="plate"><img alt=""' in source


def test_a_map_is_a_picture_of_our_own_with_words(client, lab):
    image = Image.objects.create(title="map.png", file=get_test_image_file())
    LabPage.objects.update(map_image=image)
    assert 'alt="Map of where RoboHouse is"' in one_line(client.get(URL))
    LabPage.objects.update(map_alt="The lab is behind the library", directions="Ring twice.")
    source = one_line(client.get(URL))
    assert 'alt="The lab is behind the library"' in source
    assert "Ring twice." in source
    assert "<iframe" not in source


def test_without_a_map_the_address_alone_leads_to_a_route(client, lab):
    source = one_line(client.get(URL))
    assert "Julianalaan 67A, 2628 BC Delft" in source
    assert 'href="https://www.openstreetmap.org/search?query=RoboHouse%2C+Julianalaan' in source


def test_a_lab_of_which_only_the_town_is_known_promises_no_route(client, lab, robohouse):
    Organisation.objects.filter(pk=robohouse.pk).update(street="", postcode="")
    assert "openstreetmap" not in one_line(client.get(URL))
    assert "Delft" in words(client.get(URL))


def test_trainers_are_those_of_editions_on_view_at_this_lab(client, lab, cobots, robohouse):
    shown, hidden, past = (
        UserFactory(given_name=name, name_prefix="", family_name="Trainer") for name in ("Shown", "Hidden", "Past")
    )
    for trainer, facts in (
        (shown, {}),
        (hidden, {"draft": True}),
        (past, {"first_day": FIRST_DAY - timedelta(days=90)}),
    ):
        EditionFactory(course=cobots, **{"first_day": FIRST_DAY + timedelta(days=5), **facts}).trainers.add(trainer)
    page = client.get(URL)
    assert "Shown Trainer" in page.context["trainers"]
    assert "Hidden Trainer" not in words(page)
    assert "Past Trainer" not in words(page)
    assert shown.email not in one_line(page)


def test_a_lab_can_be_asked_and_followed(client, lab, robohouse):
    page = client.get(URL)
    assert 'href="/en/desk/"' in one_line(page)
    assert page.context["feed_url"] == f"/feeds/en/labs/{robohouse.code}.ics"
    assert page.context["agenda_url"] == f"/en/agenda/?lab={robohouse.code}"
    assert Edition.objects.filter(provider=robohouse).exists()


def test_an_overview_without_labs_says_so(client, site):
    assert "No labs yet" in words(client.get("/en/labs/"))
