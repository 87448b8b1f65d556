"""Pages kept for visitors without a session: the same answer without the work, and never someone else's."""

import gzip
import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.actions import build_course_page, build_lab_page, build_site
from cms.models import BasePage
from courses.models import Edition
from lms.kernel.models import SiteIdentity
from lms.page_cache import VARIANTS_A_MINUTE, _key_of, begin_anew

CATALOGUE = "/nl/opleidingen/"
SECONDS = 15


@pytest.fixture
def here(settings):
    """The page cache as an installation has it, kept in the process itself."""
    settings.LMS_KEPT_PAGES = {"wagtail_serve": SECONDS, "cms:editions": 5}
    caches["pages"].clear()


@pytest.fixture(params=["locmem", "valkey"])
def kept(request, settings, here):
    """The same, also in a server."""
    if request.param == "valkey":
        address = request.getfixturevalue("broker")
        settings.CACHES = settings.CACHES | {
            "pages": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": address}
        }


@pytest.fixture
def site(db, clock, course, edition):
    SiteIdentity.objects.update(name="SMITZH")
    build_site()
    build_course_page(course)


def questions(client, address, **headers):
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address, headers=headers)
    return response, len(asked)


def page_of(edition):
    page = edition.course.pages.get(locale__language_code="nl")
    return page.url


def test_the_second_visitor_costs_no_question(client, kept, site):
    first, many = questions(client, CATALOGUE)
    second, none = questions(Client(), CATALOGUE)
    assert many > 0
    assert none == 0
    assert second.content == first.content
    assert second.status_code == 200


def test_every_kind_of_page_is_kept_and_gives_no_cookie(client, here, site, robohouse):
    build_lab_page(robohouse)
    pages = [page for kind in BasePage.__subclasses__() for page in kind.objects.live()]
    assert len({type(page) for page in pages}) >= 7
    for page in pages:
        first = client.get(page.url)
        assert first.status_code == 200, page.url
        assert not first.cookies, page.url
        assert "csrfmiddlewaretoken" not in first.content.decode(), page.url
        assert questions(client, page.url)[1] == 0, page.url


