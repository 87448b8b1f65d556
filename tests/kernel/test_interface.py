"""What surrounds every page: menus, the other language, who we are, and the pages for when something goes wrong."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import gettext_lazy, override

from lms.kernel import context, menu
from lms.kernel.models import SiteIdentity


class Somebody:
    """Who is signed in, as far as a menu looks."""

    is_authenticated = True
    is_staff = False

    def __str__(self):
        return "Samira el Idrissi"


class Unlooked:
    """A user that nobody may ask anything."""

    def __getattr__(self, name):
        raise AssertionError(f"asked for {name}")


@pytest.fixture
def no_items(monkeypatch):
    """An empty menu, so that what the apps registered does not matter here."""
    monkeypatch.setattr(menu, "_items", [])


def ask(path="/nl/", user=None):
    request = RequestFactory().get(path)
    request.user = user or AnonymousUser()
    return request


def labels(request, place="main"):
    return [str(entry["label"]) for entry in menu.entries(request, place)]


def test_entries_stand_in_their_order_and_place(no_items):
    menu.register(menu.Item(label="Later", url=lambda request: "/nl/b/", order=20))
    menu.register(menu.Item(label="First", url=lambda request: "/nl/a/", order=10))
    menu.register(menu.Item(label="Mine", url=lambda request: "/nl/mijn/", place="user"))
    assert labels(ask()) == ["First", "Later"]
    assert labels(ask(), "user") == ["Mine"]


def test_the_same_entry_registered_twice_stands_there_once(no_items):
    for _time in range(2):
        menu.register(menu.Item(label=gettext_lazy("Log in"), url="account_login"))
    assert len(labels(ask())) == 1


def test_an_entry_without_address_is_left_out(no_items):
    menu.register(menu.Item(label="Nowhere", url=lambda request: None))
    assert labels(ask()) == []


def test_an_entry_is_for_whom_it_says(no_items):
    menu.register(
        menu.Item(label="Office", url=lambda request: "/nl/bureau/", for_user=lambda user: user.is_authenticated)
    )
    assert labels(ask()) == []
    assert labels(ask(user=Somebody())) == ["Office"]


def test_a_menu_for_everyone_never_looks_at_who_is_there(no_items):
    menu.register(menu.Item(label="Courses", url=lambda request: "/nl/opleidingen/"))
    assert labels(ask(user=Unlooked())) == ["Courses"]


@pytest.mark.parametrize(
    ("here", "current"),
    [("/nl/opleidingen/", True), ("/nl/opleidingen/cobots/", True), ("/nl/agenda/", False), ("/nl/", False)],
)
def test_the_room_one_is_in_is_marked(no_items, here, current):
    menu.register(menu.Item(label="Courses", url=lambda request: "/nl/opleidingen/"))
    assert [entry["current"] for entry in menu.entries(ask(here), "main")] == [current]


def test_neither_the_front_page_nor_an_anchor_is_current_everywhere(no_items):
    menu.register(menu.Item(label="Home", url=lambda request: "/nl/"))
    menu.register(menu.Item(label="Dates", url=lambda request: "/nl/opleidingen/#dates"))
    assert not any(entry["current"] for entry in menu.entries(ask("/nl/opleidingen/"), "main"))


@pytest.mark.django_db
def test_who_we_are_is_said_in_the_language_of_the_page():
    SiteIdentity.objects.update(
        name="Leerhuis", subline_nl="samen leren", subline_en="learning together", about_nl="Wij."
    )
    assert context.identity("nl").subline == "samen leren"
    assert context.identity("en").subline == "learning together"
    assert context.identity("nl").name == "Leerhuis"
    assert context.identity("nl").about


def test_an_address_without_language_has_no_translation(settings):
    with override("nl"):
        assert context.translations_of(ask("/accounts/login/")) == []


def test_a_page_in_its_language_leads_to_the_other_and_keeps_its_question():
    with override("nl"):
        found = context.translations_of(ask("/nl/?q=cobot"))
    assert [(one["language"], one["label"], one["url"], one["absolute"]) for one in found] == [
        ("en", "English", "/en/?q=cobot", "http://testserver/en/?q=cobot")
    ]


class Page:
    """A Wagtail page, as far as the language switch looks."""

    class Translations(list):
        def live(self):
            return self

        def select_related(self, _name):
            return self

    class Other:
        class locale:
            language_code = "en"

        def get_url(self, request):
            return "/en/courses/working-with-cobots/"

    pk = None

    def get_translations(self):
        return self.Translations([self.Other()])


def frame(page=None, user=None, path="/nl/opleidingen/werken-met-cobots/", **values):
    with override("nl"):
        return render_to_string("base.html", {"page": page, **values}, request=ask(path, user))


def test_a_wagtail_page_leads_to_its_own_translation(no_items, db):
    html = frame(page=Page())
    assert html.count('href="/en/courses/working-with-cobots/"') == 2  # wide button, menu of phones


def test_the_frame_asks_the_database_nothing_for_a_visitor(no_items, django_assert_num_queries, db):
    """Who we are is read once a minute; the rest needs no question."""
    menu.register(menu.Item(label="Courses", url=lambda request: "/nl/opleidingen/"))
    context.identity()
    with django_assert_num_queries(0):
        html = frame(path="/nl/mijn/")
    assert "Courses" in html


def test_the_frame_has_skip_link_language_and_one_main(no_items):
    html = frame()
    assert '<html lang="nl">' in html
    assert 'class="skip" href="#main"' in html
    assert html.count("<main") == 1


def test_the_frame_has_no_inline_style_and_no_script_of_its_own(no_items, db):
    html = frame(user=Somebody())
    assert not re.search(r"\sstyle=|<style|\son\w+=", html)
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", html))


def test_every_script_is_a_file_of_ours_and_none_needs_a_nonce(no_items, db):
    """So that a page can be kept for the next visitor, who must not get this one's nonce."""
    request = ask("/nl/")
    request.csp_nonce = "abc123"
    with override("nl"):
        html = render_to_string("base.html", {}, request=request)
    scripts = re.findall(r"<script[^>]*>", html)
    assert len(scripts) >= 2
    assert all('src="/static/' in script for script in scripts)
    assert "abc123" not in html


