"""Editors make and change these pages in the back office."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from wagtail.blocks import StreamValue
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, Page, get_page_models
from wagtail.rich_text import RichText

from cms.blocks import ProseBlock, TextBlock
from cms.models import BasePage, CourseIndexPage, CoursePage
from cms.tasks import publish_scheduled
from courses.models import Course
from enrolments.models import Enrolment
from lms.people.models import User
from tests.cms.conftest import page_of
from tests.cms.test_workflow import form_of, signed_in


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


def test_no_page_and_no_block_of_it_takes_a_citizen_service_number(editor, course):
    data = {
        "title": "Nieuw",
        "slug": "nieuw",
        "course": course.pk,
        "introduction": "Bel Jan, 111222333.",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "quote",
        "body-0-id": "",
        "body-0-value-quote": "Mijn nummer is 111 222 333",
        "body-0-value-who": "Jan",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "action-publish",
    }
    answer = editor.post(reverse("wagtailadmin_pages:add", args=["cms", "coursepage", index().pk]), data)
    assert {"introduction", "body"} <= set(answer.context["form"].errors)
    assert not CoursePage.objects.filter(slug="nieuw").exists()


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


# Blocks ---------------------------------------------------------------------------------------------------------------


def prose_blocks():
    return ProseBlock().child_blocks


def test_every_block_says_what_it_is_for_and_shows_itself(editor):
    """In the choice of blocks: an icon of its own, a name, a sentence, a group, a preview with our style sheet."""
    for name, block in prose_blocks().items():
        assert block.get_description(), name
        assert block.meta.group, name
        assert block.meta.icon not in ("placeholder", ""), name
        assert block.is_previewable, name
        answer = editor.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
        assert answer.status_code == 200, name
        assert "css/design.css" in answer.content.decode()
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert len({block.meta.icon for block in prose_blocks().values()}) == len(prose_blocks())


@pytest.mark.parametrize(
    "html",
    [
        '<p>Kijk <a href="https://example.org/"></a></p>',
        '<p><a href="#">Regels</a></p>',
        '<p><a href="https://">Regels</a></p>',
        "<p><a>Regels</a></p>",
    ],
)
def test_a_link_that_nobody_can_follow_is_not_published(html):
    with pytest.raises(ValidationError):
        TextBlock().clean(RichText(html))


@pytest.mark.parametrize(
    "html",
    ['<p><a href="mailto:a@b.example">Mail ons</a></p>', '<p><a linktype="page" id="3">De opleiding</a></p>', ""],
)
def test_a_link_that_leads_somewhere_is_fine(html):
    assert TextBlock(required=False).clean(RichText(html)).source == html


def test_rich_text_offers_little():
    assert set(TextBlock().features) == {"h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"}


def test_a_picture_without_words_is_not_published(site, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    image = Image.objects.create(title="Las", description="", file=get_test_image_file())
    block = prose_blocks()["picture"]

    def clean(**words):
        return block.clean(block.to_python({"image": {"image": image.pk, **words}, "caption": ""}))

    with pytest.raises(ValidationError):
        clean(alt_text="", decorative=False)
    assert clean(alt_text="Een las van dichtbij.", decorative=False)
    assert clean(alt_text="", decorative=True)


def test_a_picture_comes_in_the_size_that_fits(site, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    image = Image.objects.create(
        title="Las",
        description="Een las.",
        file=get_test_image_file(size=(2000, 1000)),
        focal_point_x=1900,
        focal_point_y=500,
    )
    block = prose_blocks()["picture"]
    value = block.to_python({"image": {"image": image.pk, "alt_text": "Een las van dichtbij."}, "caption": "Zo"})
    html = block.render(value)
    for said in (
        "480w",
        "800w",
        "1200w",
        "sizes=",
        'loading="lazy"',
        "width=",
        "height=",
        'alt="Een las van dichtbij."',
    ):
        assert said in html, said
    assert html.count(".webp") >= 3


# Pictures -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("description", "refused"), [("", True), ("  ", True), ("foto.JPG", True), ("Twee mensen bij een robotarm.", False)]
)
def test_a_picture_is_uploaded_with_words_for_who_cannot_see_it(editor, settings, tmp_path, description, refused):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("foto.png", get_test_image_file().file.getvalue())
    data = {"title": "Foto", "file": file, "description": description, "collection": "1"}
    for address in (reverse("wagtailimages:add"), reverse("wagtailimages_chooser:create")):
        file.seek(0)
        editor.post(
            address, {f"image-chooser-upload-{key}" if "chooser" in address else key: one for key, one in data.items()}
        )
    assert Image.objects.exists() is not refused


def test_many_pictures_at_once_are_asked_for_their_words_one_by_one(editor, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("foto.png", get_test_image_file().file.getvalue())
    answer = editor.post(
        reverse("wagtailimages:add_multiple"),
        {"files[]": file, "collection": "1"},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert answer.status_code == 200
    assert not Image.objects.exists()  # kept aside until someone says what it shows
    assert "description" in answer.json()["form"]


# Preview --------------------------------------------------------------------------------------------------------------


def everything_in_form(client, page):
    """What the browser sends, texts and all: as the last revision has it."""
    form = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).context["form"]
    return sent(form) | {"title": page.title, "slug": page.slug}


def sent(form):
    data = {}
    for bound in form:
        value = bound.value()
        data[bound.html_name] = "" if value is None or isinstance(value, StreamValue) else value
        data[f"{bound.html_name}-count"] = "0"
    for name in form.formsets:
        data |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    return data


@pytest.mark.parametrize("mode", ["", "other"])
def test_every_kind_of_page_can_be_previewed_in_both_languages(editor, cobots, edition, mode):
    for page in Page.objects.filter(depth__gt=1).specific():
        language = page.locale.language_code
        address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
        assert editor.post(address, everything_in_form(editor, page)).json()["is_valid"], page
        answer = editor.get(address, {"mode": mode})
        assert answer.status_code == 200, page
        spoken = {"nl": "en", "en": "nl"}[language] if mode == "other" else language
        assert f'<html lang="{spoken}"' in answer.content.decode(), (page, mode)
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in policy
        assert "'unsafe-inline'" not in policy


def creatable():
    return [model for model in get_page_models() if issubclass(model, BasePage) and model.is_creatable]


@pytest.mark.parametrize("model", creatable(), ids=lambda model: model.__name__)
def test_a_new_page_of_every_kind_can_be_previewed_before_anything_is_chosen(editor, model):
    parents = [page for page in Page.objects.all() if page.specific_class in model.allowed_parent_page_models()]
    parent = next(page for page in parents if page.locale.language_code == "en" or page.depth == 1)
    address = reverse("wagtailadmin_pages:preview_on_add", args=["cms", model._meta.model_name, parent.pk])
    form = editor.get(reverse("wagtailadmin_pages:add", args=["cms", model._meta.model_name, parent.pk]))
    if form.status_code != 200:  # one of these is enough
        assert form.status_code == 302
        return
    data = sent(form.context["form"]) | {"title": "Nieuw hier", "slug": "nieuw-hier"}
    told = editor.post(address, data).json()
    assert told == {"is_valid": True, "is_available": True}
    assert editor.get(address).status_code == 200


def test_a_public_page_is_in_nobody_s_frame(client, cobots):
    answer = client.get("/nl/opleidingen/")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


# Draft, schedule, together --------------------------------------------------------------------------------------------


def dated(page, **when):
    data = form_of(signed_in(User.objects.get(is_superuser=True)), page)
    return data | {name: timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") for name, moment in when.items()}


def test_a_page_is_published_and_taken_down_at_its_moment(editor, cobots, clock, now):
    page = page_of(cobots)
    was = page.title
    at, until = now + timedelta(days=1), now + timedelta(days=2)
    data = dated(page, go_live_at=at, expire_at=until) | {"title": "Pas morgen", "action-publish": "1"}
    assert editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data).status_code == 302
    page.refresh_from_db()
    assert (page.title, page.live) == (was, True)
    clock.move_to(at - timedelta(minutes=1))
    publish_scheduled()
    page.refresh_from_db()
    assert page.title == was
    clock.move_to(at + timedelta(minutes=1))
    publish_scheduled()
    publish_scheduled()
    page.refresh_from_db()
    assert (page.title, page.live) == ("Pas morgen", True)
    clock.move_to(until + timedelta(minutes=1))
    publish_scheduled()
    page.refresh_from_db()
    assert (page.live, page.expired) == (False, True)


def test_the_history_of_a_built_page_begins_with_what_stood_there(editor, cobots):
    page = page_of(cobots)
    was = page.title
    for title in ("Eerst", "Daarna"):
        editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form_of(editor, page) | {"title": title})
    titles = [revision.as_object().title for revision in page.revisions.order_by("pk")]
    assert titles == [was, "Eerst", "Daarna"]
    page.refresh_from_db()
    assert (page.title, page.live_revision.as_object().title) == (was, was)


@pytest.mark.once
def test_the_clock_publishes_every_minute():
    from lms.celery import EVERY_MINUTE, app

    tasks = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert tasks["cms.tasks.publish_scheduled"] == EVERY_MINUTE
    assert publish_scheduled.name == "cms.tasks.publish_scheduled"


def test_a_page_saves_itself_as_a_draft(editor, cobots):
    page = page_of(cobots)
    data = form_of(editor, page) | {"title": "Vanzelf bewaard"}
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert "data-w-autosave" in editor.get(address).content.decode()
    answer = editor.post(address, data, headers={"Accept": "application/json"})
    assert answer.json()["success"] is True
    page.refresh_from_db()
    assert page.title != "Vanzelf bewaard"
    assert page.get_latest_revision_as_object().title == "Vanzelf bewaard"


def test_two_editors_of_one_page_hear_of_each_other(editor, cobots, officer):
    page = page_of(cobots)
    page.save_revision()
    address = reverse("wagtailadmin_editing_sessions:ping", args=["wagtailcore", "page", page.pk, 0])
    editor.post(address, {"is_editing": "1"})
    heard = signed_in(officer).post(address, {"is_editing": "1"}).json()
    assert [one["is_editing"] for one in heard["other_sessions"]] == [True]


@pytest.mark.parametrize("act", ["unpublish", "delete"])
def test_taking_a_page_away_leaves_the_enrolments(editor, cobots, enrolled, act):
    before = list(Enrolment.objects.values())
    for language in ("nl", "en"):
        assert editor.post(reverse(f"wagtailadmin_pages:{act}", args=[page_of(cobots, language).pk])).status_code == 302
    assert not CoursePage.objects.live().filter(course=cobots).exists()
    assert list(Enrolment.objects.values()) == before
    assert Course.objects.filter(pk=cobots.pk).exists()
