"""Which pages say in one language what they do not say in the other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.actions import build_course_page
from cms.models import CoursePage, TranslationCheck
from cms.translations import (
    State,
    check_translation,
    make_translation,
    state_of,
    translatable_pages,
    with_house,
    with_other_language,
)
from tests.cms.conftest import page_of
from tests.cms.test_workflow import signed_in
from tests.factories import CourseFactory


def states() -> dict[tuple[str, str], str]:
    """By title and language of a page: how the other language stands to it."""
    rows = with_other_language(translatable_pages()).values_list("title", "locale__language_code", "other_state")
    return {(title, language): state for title, language, state in rows}


def change(page: Page, title: str = "") -> Page:
    page.title = title or page.title
    page.save_revision()
    return page


def test_what_was_made_together_says_the_same(cobots):
    assert set(states().values()) == {State.CURRENT}


def test_a_change_leaves_the_other_language_behind(cobots, clock):
    dutch, english = page_of(cobots, "nl"), page_of(cobots, "en")
    change(dutch)
    assert state_of(english) == State.BEHIND
    assert state_of(dutch) == State.CURRENT


def test_bringing_the_other_up_to_date_is_said_by_a_person(cobots, clock, officer, now):
    """A change of the other page may have been a comma: only who has compared the two knows."""
    dutch, english = page_of(cobots, "nl"), page_of(cobots, "en")
    change(dutch)
    clock.shift(timedelta(hours=1))
    change(english)
    assert state_of(english) == State.BEHIND
    check_translation(english, by=officer, at=now)
    assert (state_of(dutch), state_of(english)) == (State.CURRENT, State.CURRENT)
    clock.shift(timedelta(hours=1))
    change(english)
    assert (state_of(dutch), state_of(english)) == (State.BEHIND, State.CURRENT)
    assert TranslationCheck.objects.filter(by=officer).count() == 2


def test_publishing_a_draft_is_no_change_of_text(cobots, clock, officer, now):
    dutch, english = page_of(cobots, "nl"), page_of(cobots, "en")
    revision = change(dutch, "Anders").latest_revision
    check_translation(english, by=officer, at=now)
    clock.shift(timedelta(hours=1))
    revision.publish()
    assert state_of(english) == State.CURRENT


def test_a_page_in_one_language_is_missing_in_the_other(cobots):
    page_of(cobots, "en").delete()
    assert states()["Cobots in de praktijk", "nl"] == State.MISSING


def test_a_translation_begins_as_a_copy_and_waits(cobots, chris, now):
    page_of(cobots, "en").delete()
    dutch = page_of(cobots, "nl")
    made = make_translation(dutch, "en", by=chris, at=now)
    assert isinstance(made, CoursePage)
    assert (made.live, made.course, made.translation_key) == (False, cobots, dutch.translation_key)
    assert made.get_parent().locale.language_code == "en"
    assert state_of(made) == State.WAITING
    check_translation(made, by=chris, at=now)
    assert state_of(made) == State.CURRENT


# The report -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_houses(cobots, published, ramlab) -> Any:
    return published(CourseFactory(provider=ramlab, title_nl="Zeearend", title_en="Sea eagle"))


def shown(user: Any, **query: str) -> str:
    user.language = "en"
    user.save()
    answer = signed_in(user).get(reverse("translations"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_report_tells_what_is_out_of_date(cobots, officer):
    change(page_of(cobots, "nl"))
    text = shown(officer, state="behind")
    assert "Cobots in de praktijk" in text
    assert "Cobots in practice" in text
    assert "out of date" in text.lower()
    assert "Cobots in de praktijk" not in shown(officer, state="missing")


def test_the_report_is_filtered_by_house_and_language(two_houses, officer, robohouse):
    text = shown(officer, house=str(robohouse.pk))
    assert "Cobots in de praktijk" in text
    assert "Sea eagle" not in text
    english = officer_language = Page.objects.get(title="Sea eagle").locale_id
    text = shown(officer, language=str(english))
    assert officer_language == english
    assert "Sea eagle</a>" in " ".join(text.split()).replace(" </a>", "</a>")


def test_the_report_goes_to_the_page_that_is_missing(cobots, officer):
    page_of(cobots, "en").delete()
    address = reverse("make_translation", args=[page_of(cobots).pk, "en"])
    assert address in shown(officer, state="missing")
    client = signed_in(officer)
    assert client.get(address).status_code == 200
    assert not CoursePage.objects.filter(course=cobots, locale__language_code="en").exists()
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 302  # twice makes one
    assert CoursePage.objects.filter(course=cobots, locale__language_code="en").count() == 1


def test_a_coordinator_sees_the_own_house_s_pages_alone(two_houses, chris):
    text = shown(chris)
    assert "Cobots in de praktijk" in text
    assert "Sea eagle" not in text
    exported = signed_in(chris).get(reverse("translations"), {"export": "csv"})
    content = b"".join(exported.streaming_content).decode()
    assert "Cobots" in content
    assert "Zeearend" not in content


@pytest.mark.parametrize("name", ["check_translation", "translation_draft"])
def test_another_house_s_pages_are_not_compared(two_houses, chris, name):
    page = page_of(two_houses)
    client = signed_in(chris)
    assert client.get(reverse(name, args=[page.pk])).status_code == 404
    assert client.post(reverse(name, args=[page.pk])).status_code == 404
    assert client.post(reverse("make_translation", args=[page.pk, "en"])).status_code == 404
    assert not TranslationCheck.objects.exists()


def test_comparing_shows_both_and_notes_that_they_say_the_same(cobots, chris):
    chris.language = "en"
    chris.save()
    dutch, english = page_of(cobots, "nl"), page_of(cobots, "en")
    change(dutch, "Cobots, en nu echt")
    client = signed_in(chris)
    address = reverse("check_translation", args=[english.pk])
    page = client.get(address).content.decode()
    for one in (dutch, english):
        draft = reverse("translation_draft", args=[one.pk])
        assert draft in page
        answer = client.get(draft)
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
    assert "Cobots, en nu echt" in client.get(reverse("translation_draft", args=[dutch.pk])).content.decode()
    assert client.post(address).status_code == 302
    assert state_of(english) == State.CURRENT


def test_the_editor_warns_that_the_other_language_changed(cobots, chris):
    chris.language = "en"
    chris.save()
    change(page_of(cobots, "nl"))
    client = signed_in(chris)
    behind = client.get(reverse("wagtailadmin_pages:edit", args=[page_of(cobots, "en").pk])).content.decode()
    assert "This page changed in Dutch since the two were last compared." in behind
    ahead = client.get(reverse("wagtailadmin_pages:edit", args=[page_of(cobots, "nl").pk])).content.decode()
    assert "since the two were last compared" not in ahead


def test_the_list_of_pages_shows_house_and_language(cobots, officer):
    officer.language = "en"
    officer.save()
    change(page_of(cobots, "nl"))
    room = page_of(cobots, "nl").get_parent()
    text = signed_in(officer).get(reverse("wagtailadmin_explore", args=[room.pk])).content.decode()
    assert "RoboHouse" in text
    assert "out of date" in text.lower()


def test_the_report_costs_the_same_however_many_pages_there_are(
    published, officer, robohouse, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(officer)

    def asked() -> int:
        client.get(reverse("translations"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("translations")).status_code == 200
        return len(queries)

    published(CourseFactory(provider=robohouse))
    few = asked()
    for _ in range(4):
        build_course_page(CourseFactory(provider=robohouse))
    assert asked() == few


def test_pages_know_their_house(two_houses):
    rows = dict(
        with_house(Page.objects.filter(title__in=["Sea eagle", "Cobots in practice"])).values_list(
            "title", "house_name"
        )
    )
    assert rows == {"Sea eagle": "RAMLAB", "Cobots in practice": "RoboHouse"}


@pytest.mark.parametrize(
    "query", ["state=x", "house=x", "language=999999999999999999999", "p=x", "export=x", "ordering=x"]
)
def test_odd_questions_get_an_answer(cobots, officer, query):
    answer = signed_in(officer).get(f"{reverse('translations')}?{query}")
    assert answer.status_code in (200, 404)


def test_a_day_is_kept_with_its_moment(cobots, officer):
    check_translation(page_of(cobots), by=officer, at=timezone.now())
    assert TranslationCheck.objects.filter(at__isnull=False).count() == 2