def test_a_visitor_can_log_in_and_comes_back(no_items):
    html = frame(path="/nl/opleidingen/?q=a&b=c")
    assert 'href="/accounts/login/?next=%2Fnl%2Fopleidingen%2F%3Fq%3Da%26b%3Dc"' in html
    assert 'id="rooms"' not in html


def test_who_is_signed_in_sees_name_and_rooms(no_items):
    menu.register(menu.Item(label="My learning", url=lambda request: "/nl/mijn/", place="user", icon="graduation-cap"))
    html = frame(user=Somebody())
    assert "Samira el Idrissi" in html
    assert "My learning" in html
    assert 'href="/accounts/logout/"' in html


def test_the_title_says_first_that_a_form_was_not_right(no_items):
    class Wrong:
        is_bound = True
        errors = {"name": ["no"]}

    with override("en"):
        html = render_to_string("base.html", {"form": Wrong()}, request=ask("/en/"))
    assert "<title>Error: " in html


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_pages_of_last_resort_need_nothing_and_speak_both_languages(name):
    html = render_to_string(name)
    assert 'lang="nl"' in html
    assert 'lang="en"' in html


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html", "429.html"])
def test_the_pages_for_what_may_not_be_are_drawn_in_the_frame(no_items, name):
    with override("en"):
        html = render_to_string(name, {"request_path": "/en/x/"}, request=ask("/en/x/"))
    assert 'class="site-head"' in html
    assert html.count("<h1") == 1


# Signing in ----------------------------------------------------------------------------------------------------------


def test_the_sign_in_page_has_one_form_with_address_and_password(no_items, client, db):
    html = client.get("/accounts/login/").content.decode()
    assert html.count('name="login"') == 1
    assert html.count('name="password"') == 1
    assert 'class="site-head"' in html


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/"])
def test_the_pages_of_signing_in_stand_in_our_frame(no_items, client, db, path):
    html = client.get(path).content.decode()
    assert 'class="site-head"' in html
    assert "placeholder" not in html
    assert not re.search(r"\sstyle=|<style|\son\w+=", html)


def test_a_mail_is_drawn_in_html_and_in_words():
    values = {
        "subject": "Your place",
        "greeting_name": "Samira",
        "facts": [("When", "4 March 2027"), ("Bring", "")],
        "action_url": "https://leren.example/x",
        "action_label": "See your enrolment",
    }
    with override("en"):
        html, text = render_to_string("email/base.html", values), render_to_string("email/base.txt", values)
    for said in ("Samira", "4 March 2027", "https://leren.example/x", "See your enrolment"):
        assert said in html
        assert said in text
    assert "Bring" not in html
    assert "Bring" not in text
