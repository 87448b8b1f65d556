"""Editors make and change these pages in the back office."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.urls import reverse
from wagtail.models import Locale, Page

from cms.models import CourseIndexPage, CoursePage
from lms.people.models import User
from tests.cms.conftest import page_of


@pytest.fixture
def editor(client, site):
    client.force_login(User.objects.create_superuser("editor@voorbeeld.example", "a long password"))
    return client


def index():
    return CourseIndexPage.objects.get(locale__language_code="nl")


@pytest.mark.parametrize(
    ("parent", "kind"),
    [
        ("/home/", "standardpage"),
        ("/home/opleidingen/", "coursepage"),
        ("/home/labs/", "labpage"),
    ],
)
def test_the_form_for_a_new_page_opens(editor, parent, kind):
    under = Page.objects.get(url_path=parent)
    assert editor.get(reverse("wagtailadmin_pages:add", args=["cms", kind, under.pk])).status_code == 200


@pytest.mark.parametrize("url_path", ["/home/", "/home/opleidingen/", "/home/agenda/", "/home/privacy/", "/home/labs/"])
def test_the_form_of_every_kind_of_page_opens(editor, url_path):
    page = Page.objects.get(url_path=url_path)
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def test_a_course_page_can_be_made_and_published(editor, course):
    data = {
        "title": "Nieuw",
        "slug": "nieuw",
        "course": course.pk,
        "introduction": "",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "action-publish",
    }
    answer = editor.post(reverse("wagtailadmin_pages:add", args=["cms", "coursepage", index().pk]), data)
    assert answer.status_code == 302
    assert editor.get("/nl/opleidingen/nieuw/").status_code == 200


def test_the_form_and_preview_of_a_course_page_open(editor, cobots, edition):
    page = page_of(cobots)
    page.body = [
        ("text", "<h2>Kop</h2><p>Tekst</p>"),
        ("quote", {"quote": "Mooi werk", "who": "Een deelnemer"}),
        ("questions", [{"question": "Mag mijn hond mee?", "answer": "<p>Nee.</p>"}]),
        ("figures", [{"value": "7", "amount": 7, "label": "labs", "note": "", "target": None, "source": "Wij"}]),
    ]
    page.save_revision().publish()
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    preview = editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert preview.status_code == 200
    text = preview.content.decode()
    for said in ("Mooi werk", "Mag mijn hond mee?", "Kop", "labs"):
        assert said in text


def test_the_preview_of_a_page_without_a_course_opens(editor):
    draft = CoursePage(title="Leeg", slug="leeg", locale=Locale.objects.get(language_code="nl"))
    answer = draft.make_preview_request()
    assert answer.status_code == 200
    assert b"Leeg" in answer.content


def test_a_course_has_one_page_per_language(cobots):
    second = CoursePage(title="Nog een", slug="nog-een", course=cobots, locale=Locale.objects.get(language_code="nl"))
    with pytest.raises(ValidationError) as refused:
        index().add_child(instance=second)
    assert list(refused.value.message_dict) == ["course"]


def test_a_course_with_a_page_cannot_be_deleted(cobots):
    with pytest.raises(ProtectedError):
        cobots.delete()


def test_pages_stand_where_they_belong(site):
    assert CoursePage.can_create_at(index())
    assert not CourseIndexPage.can_create_at(index().get_parent().specific)
    assert not CoursePage.can_create_at(index().get_parent().specific)
