"""Houses write their own pages, the programme office publishes them; another house's pages do not exist."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, Page, WorkflowState

from cms.models import CourseIndexPage, CoursePage, LabPage
from courses.models import Course
from lms.messages.models import Message
from lms.people.models import Organisation, User
from tests.cms.conftest import page_of
from tests.factories import CourseFactory

SECRET = "zeearend"  # the word that gives the other house's draft away


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def form_of(client: Client, page: Page) -> dict[str, Any]:
    """What the page's own form holds, to be sent again."""
    form = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).context["form"]
    data = {bound.html_name: "" if bound.value() is None else bound.value() for bound in form if bound.name != "body"}
    return data | {"body-count": "0", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}


def save(client: Client, page: Page, **changed: Any) -> Any:
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form_of(client, page) | changed)


@pytest.fixture
def theirs(published: Any, ramlab: Organisation) -> CoursePage:
    """A page of the other house, with a draft that nobody of ours may see."""
    page = page_of(published(CourseFactory(code="p-09", provider=ramlab, title_nl="Lassen", title_en="Welding")))
    page.title = f"Geheim {SECRET}"
    page.save_revision()
    return page


@pytest.fixture
def hidden(theirs: CoursePage) -> CoursePage:
    """The same, and not on the site at all."""
    theirs.title = f"Geheim {SECRET}"
    theirs.live = False
    theirs.save()
    return theirs


# Writing --------------------------------------------------------------------------------------------------------------


def test_a_coordinator_writes_the_pages_of_the_own_house_in_both_languages(cobots, chris):
    client = signed_in(chris)
    for language in ("nl", "en"):
        page = page_of(cobots, language)
        assert save(client, page, title=f"Anders {language}").status_code == 302
        page.refresh_from_db()
        assert page.get_latest_revision_as_object().title == f"Anders {language}"
        assert page.title != f"Anders {language}"  # a draft


@pytest.mark.parametrize("action", ["action-publish", "action-unpublish", "action-reject-moderation"])
def test_a_coordinator_publishes_nothing(cobots, chris, action):
    page = page_of(cobots)
    title = page.title
    save(signed_in(chris), page, title="Meteen", **{action: action})
    page.refresh_from_db()
    assert (page.title, page.live) == (title, True)


@pytest.mark.parametrize("name", ["unpublish", "delete", "lock", "unlock", "set_privacy", "copy", "move"])
def test_what_stands_on_the_site_a_coordinator_leaves_there(cobots, chris, name):
    page = page_of(cobots)
    argument = page.pk
    client = signed_in(chris)
    answer = client.post(reverse(f"wagtailadmin_pages:{name}", args=[argument]), {"restriction_type": "login"})
    page.refresh_from_db()
    assert page.live
    assert not page.locked
    assert not page.get_view_restrictions().exists()
    assert answer.status_code in (302, 403)


def test_a_coordinator_makes_a_page_for_a_course_of_the_own_house(site, chris, robohouse, ramlab):
    ours, other = CourseFactory(provider=robohouse), CourseFactory(provider=ramlab)
    client = signed_in(chris)
    room = CourseIndexPage.objects.get(locale__language_code="nl")
    address = reverse("wagtailadmin_pages:add", args=["cms", "coursepage", room.pk])
    form = client.get(address).context["form"]
    assert list(form.fields["course"].queryset) == [ours]
    data = {"title": "Nieuw", "slug": "nieuw", "introduction": "", "body-count": "0"}
    data |= {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    assert client.post(address, data | {"course": other.pk}).status_code == 200  # refused, beside the field
    assert not CoursePage.objects.filter(course=other).exists()
    assert client.post(address, data | {"course": ours.pk, "action-publish": "1"}).status_code == 302
    made = CoursePage.objects.get(course=ours)
    assert (made.live, made.owner) == (False, chris)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[made.pk])).status_code == 200


def test_what_a_coordinator_made_goes_with_the_role(site, chris, robohouse, now):
    """Wagtail lets the owner of a page edit it for ever; ours follows the house."""
    page = CoursePage(
        title="Van mij", slug="van-mij", course=CourseFactory(provider=robohouse), owner=chris, live=False
    )
    page.locale = Locale.objects.get(language_code="nl")
    CourseIndexPage.objects.get(locale__language_code="nl").add_child(instance=page)
    assert page.permissions_for_user(chris).can_edit()
    chris.memberships.update(ends_on=now.date() - timedelta(days=1), starts_on=now.date() - timedelta(days=9))
    assert not page.permissions_for_user(User.objects.get(pk=chris.pk)).can_edit()


