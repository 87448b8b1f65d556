"""Courses in Wagtail's admin: menu, front page, the decision to publish. The screens are in back_office/."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.base import ViewSetGroup

from courses.actions import EditionIncomplete, NothingToDecide, copy_course, decide_to_run, publish_edition
from courses.back_office.clashes import clashes_page
from courses.back_office.copying import copy_page
from courses.back_office.editions import EditionChooserViewSet, EditionViewSet, SessionViewSet
from courses.back_office.facts import (
    HOUSE,
    CourseSkillViewSet,
    CourseViewSet,
    LearningOutcomeViewSet,
    PartViewSet,
    PriceViewSet,
    SkillViewSet,
    ThemeViewSet,
)
from courses.back_office.importing import catalogue_page, export_page, import_page
from courses.back_office.interests import InterestViewSet, SubsidyViewSet, demand_page
from courses.back_office.places import ClosedPeriodViewSet, LocationViewSet, RoomViewSet
from courses.back_office.trainers import trainers_page
from courses.models import Course, Edition
from lms.kernel.back_office import Decision, Refused, register_decision
from lms.kernel.states import TransitionRefused
from lms.people.models import Role, User


class CoursesGroup(ViewSetGroup):
    """One menu for what is taught and when."""

    menu_label = gettext_lazy("Courses")
    menu_icon = "openquote"
    menu_order = 110
    submenu_hook = "register_courses_menu_item"
    items = (
        CourseViewSet("courses"),
        EditionViewSet("editions"),
        SessionViewSet("sessions"),
        LearningOutcomeViewSet("outcomes"),
        CourseSkillViewSet("course-skills"),
        PriceViewSet("prices"),
        PartViewSet("parts"),
        LocationViewSet("locations"),
        RoomViewSet("rooms"),
        ClosedPeriodViewSet("closed-periods"),
        SkillViewSet("skills"),
        ThemeViewSet("themes"),
        InterestViewSet("interests"),
        SubsidyViewSet("subsidies"),
    )


class OfTheHouse(MenuItem):
    """An entry for coordinators and the programme office."""

    def is_shown(self, request: Any) -> bool:
        return request.user.holds(*HOUSE)


@hooks.register("register_courses_menu_item")
def trainers_in_the_menu() -> MenuItem:
    return OfTheHouse(gettext_lazy("Trainers"), reverse_lazy("trainers"), name="trainers", icon_name="user", order=910)


@hooks.register("register_courses_menu_item")
def clashes_in_the_menu() -> MenuItem:
    return OfTheHouse(gettext_lazy("Clashes"), reverse_lazy("clashes"), name="clashes", icon_name="warning", order=920)


@hooks.register("register_courses_menu_item")
def demand_in_the_menu() -> MenuItem:
    label = gettext_lazy("Who waits for a date")
    return OfTheHouse(label, reverse_lazy("demand"), name="demand", icon_name="mail", order=930)


@hooks.register("register_courses_menu_item")
def spreadsheets_in_the_menu() -> MenuItem:
    label = gettext_lazy("Import and export")
    return OfTheHouse(label, reverse_lazy("catalogue"), name="catalogue", icon_name="table", order=930)


@hooks.register("register_admin_urls")
def pages_of_the_house() -> list[URLPattern]:
    return [
        path("editions/new-from/<int:pk>/", copy_page, name="copy_edition"),
        path("clashes/", clashes_page, name="clashes"),
        path("trainers/", trainers_page, name="trainers"),
        path("catalogue/", catalogue_page, name="catalogue"),
        path("catalogue/<uuid:uuid>/", import_page, name="catalogue_import"),
        path("catalogue/<slug:name>.<slug:file_format>", export_page, name="catalogue_export"),
        path("who-waits/", demand_page, name="demand"),
    ]


class ComingEditions(Component):
    """On the front page: what still has to be published, and what begins first."""

    name = "coming_editions"
    template_name = "back_office/coming_editions.html"
    order = 50
    FEW = 8

    def __init__(self, user: User) -> None:
        self.user = user

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        editions = Edition.objects.filter(pk__in=Edition.objects.visible_to(self.user)).select_related("course")
        drafts = editions.filter(state=Edition.State.DRAFT).order_by("code")[: self.FEW]
        coming = editions.upcoming(timezone.now())[: self.FEW]
        may_edit = self.user.holds(*HOUSE)
        return {"lists": [(_("Not published yet"), drafts), (_("Beginning soon"), coming)], "may_edit": may_edit}


@hooks.register("construct_homepage_panels")
def editions_on_the_front_page(request: Any, panels: list[Any]) -> None:
    if request.user.holds(Role.COORDINATOR, Role.OFFICER, Role.AUDITOR):
        panels.append(ComingEditions(request.user))


@hooks.register("construct_main_menu")
def only_what_one_works_with(request: Any, menu_items: list[Any]) -> None:
    """Reports and help are about pages: who edits none is better off without."""
    if not user_has_any_page_permission(request.user):
        menu_items[:] = [item for item in menu_items if item.name not in {"reports", "help", "explorer"}]


@hooks.register("register_admin_viewset")
def courses_in_the_back_office() -> list[Any]:
    return [CoursesGroup(), EditionChooserViewSet("edition-chooser")]


def _publish(edition: Edition, by: User) -> str:
    try:
        publish_edition(edition, by=by, at=timezone.now())
    except EditionIncomplete as incomplete:
        missing = "; ".join(map(str, incomplete.lacking))
        raise Refused(_("Not published yet. Still missing: %(lacking)s.") % {"lacking": missing}) from None
    except TransitionRefused:
        raise Refused(_("This edition is no longer a draft.")) from None
    return _("Edition %(code)s is published.") % {"code": edition.code}


@hooks.register("register_admin_urls")
def decisions_about_editions() -> list:
    return register_decision(
        Decision(
            model=Edition,
            name="publish",
            label=gettext_lazy("Publish"),
            question=gettext_lazy(
                "Publish this edition? From then on visitors see it, and enrolment opens on its date."
            ),
            verb="publish",
            icon="upload",
            carry_out=_publish,
            possible=lambda edition: edition.state == Edition.State.DRAFT,
        )
    )


def _decide_to_run(edition: Edition, by: User) -> str:
    try:
        decide_to_run(edition, by=by, at=timezone.now())
    except NothingToDecide:
        raise Refused(_("There is nothing to decide about this edition any more.")) from None
    return _("Edition %(code)s goes ahead.") % {"code": edition.code}


@hooks.register("register_admin_urls")
def decision_to_run() -> list:
    return register_decision(
        Decision(
            model=Edition,
            name="go",
            label=gettext_lazy("It goes ahead"),
            question=gettext_lazy(
                "Let this edition go ahead, with fewer people than its minimum? The page of the course then no longer "
                "says that it is not certain. If it does not go ahead, cancel it instead."
            ),
            verb="decide",
            icon="check",
            carry_out=_decide_to_run,
            possible=lambda edition: edition.awaits_go(timezone.now()),
        )
    )


def _copy_course(course: Course, by: User) -> str:
    made = copy_course(course, by=by)
    return _("Course %(code)s is made, with the same outcomes, skills and prices.") % {"code": made.code}


@hooks.register("register_admin_urls")
def decisions_about_courses() -> list:
    return register_decision(
        Decision(
            model=Course,
            name="copy",
            label=gettext_lazy("Make a copy"),
            question=gettext_lazy(
                "Make a course like this one, with its outcomes, skills and prices? It gets a code of its own, has no "
                "editions, and visitors do not see it before it has a page."
            ),
            verb="edit",
            icon="copy",
            carry_out=_copy_course,
            possible=lambda _course: True,
        )
    )
