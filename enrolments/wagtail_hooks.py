"""Enrolments in the back office: to look at, and the decision to cancel an edition."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from courses.models import Edition
from courses.wagtail_hooks import OfCourse
from enrolments.actions import cancel_edition
from enrolments.models import Assessment, Enrolment
from lms.kernel.back_office import Decision, DecisionRefused, ReadOnlyViewSet, register_decision
from lms.kernel.states import TransitionRefused
from lms.people.models import Role, User


class EnrolmentViewSet(ReadOnlyViewSet):
    model = Enrolment
    icon = "group"
    may_view = (Role.COORDINATOR, Role.OFFICER, Role.AUDITOR)
    list_display = ["code", "learner", "edition", "state", "category", "created_at"]
    list_filter = ["state", "category", "edition__course"]
    search_fields = ["code", "edition__code", "learner__family_name"]
    inspect_view_fields = [
        "code", "learner", "edition", "state", "category", "employer", "institution", "created_at", "waitlisted_at",
        "offer_expires_at", "ended_at", "outcome", "attended_minutes", "planned_minutes",
    ]  # fmt: skip


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


def _cancel(edition: Edition, by: User) -> str:
    try:
        cancel_edition(edition, by=by, at=timezone.now())
    except TransitionRefused:
        raise DecisionRefused(_("This edition was cancelled already.")) from None
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
            possible=lambda edition: edition.state != Edition.State.CANCELLED,
            is_serious=True,
        )
    )