def test_a_coordinator_makes_no_other_pages(site, chris):
    client = signed_in(chris)
    home = Page.objects.get(url_path="/home/")
    answer = client.get(reverse("wagtailadmin_pages:add", args=["cms", "standardpage", home.pk]))
    assert answer.status_code in (302, 403)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[home.pk])).status_code in (302, 403)


def test_the_lab_page_is_its_own_house_s(site, robohouse, chris, other_coordinator):
    from cms.actions import build_lab_page

    robohouse.lab_kind = Organisation.LabKind.FIELD_LAB
    robohouse.save()
    page = build_lab_page(robohouse)[0]
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert signed_in(chris).get(address).status_code == 200
    assert signed_in(other_coordinator).get(address).status_code == 404
    assert isinstance(page, LabPage)


# The other house ------------------------------------------------------------------------------------------------------


def page_addresses(page: Page) -> dict[str, str]:
    """Every address under /beheer/ that names a page."""
    from tests.contracts.permission_table import addresses

    revision = page.latest_revision_id or 1
    keys = {
        "page_id": page.pk, "parent_page_id": page.pk, "page_to_move_id": page.pk, "destination_id": page.pk,
        "pk": page.pk, "revision_id": revision, "revision_id_a": "earliest", "revision_id_b": "latest",
        "workflow_state_id": 1, "task_state_id": 1, "task_id": 1, "action_name": "approve", "page_pk": page.pk,
        "content_type_app_name": "cms", "content_type_model_name": "coursepage", "language": "en",
    }  # fmt: skip
    found = {}
    for name, pattern in addresses().items():
        wanted = set(pattern.pattern.converters) | set(getattr(pattern.pattern, "regex", None).groupindex or ())
        about = {"page_id", "parent_page_id", "page_to_move_id"} & wanted or name.endswith("revisions_compare")
        if not about or not name.startswith(("wagtailadmin_", "wagtail_localize:", "translation")):
            continue
        try:
            found[name] = reverse(name, kwargs={key: keys[key] for key in wanted})
        except NoReverseMatch:
            continue
    return found


def test_no_address_of_the_back_office_shows_another_house_s_page(hidden, chris, other_coordinator):
    """Nor does it tell that the page is there; and it is there, for the own coordinator."""
    client, own = signed_in(chris), signed_in(other_coordinator)
    asked = page_addresses(hidden)
    assert len(asked) > 30
    assert own.get(asked["wagtailadmin_pages:edit"]).status_code == 200
    before = list(Page.objects.values())
    for name, address in asked.items():
        for answer in (client.get(address), client.post(address, {"action-publish": "1"})):
            assert answer.status_code == 404, (name, answer.status_code)
            assert SECRET not in answer.content.decode()
    assert list(Page.objects.values()) == before


def lists(page: Page) -> list[str]:
    """Addresses that list pages."""
    room, home = page.get_parent(), page.get_parent().get_parent()
    chooser = reverse("wagtailadmin_choose_page")
    return [
        reverse("wagtailadmin_explore_root"),
        reverse("wagtailadmin_explore", args=[room.pk]),
        reverse("wagtailadmin_explore_results", args=[home.pk]) + f"?q={SECRET}&search_all=1",
        reverse("wagtailadmin_pages:search") + f"?q={SECRET}",
        reverse("wagtailadmin_pages:search_results") + f"?q={SECRET}",
        reverse("wagtailadmin_pages:type_use", args=["cms", "coursepage"]),
        chooser,
        reverse("wagtailadmin_choose_page_child", args=[room.pk]),
        reverse("wagtailadmin_choose_page_search") + f"?q={SECRET}",
        reverse("wagtailadmin_api:pages:listing") + f"?child_of={room.pk}&fields=*",
        reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailadmin_reports:workflow"),
        reverse("wagtailadmin_reports:workflow_tasks"),
        reverse("wagtailadmin_reports:locked_pages"),
        reverse("wagtailadmin_reports:aging_pages"),
        reverse("wagtailadmin_reports:page_types_usage"),
        reverse("wagtailadmin_home"),
    ]


def test_no_list_shows_another_house_s_draft(hidden, chris, officer, other_coordinator):
    hidden.save_revision(user=other_coordinator, log_action=True)
    hidden.get_workflow().start(hidden, other_coordinator)
    client, office = signed_in(chris), signed_in(officer)
    for address in lists(hidden):
        answer = client.get(address)
        assert "Geheim" not in answer.content.decode(), address
    shown = sum("Geheim" in office.get(address).content.decode() for address in lists(hidden))
    assert shown >= 8


