"""The picture and words that a page gets where someone shares it."""

import re
from html import unescape
from io import BytesIO

import pytest
from PIL import Image

from cms.actions import build_course_page, build_lab_page, build_site
from cms.models import HomePage
from cms.share_cards import Card, draw, writable
from lms.kernel.models import SiteIdentity


@pytest.fixture
def site(db, clock, course, edition, robohouse, settings, tmp_path):
    settings.LMS_VAR = tmp_path
    SiteIdentity.objects.update(name="SMITZH", about_nl="Leren bij ons.", about_en="Learning with us.")
    build_site()
    build_course_page(course)
    build_lab_page(robohouse)


def said(client, address):
    text = client.get(address).content.decode()
    return {
        name: unescape(value)
        for name, value in re.findall(r'<meta (?:property|name)="([a-z:_]+)" content="([^"]*)"', text)
    }


def picture(client, address):
    return said(client, address)["og:image"].removeprefix("http://testserver")


def page_of(course, language="nl"):
    return course.pages.get(locale__language_code=language)


def test_every_kind_of_page_can_be_shared(client, site, course):
    for address in ("/nl/", "/en/courses/", "/nl/agenda/", "/en/labs/", "/nl/labs/robohouse/", page_of(course).url):
        words = said(client, address)
        assert words["og:url"] == f"http://testserver{address}"
        assert words["og:title"]
        assert words["og:description"]
        assert words["og:site_name"] == "SMITZH"
        assert words["twitter:card"] == "summary_large_image"
        assert words["og:locale"] == ("nl_NL" if address.startswith("/nl/") else "en_GB")
        answer = client.get(picture(client, address))
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png"), address
        assert not answer.cookies
        assert Image.open(BytesIO(answer.content)).size == (1200, 630)


def test_the_picture_of_a_course_says_house_and_dates_in_the_page_s_language(client, site, course):
    assert said(client, page_of(course).url)["og:image:alt"].startswith(
        f"{course.title_nl} – RoboHouse – 4 t/m 25 maart 2027"
    )
    assert "4 to 25 March 2027" in said(client, page_of(course, "en").url)["og:image:alt"]
    assert picture(client, page_of(course).url) != picture(client, page_of(course, "en").url)


def test_another_title_is_another_address_and_the_old_one_leads_there(client, site, course):
    page = page_of(course)
    old = picture(client, page.url)
    assert client.get(old)["Cache-Control"] == "public, max-age=31536000, immutable"
    page.title = "Anders"
    page.save_revision().publish()
    new = picture(client, page.url)
    assert new != old
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (302, new)
    assert client.get(new).content != b""


def test_it_is_drawn_once(client, site, course, monkeypatch):
    address = picture(client, page_of(course).url)
    first = client.get(address)
    monkeypatch.setattr("cms.machines.draw", lambda _card: pytest.fail("drawn again"))
    assert client.get(address).content == first.content
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_only_live_pages_have_one(client, site, course):
    page = page_of(course)
    address = picture(client, page.url)
    page.unpublish()
    assert client.get(address).status_code == 404
    assert client.get("/share/999999/abc.png").status_code == 404
    assert client.get("/share/1/abc.png").status_code in (302, 404)


def test_nothing_of_the_address_is_drawn_or_kept(client, site, course, settings):
    page = page_of(course)
    assert client.get(f"/share/{page.pk}/anything-at-all.png?title=Mine").status_code == 302
    assert not (settings.LMS_VAR / "share").exists()
    assert client.get(f"/share/{page.pk}/..%2F..%2Fsecret.png").status_code == 404
    assert client.get(f"/share/{2**70}/abc.png").status_code == 404


# Drawing -------------------------------------------------------------------------------------------------------------


def drawn(**changes):
    return draw(Card(**{"title": "Lassen", "above": "RAMLAB", "below": "Rotterdam", "site": "SMITZH"} | changes))


@pytest.mark.once
def test_the_same_words_give_the_same_picture_and_others_another():
    assert drawn() == drawn()
    assert drawn(title="Frezen") != drawn()
    assert Card("a", "b", "c", "d").digest != Card("a", "", "bc", "d").digest
    assert len(drawn()) < 150_000


@pytest.mark.once
@pytest.mark.parametrize(
    "title",
    [
        "",
        "🚀🚀",
        "W" * 500,
        "lang " * 200,
        "Привет мир",
        "日本語",
        "a\0b",
        "Arbeidsmarktverduurzamingsprogrammaontwikkeling",
    ],
)
def test_any_title_can_be_drawn_and_stays_on_its_side(title):
    card = Image.open(BytesIO(drawn(title=title))).convert("RGB")
    # Between the words and the drawing nothing is written.
    edge = {card.getpixel((x, y)) for x in range(640, 688) for y in range(100, 520)}
    assert len(edge) == 1


@pytest.mark.once
def test_letters_that_we_do_not_have_are_left_away():
    assert (
        writable("Robots 🚀 en lasers") == "Robots  en lasers" or writable("Robots 🚀 en lasers") == "Robots en lasers"
    )


def test_the_front_page_is_shared_by_its_heading(client, site):
    page = HomePage.objects.get(locale__language_code="nl")
    assert said(client, "/nl/")["og:title"] == page.heading
