"""Every kind of page is valid HTML, by the validator that the W3C runs."""

import json
import subprocess
from datetime import timedelta

import pytest
from django.urls import reverse

from cms.actions import build_course_page, build_lab_page, build_site
from cms.models import BasePage
from lms.kernel.models import SiteIdentity
from tests.factories import FIRST_DAY, EditionFactory
from tests.tools import VNU

# What the boxes in a part belong to, on the page around it.
FORMS = '<form id="facets"></form><form id="compare"></form>'

pytestmark = [pytest.mark.needs("vnu"), pytest.mark.once]


@pytest.fixture
def site(db, clock, course, edition, robohouse, enrolled):
    SiteIdentity.objects.update(name="SMITZH", about_nl="Leren bij ons.", about_en="Learning with us.")
    build_site()
    build_course_page(course)
    build_lab_page(robohouse)
    EditionFactory(course=course, cancelled=True, first_day=FIRST_DAY + timedelta(days=9))
    EditionFactory(course=course, capacity=1, seats_taken=1, first_day=FIRST_DAY + timedelta(days=30))


def addresses(edition):
    """All that is there in the tree of pages, and the rooms that anyone may enter."""
    pages = [page.url for kind in BasePage.__subclasses__() for page in kind.objects.live()]
    return [
        *pages,
        "/nl/opleidingen/?q=cobt",
        "/nl/opleidingen/?q=nietsdatbestaat",
        "/en/courses/?page=99",
        reverse("enrolments:enrol", args=[edition.code]),
        reverse("account_login"),
        reverse("account_request_login_code"),
        reverse("verify_search"),
        "/nl/dit-is-er-niet/",
    ]


def test_every_public_page_is_valid(client, site, edition, tmp_path):
    names = {}
    for number, address in enumerate(addresses(edition)):
        response = client.get(address)
        assert response.status_code == (404 if "niet/" in address else 200), address
        names[f"{number}.html"] = address
        (tmp_path / f"{number}.html").write_bytes(response.content)
    assert len(names) > 20
    assert complaints(tmp_path, names) == []


def test_the_parts_that_htmx_puts_into_a_page_are_valid_there(client, site, edition, tmp_path):
    """Each within an empty page: ids twice in one part, and elements that do not nest, would show."""
    asked = {
        "/nl/opleidingen/": {"HX-Request": "true", "HX-Target": "resultaten"},
        reverse("cms:editions", args=[edition.course.code]): {"HX-Request": "true"},
    }
    names = {}
    for number, (address, headers) in enumerate(asked.items()):
        part = client.get(address, headers=headers).content.decode()
        assert "<html" not in part
        names[f"{number}.html"] = address
        page = f'<!doctype html><html lang="nl"><meta charset="utf-8"><title>x</title>{FORMS}{part}'
        (tmp_path / f"{number}.html").write_text(page)
    assert complaints(tmp_path, names) == []


def test_the_validator_finds_what_is_wrong(tmp_path):
    text = '<!doctype html><html lang="nl"><title>x</title><p id="a"><p id="a"><ul><b>x</b></ul>'
    (tmp_path / "0.html").write_text(text)
    assert len(complaints(tmp_path, {"0.html": "wrong"})) == 2


def complaints(folder, names):
    """What it says of each page."""
    files = [folder / name for name in names]
    ran = subprocess.run(
        ["java", "-jar", VNU, "--errors-only", "--exit-zero-always", "--format", "json", "--stdout", *files],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [
        f"{names[one['url'].rpartition('/')[2]]}: {one['message']} {one.get('extract', '')}"
        for one in json.loads(ran.stdout)["messages"]
    ]
