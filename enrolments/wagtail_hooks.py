"""Enrolments in the back office: to look at, and the decision to cancel an edition."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from courses.audiences import learner_categories
from courses.back_office.facts import OfCourse
from courses.models import Edition
from enrolments.actions import cancel_edition
from enrolments.models import Assessment, Enrolment, LearnerCategory
from lms.kernel.back_office import Decision, ReadOnlyViewSet, Refused, register_decision
from lms.kernel.states import TransitionRefused
from lms.people.models import Role, User

learner_categories[:] = LearnerCategory.choices


class EnrolmentViewSet(ReadOnlyViewSet):
    model = Enrolment
    url_namespace = "back-office-enrolments"  # "enrolments" is where the public pages are
    icon = "group"
    may_view = (Role.COORDINATOR, Role.OFFICER, Role.AUDITOR)
    list_display = ["code", "learner", "edition", "state", "category", "created_at"]
    list_filter = ["state", "category", "edition__course"]
    list_select_related = ["learner", "edition"]
    search_fields = ["code", "edition__code", "learner__given_name", "learner__family_name", "learner__email"]
    inspect_view_fields = [
        "code", "learner", "edition", "state", "category", "employer", "institution", "created_at", "waitlisted_at",
        "offer_expires_at", "ended_at", "outcome", "attended_minutes", "planned_minutes",
    ]  # fmt: skip
    says = {
        "enrolment.requested": gettext_lazy("Asked for"),
        "enrolment.request_lapsed": gettext_lazy("Request ended without an answer"),
        "enrolment.confirmed": gettext_lazy("Place confirmed"),
        "enrolment.waitlisted": gettext_lazy("On the waiting list"),
        "enrolment.offered": gettext_lazy("Place offered"),
        "enrolment.offer_declined": gettext_lazy("Offer declined"),
        "enrolment.offer_lapsed": gettext_lazy("Offer lapsed"),
        "enrolment.declined": gettext_lazy("Not accepted"),
        "enrolment.withdrawn": pgettext_lazy("enrolment", "Withdrawn"),
        "enrolment.cancelled": gettext_lazy("Cancelled"),
        "enrolment.completed": gettext_lazy("Completed"),
        "enrolment.not_completed": gettext_lazy("Not completed"),
        "enrolment.reassessed": gettext_lazy("Assessed again"),
        "enrolment.frozen": gettext_lazy("Category and employer frozen for the figures"),
    }

    def scope(self, rows: models.QuerySet, user: User, verb: str) -> models.QuerySet:
        """By house alone. Someone who is also a learner, a trainer or HR sees more enrolments elsewhere, on pages that
        show less of them than this one.
        """
        if user.holds(Role.OFFICER, Role.AUDITOR):
            return rows
        return rows.filter(edition__provider__in=user.organisations_as(Role.COORDINATOR))


class AssessmentViewSet(OfCourse):
    model = Assessment
    icon = "tasks"
    list_display = ["code", "course", "title_nl"]
    form_fields = ["course", "code", "title_nl", "title_en"]


class EnrolmentsGroup(ViewSetGroup):
    """One menu for who takes part."""

    menu_label = gettext_lazy("Enrolments")
    menu_icon = "group"
    menu_order = 120
    items = (EnrolmentViewSet("enrolments"), AssessmentViewSet("assessments"))


@hooks.register("register_admin_viewset")
def enrolments_in_the_back_office() -> EnrolmentsGroup:
    return EnrolmentsGroup()


def _is_cancellable(edition: Edition) -> bool:
    """What is over cannot be called off any more."""
    return edition.state != Edition.State.CANCELLED and (edition.ends_at is None or edition.ends_at > timezone.now())


def _cancel(edition: Edition, by: User) -> str:
    if edition.state != Edition.State.CANCELLED and not _is_cancellable(edition):
        raise Refused(_("This edition is over: it cannot be cancelled any more."))
    try:
        cancel_edition(edition, by=by, at=timezone.now())
    except TransitionRefused:
        raise Refused(_("This edition was cancelled already.")) from None
    return _("Edition %(code)s is cancelled. Everyone enrolled gets a message.") % {"code": edition.code}


@hooks.register("register_admin_urls")
def decisions_about_editions() -> list:
    return register_decision(
        Decision(
            model=Edition,
            name="cancel",
            label=gettext_lazy("Cancel this edition"),
            question=gettext_lazy(
                "Cancel this edition? All enrolments are cancelled and everyone gets a message with other dates. "
                "This cannot be undone."
            ),
            verb="cancel",
            icon="cross",
            carry_out=_cancel,
            possible=_is_cancellable,
            is_serious=True,
        )
    )