def test_a_kept_answer_carries_the_headers_of_the_first(client, here, site):
    first, second = client.get(CATALOGUE), client.get(CATALOGUE)
    assert dict(second.items()) == dict(first.items())
    assert second["Content-Language"] == "nl"
    assert second["X-Frame-Options"] == "DENY"
    assert second["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in second["Content-Security-Policy"]
    assert {"Cookie", "Accept-Encoding", "HX-Request"} <= set(second["Vary"].split(", "))


def test_no_kept_page_has_a_nonce_that_the_next_visitor_would_share(client, here, site, edition):
    for address in (CATALOGUE, page_of(edition), "/nl/"):
        for _time in range(2):
            response = client.get(address)
            assert "nonce" not in response["Content-Security-Policy"], address
            assert "nonce=" not in response.content.decode(), address
        # So every script is a file of ours, or data that is not run.
        for script in re.findall(r"<script\b[^>]*>", response.content.decode()):
            assert "src=" in script or 'type="application/ld+json"' in script, script


def test_an_answer_with_a_nonce_or_a_cookie_is_not_kept(client, here, site, settings, edition):
    settings.LMS_KEPT_PAGES = {"enrolments:enrol": SECONDS, "account_login": SECONDS}
    for address in (reverse("enrolments:enrol", args=[edition.code]), reverse("account_login")):
        assert client.get(address).cookies
        assert _kept_now() == []


def test_who_has_a_session_is_passed_by(client, here, site, amal):
    client.get(CATALOGUE)
    client.force_login(amal)
    response, asked = questions(client, CATALOGUE)
    assert asked > 0
    assert "Amal" in response.content.decode()
    assert "Amal" not in Client().get(CATALOGUE).content.decode()
    assert response.get("ETag") is None


def test_what_someone_signed_in_sees_is_not_kept(here, site, amal):
    mine = Client()
    mine.force_login(amal)
    mine.get(CATALOGUE)
    assert "Amal" not in Client().get(CATALOGUE).content.decode()


def test_languages_hosts_and_parts_are_kept_apart(client, here, site, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    whole = client.get(CATALOGUE).content.decode()
    htmx = {"HX-Request": "true", "HX-Target": "resultaten"}
    part = client.get(CATALOGUE, headers=htmx).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    again = client.get(CATALOGUE, headers=htmx | {"HX-History-Restore-Request": "true"}).content.decode()
    assert "<html" in again
    assert 'lang="en"' in client.get("/en/courses/").content.decode()
    elsewhere = client.get(CATALOGUE, headers={"Host": "other.example"}).content.decode()
    assert "http://other.example/nl/opleidingen/" in elsewhere or elsewhere != whole
    assert client.get(CATALOGUE).content.decode() == whole


def test_what_an_editor_publishes_is_seen_at_once(client, kept, site, edition, django_capture_on_commit_callbacks):
    address = page_of(edition)
    client.get(address)
    page = edition.course.pages.get(locale__language_code="nl")
    with django_capture_on_commit_callbacks(execute=True):
        page.title = "Een nieuwe naam"
        page.save_revision().publish()
    assert "Een nieuwe naam" in client.get(address).content.decode()


def test_what_a_coordinator_saves_is_seen_at_once(client, here, site, edition, django_capture_on_commit_callbacks):
    client.get(page_of(edition))
    with django_capture_on_commit_callbacks(execute=True):
        edition.course.audience_nl = "Voor wie durft."
        edition.course.save(update_fields=["audience_nl"])
    assert "Voor wie durft." in client.get(page_of(edition)).content.decode()


def test_a_page_that_was_being_made_during_a_change_is_not_kept(client, here, site, edition, settings):
    """It was read before the change and answered after it."""
    address = page_of(edition)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.shell.test_page_cache.ChangesMeanwhile"]
    Client().get(address)
    settings.MIDDLEWARE = settings.MIDDLEWARE[:-1]
    assert questions(Client(), address)[1] > 0


class ChangesMeanwhile:
    """Innermost: after the page was made, and before it was kept, a coordinator saves something."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response = response.render() if hasattr(response, "render") else response
        begin_anew()
        return response


def test_a_taken_seat_is_seen_within_the_seconds(client, here, site, edition, clock):
    address = page_of(edition)
    client.get(address)
    Edition.objects.filter(pk=edition.pk).update(seats_taken=edition.capacity)  # as claim_seat does it
    assert questions(client, address)[1] == 0
    clock.shift(timedelta(seconds=SECONDS + 1))
    assert "wachtlijst" in client.get(address).content.decode().lower()


def test_one_renews_while_others_get_what_there_is(client, here, site, edition, clock):
    address = page_of(edition)
    key = _key_of(client.get(address).wsgi_request)
    clock.shift(timedelta(seconds=SECONDS + 1))
    caches["pages"].add(f"{key}.renewing", 1, 10)  # someone is at it
    assert questions(client, address)[1] == 0
    caches["pages"].delete(f"{key}.renewing")
    assert questions(client, address)[1] > 0
    assert questions(client, address)[1] == 0


def test_nothing_older_than_twice_its_seconds_is_shown(client, here, site, edition, clock):
    key = _key_of(client.get(page_of(edition)).wsgi_request)
    clock.shift(timedelta(seconds=2 * SECONDS + 1))
    caches["pages"].add(f"{key}.renewing", 1, 10)
    assert questions(client, page_of(edition))[1] > 0


def _kept_now():
    return [key for key in caches["pages"]._cache if ":page." in key and not key.endswith("renewing")]


def test_errors_redirects_and_posts_are_not_kept(client, here, site):
    for address in ("/nl/niets/", "/nl/course/niets/", "/nl/opleidingen", "/nl/opleidingen/?q=%00"):
        client.get(address)
    client.post(CATALOGUE)
    client.head(CATALOGUE)
    assert _kept_now() == []


def test_a_browser_that_has_the_page_gets_nothing_again(client, kept, site):
    tag = client.get(CATALOGUE)["ETag"]
    again = client.get(CATALOGUE, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == tag
    assert "default-src 'none'" in again["Content-Security-Policy"]
    assert client.get(CATALOGUE, headers={"If-None-Match": 'W/"another"'}).status_code == 200
    assert client.get(CATALOGUE)["Cache-Control"] == "no-cache"


def test_a_browser_that_unpacks_gets_it_packed(client, here, site):
    plain = client.get(CATALOGUE)
    for _time in range(2):
        packed = client.get(CATALOGUE, headers={"Accept-Encoding": "gzip, br"})
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 3


def test_where_a_visitor_came_from_makes_no_page_of_its_own(client, here, site):
    client.get(CATALOGUE)
    response, asked = questions(client, f"{CATALOGUE}?utm_source=brief&fbclid=1&utm_campaign=%3Cb%3E")
    assert asked == 0
    assert "utm_source" not in response.content.decode()
    Client().get(f"{CATALOGUE}?utm_source=brief")
    assert "utm_source" not in client.get(CATALOGUE).content.decode()


def test_the_cache_cannot_be_filled_with_made_up_addresses(client, here, site, monkeypatch):
    monkeypatch.setattr("lms.page_cache.VARIANTS_A_MINUTE", 3)
    for number in range(8):
        client.get(f"/nl/agenda/?page=1&zomaar={number}")
    assert len(_kept_now()) == 3
    client.get(CATALOGUE)
    assert questions(client, CATALOGUE)[1] == 0, "a page without a query is always kept"
    client.get(f"/nl/agenda/?x={'y' * 2000}")
    assert len(_kept_now()) == 4
    assert VARIANTS_A_MINUTE < 2000


def test_the_answer_to_head_is_that_of_get(client, here, site):
    assert client.head(CATALOGUE).status_code == 200
    client.get(CATALOGUE)
    with CaptureQueriesContext(connection) as asked:
        assert client.head(CATALOGUE).status_code == 200
    assert len(asked) == 0


@pytest.mark.parametrize("query", ["?%00", "?q=%ff%fe", "?page=%F0%9F%98%80", "?" + "&".join(["q=a"] * 400), "?q=\x0b"])
def test_odd_queries_are_answered(client, here, site, query):
    assert client.get(f"{CATALOGUE}{query}").status_code in (200, 400)
    assert client.get(f"{CATALOGUE}{query}").status_code in (200, 400)


def test_the_setting_turns_it_off(client, here, site, settings):
    settings.LMS_KEPT_PAGES = {}
    client.get(CATALOGUE)
    response, asked = questions(client, CATALOGUE)
    assert asked > 0
    assert response.get("ETag") is None


def test_the_moving_part_of_a_course_page_is_kept_for_a_few_seconds(client, here, site, edition, clock):
    address = reverse("cms:editions", args=[edition.course.code])
    part, asked = questions(client, address, **{"HX-Request": "true"})
    assert asked > 0
    assert edition.code in part.content.decode()
    assert questions(client, address, **{"HX-Request": "true"})[1] == 0
    clock.shift(timedelta(seconds=6))
    assert questions(client, address, **{"HX-Request": "true"})[1] > 0