@pytest.mark.parametrize("action", ["delete", "publish", "unpublish", "move"])
def test_no_choice_from_a_list_names_another_house_s_draft(hidden, chris, action):
    client = signed_in(chris)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    for query in (f"?id={hidden.pk}", "?id=all", f"?id=all&childOf={hidden.get_parent().pk}"):
        assert client.get(address + query).status_code == 404
    chosen = reverse("wagtailadmin_choose_page_chosen_multiple")
    assert client.get(f"{chosen}?id={hidden.pk}").status_code == 404


def test_one_s_own_drafts_can_be_chosen_from_the_list(cobots, chris):
    page = page_of(cobots)
    Page.objects.filter(pk=page.pk).update(live=False)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    assert signed_in(chris).get(f"{address}?id={page.pk}").status_code == 200


def test_what_stands_on_the_site_can_be_linked_to_by_anyone(theirs, chris):
    """The chooser shows the title on the site, and not the draft's."""
    client = signed_in(chris)
    answer = client.get(reverse("wagtailadmin_choose_page_child", args=[theirs.get_parent().pk]))
    assert "Lassen" in answer.content.decode()
    assert client.get(reverse("wagtailadmin_pages:edit", args=[theirs.pk])).status_code == 404


@pytest.mark.parametrize("who", ["auditor", "amal", "bo", "hr"])
def test_others_write_no_pages(request, cobots, who):
    client = signed_in(request.getfixturevalue(who))
    answer = client.get(reverse("wagtailadmin_pages:edit", args=[page_of(cobots).pk]))
    assert answer.status_code in (403, 404)


@pytest.mark.parametrize("pk", ["999999999999999999999999", "0"])
def test_a_page_that_is_not_there_is_not_found(site, chris, pk):
    assert signed_in(chris).get(f"/beheer/pages/{pk}/edit/").status_code == 404
    for query in (f"id={pk}", "id=x", "id=", "id=1&id=x", "id=%E2%91%A3"):
        assert signed_in(chris).get(f"/beheer/bulk/wagtailcore/page/delete/?{query}").status_code == 404


# Pictures -------------------------------------------------------------------------------------------------------------


def picture(user: User | None, title: str) -> Image:
    return Image.objects.create(title=title, description="Een las", file=get_test_image_file(), uploaded_by_user=user)


def test_pictures_belong_to_the_house_that_put_them_there(site, chris, other_coordinator, officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    ours, other, shared = picture(chris, "ours"), picture(other_coordinator, SECRET), picture(officer, "shared")
    client = signed_in(chris)
    listed = client.get(reverse("wagtailimages:index")).content.decode()
    assert "ours" in listed
    assert SECRET not in listed
    chooser = client.get(reverse("wagtailimages_chooser:choose")).content.decode()
    assert "ours" in chooser
    assert "shared" in chooser
    assert SECRET not in chooser
    for name in ("wagtailimages:edit", "wagtailimages:delete", "wagtailimages:image_usage"):
        assert client.get(reverse(name, args=[ours.pk])).status_code == 200
        for refused in (other, shared):
            assert client.get(reverse(name, args=[refused.pk])).status_code in (302, 403, 404), name
    assert client.get(reverse("wagtailimages_chooser:chosen", args=[other.pk])).status_code in (302, 403, 404)
    bulk = reverse("wagtail_bulk_action", args=["wagtailimages", "image", "delete"])
    assert client.get(f"{bulk}?id={other.pk}").status_code == 404
    searched = ("wagtailimages:index_results", "wagtailimages_chooser:choose_results")
    listing = reverse("wagtailadmin_api:images:listing")
    for address in (listing, f"{listing}?search=zee", *(f"{reverse(name)}?q=zee" for name in searched)):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert SECRET not in answer.content.decode(), address
    assert "shared" in client.get(reverse(searched[1]) + "?q=shared").content.decode()
    assert client.get(reverse("wagtailadmin_api:images:detail", args=[other.pk])).status_code == 404
    assert client.get(reverse("wagtailadmin_api:images:detail", args=[ours.pk])).status_code == 200
    office = signed_in(officer).get(reverse("wagtailimages:index")).content.decode()
    assert SECRET in office


# Approval -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(cobots: Course, chris: User, officer: User) -> CoursePage:
    """Sent in by Chris."""
    page = page_of(cobots)
    answer = save(signed_in(chris), page, title="Cobots, opnieuw", **{"action-submit": "action-submit"})
    assert answer.status_code == 302
    page.refresh_from_db()
    assert page.workflow_in_progress
    return page


def decide(user: User, page: CoursePage, action: str, comment: str = "") -> Any:
    state = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    return signed_in(user).post(address, {"comment": comment})


def test_the_programme_office_hears_that_a_page_waits(waiting, officer, chris):
    message = Message.objects.get(recipient=officer)
    assert message.kind == "page_submitted"
    assert "Cobots, opnieuw" in message.subject
    assert reverse("wagtailadmin_pages:edit", args=[waiting.pk]) in message.text
    assert "Chris Smit" in message.text
    assert not Message.objects.filter(recipient=chris).exists()
    assert mail.outbox == []  # the outbox sends, Wagtail does not
    assert "Cobots, opnieuw" in signed_in(officer).get("/beheer/").content.decode()
    assert "Cobots, opnieuw" in signed_in(chris).get("/beheer/").content.decode()


def test_while_it_waits_the_house_leaves_it_alone(waiting, chris):
    address = reverse("wagtailadmin_pages:edit", args=[waiting.pk])
    data = {"title": "Snel nog even", "slug": waiting.slug, "course": waiting.course_id, "body-count": "0"}
    signed_in(chris).post(address, data | {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"})
    waiting.refresh_from_db()
    assert waiting.get_latest_revision_as_object().title == "Cobots, opnieuw"


def test_only_the_programme_office_approves(waiting, chris, other_coordinator, auditor, officer):
    for user in (chris, other_coordinator, auditor):
        decide(user, waiting, "approve")
        waiting.refresh_from_db()
        assert waiting.title != "Cobots, opnieuw"
    assert decide(officer, waiting, "approve").status_code == 302
    waiting.refresh_from_db()
    assert (waiting.title, waiting.live) == ("Cobots, opnieuw", True)
    assert WorkflowState.objects.get().status == "approved"


def test_who_sent_it_in_hears_that_it_is_published(waiting, chris, officer):
    decide(officer, waiting, "approve")
    message = Message.objects.get(recipient=chris)
    assert message.kind == "page_approved"
    assert waiting.full_url in message.text


def test_who_sent_it_in_hears_what_should_be_changed(waiting, chris, officer):
    decide(officer, waiting, "reject", "De tweede zin is te lang.")
    message = Message.objects.get(recipient=chris)
    assert message.kind == "page_sent_back"
    assert "De tweede zin is te lang." in message.text
    waiting.refresh_from_db()
    assert waiting.title != "Cobots, opnieuw"
    assert save(signed_in(chris), waiting, title="Beter", **{"action-submit": "1"}).status_code == 302
    assert Message.objects.filter(recipient=officer).count() == 2


def test_the_letters_are_in_the_readers_language(cobots, chris, officer):
    officer.language = "en"
    officer.save()
    save(signed_in(chris), page_of(cobots), title="Nieuwe kop", **{"action-submit": "1"})
    message = Message.objects.get(recipient=officer)
    assert message.language == "en"
    assert "waits for your approval" in message.subject


def test_the_office_publishes_what_is_due_without_asking(cobots, officer):
    page = page_of(cobots)
    save(signed_in(officer), page, title="Van het bureau", **{"action-publish": "1"})
    page.refresh_from_db()
    assert page.title == "Van het bureau"


def test_building_the_site_twice_leaves_one_workflow(site):
    from wagtail.models import Workflow, WorkflowPage

    from cms.actions import build_site

    build_site()
    assert Workflow.objects.filter(name="Goedkeuring programmabureau").count() == 1
    assert set(WorkflowPage.objects.filter(page__depth=2).values_list("workflow__name", flat=True)) == {
        "Goedkeuring programmabureau"
    }


def test_who_may_do_what_costs_a_fixed_number_of_queries(published, chris, robohouse):
    def asked() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = signed_in(chris)
        address = reverse("wagtailadmin_explore", args=[CourseIndexPage.objects.get(locale__language_code="nl").pk])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200
        return len(queries)

    published(CourseFactory(provider=robohouse))
    published(CourseFactory(provider=robohouse))
    few = asked()
    for _ in range(4):
        published(CourseFactory(provider=robohouse))
    assert asked() <= few + 8  # a title's own link per row is Wagtail's


def test_a_notice_of_who_else_edits_asks_permission(hidden, chris):
    address = reverse("wagtailadmin_editing_sessions:ping", args=["cms", "coursepage", hidden.pk, 1])
    assert signed_in(chris).post(address).status_code == 404
