"""Courses in the back office: facts that coordinators keep, each within the own house."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.viewsets.base import ViewSetGroup

from courses.actions import EditionIncomplete, ScheduleLocked, publish_edition, remove_session, save_edition, save_session
from courses.models import (
    Course,
    CourseSkill,
    Edition,
    LearningOutcome,
    Location,
    Part,
    Price,
    Room,
    Session,
    Skill,
    Theme,
)
from lms.kernel.back_office import Decision, DecisionRefused, ScopedViewSet, register_decision
from lms.kernel.states import TransitionRefused
from lms.people.models import Role, User

HOUSE = (Role.COORDINATOR, Role.OFFICER)
OFFICE = (Role.OFFICER,)


def both(name: str) -> FieldRowPanel:
    """A text's two languages beside each other."""
    return FieldRowPanel([FieldPanel(f"{name}_nl"), FieldPanel(f"{name}_en")])


class CourseViewSet(ScopedViewSet):
    model = Course
    icon = "openquote"
    may_view = (Role.AUDITOR,)
    may_write = HOUSE
    list_display = ["code", "title_nl", "kind", "provider"]
    list_filter = ["kind", "provider"]
    list_export = ["code", "kind", "title_nl", "title_en", "provider"]
    search_fields = ["code", "title_nl", "title_en"]
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("code"), FieldPanel("kind")]),
                    FieldPanel("provider"),
                    both("title"),
                    both("summary"),
                    both("audience"),
                    both("admission"),
                    FieldPanel("labs", widget=forms.CheckboxSelectMultiple),
                    FieldPanel("themes", widget=forms.CheckboxSelectMultiple),
                    FieldRowPanel([FieldPanel("cover"), FieldPanel("is_new"), FieldPanel("vat_regime")]),
                ],
                heading=gettext_lazy("Course"),
            ),
            ObjectList(
                [
                    FieldPanel("mode"),
                    both("format"),
                    FieldRowPanel(
                        [
                            FieldPanel("contact_minutes"),
                            FieldPanel("self_study_minutes"),
                            FieldPanel("assessment_minutes"),
                        ]
                    ),
                    both("level_label"),
                    FieldRowPanel([FieldPanel("nlqf_level"), FieldPanel("nlqf_register_number")]),
                ],
                heading=gettext_lazy("Form and level"),
            ),
            ObjectList(
                [
                    FieldRowPanel(
                        [
                            FieldPanel("certificate_kind"),
                            FieldPanel("attendance_share"),
                            FieldPanel("certificate_months"),
                        ]
                    ),
                    FieldPanel("assessment_type"),
                    both("assessment"),
                    both("quality"),
                    MultiFieldPanel(
                        [both("signatory_role"), FieldPanel("signatory_name")], heading=gettext_lazy("Signatory")
                    ),
                ],
                heading=gettext_lazy("Certificate"),
            ),
        ]
    )


class OfCourse(ScopedViewSet):
    """Rows that hang under a course: seen and changed by who may change the course."""

    may_write = HOUSE
    list_filter = ["course"]

    def scope(self, rows: models.QuerySet, user: User) -> models.QuerySet:
        return rows.filter(course__in=Course.objects.allowing(user, "edit"))


class LearningOutcomeViewSet(OfCourse):
    model = LearningOutcome
    icon = "list-ol"
    list_display = ["code", "course", "text_nl"]
    form_fields = ["course", "code", "order", "text_nl", "text_en", "bloom_level"]


class PriceViewSet(OfCourse):
    model = Price
    icon = "tag"
    list_display = ["__str__", "course", "audience", "cents"]
    form_fields = ["course", "audience", "cents"]


class CourseSkillViewSet(OfCourse):
    model = CourseSkill
    icon = "tag"
    list_display = ["__str__", "course", "level"]
    form_fields = ["course", "skill", "level"]


class PartViewSet(ScopedViewSet):
    model = Part
    icon = "list-ul"
    may_write = HOUSE
    list_display = ["__str__", "programme", "course", "order"]
    form_fields = ["programme", "course", "order"]

    def scope(self, rows: models.QuerySet, user: User) -> models.QuerySet:
        return rows.filter(programme__in=Course.objects.allowing(user, "edit"))


class SkillViewSet(ScopedViewSet):
    model = Skill
    icon = "tag"
    may_view = (Role.COORDINATOR,)
    may_write = OFFICE
    list_display = ["__str__", "framework", "framework_version", "code"]
    list_filter = ["framework"]
    form_fields = ["framework", "framework_version", "code", "uri", "name_nl", "name_en"]


class ThemeViewSet(ScopedViewSet):
    model = Theme
    icon = "tag"
    may_view = (Role.COORDINATOR,)
    may_write = OFFICE
    list_display = ["code", "name_nl", "name_en"]
    form_fields = ["code", "name_nl", "name_en"]


class LocationViewSet(ScopedViewSet):
    model = Location
    icon = "site"
    may_write = HOUSE
    list_display = ["name", "city", "organisation"]
    form_fields = ["organisation", "name", "street", "postcode", "city"]

    def scope(self, rows: models.QuerySet, user: User) -> models.QuerySet:
        return rows if user.holds(Role.OFFICER) else rows.filter(
            organisation__in=user.organisations_as(Role.COORDINATOR)
        )


class RoomViewSet(ScopedViewSet):
    model = Room
    icon = "home"
    may_write = HOUSE
    list_display = ["name_nl", "location", "capacity"]
    form_fields = [
        "location", "name_nl", "name_en", "capacity", "is_wheelchair_accessible", "has_hearing_loop",
    ]  # fmt: skip

    def scope(self, rows: models.QuerySet, user: User) -> models.QuerySet:
        return rows if user.holds(Role.OFFICER) else rows.filter(
            location__organisation__in=user.organisations_as(Role.COORDINATOR)
        )


class EditionViewSet(ScopedViewSet):
    model = Edition
    icon = "date"
    may_view = (Role.AUDITOR,)
    may_write = HOUSE
    list_display = ["code", "course", "state", "starts_at", "seats_taken", "capacity"]
    list_filter = ["state", "course", "provider"]
    list_export = ["code", "course", "state", "starts_at", "ends_at", "seats_taken", "capacity"]
    search_fields = ["code", "course__title_nl", "course__title_en"]
    form_fields = [
        "code", "course", "provider", "language", "mode", "location", "trainers", "capacity", "minimum",
        "enrolment_opens_at", "enrolment_closes_at", "decide_by",
    ]  # fmt: skip

    def formfield_for_dbfield(self, db_field: models.Field, **kwargs: Any) -> forms.Field:
        if db_field.name == "trainers":
            kwargs["queryset"] = User.objects.filter(memberships__role=Role.TRAINER).distinct()
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_dbfield(db_field, **kwargs)

    def save(self, form: Any, *, by: User) -> Edition:
        edition = save_edition(form.save(commit=False), by=by)
        form.save_m2m()
        return edition


class _RemoveSession(ScopedViewSet.delete_view_class):  # type: ignore[misc]  # a scoped DeleteView
    """Deleting a session goes through its action; a register with notes on it is history and stays."""

    def delete_action(self) -> None:
        remove_session(self.object, by=self.request.user)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ScheduleLocked:
            messages.error(self.request, _("This session cannot be deleted: its register has been used."))
            return redirect(self.get_success_url())


class SessionForm(forms.ModelForm):
    """Refuses to change a session whose register is locked, beside what is wrong."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and self.instance.state == Session.State.SIGNED_OFF:
            raise ValidationError(
                {NON_FIELD_ERRORS: _("This session was signed off. The programme office can reopen it.")}
            )
        return cleaned


class SessionViewSet(ScopedViewSet):
    model = Session
    icon = "time"
    may_view = (Role.AUDITOR,)
    may_write = HOUSE
    list_display = ["__str__", "title_nl", "starts_at", "ends_at", "state"]
    list_filter = ["edition", "state"]
    form_fields = [
        "edition", "number", "title_nl", "title_en", "starts_at", "ends_at", "break_minutes", "mode", "room", "online_url",
    ]  # fmt: skip
    delete_view_class = _RemoveSession

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return forms.modelform_factory(
            Session, form=SessionForm, fields=self.form_fields, formfield_callback=self.formfield_for_dbfield
        )

    def save(self, form: Any, *, by: User) -> Session:
        return save_session(form.save(commit=False), by=by)


class CoursesGroup(ViewSetGroup):
    """One menu for what is taught and when."""

    menu_label = gettext_lazy("Courses")
    menu_icon = "openquote"
    menu_order = 110
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
        SkillViewSet("skills"),
        ThemeViewSet("themes"),
    )


@hooks.register("register_admin_viewset")
def courses_in_the_back_office() -> CoursesGroup:
    return CoursesGroup()


def _publish(edition: Edition, by: User) -> str:
    try:
        publish_edition(edition, by=by, at=timezone.now())
    except EditionIncomplete as incomplete:
        words = {"sessions": _("sessions"), "trainers": _("trainers")}
        lacking = ", ".join(words[one] for one in incomplete.lacking)
        raise DecisionRefused(_("Not published yet. Still missing: %(lacking)s.") % {"lacking": lacking}) from None
    except TransitionRefused:
        raise DecisionRefused(_("This edition is no longer a draft.")) from None
    return _("Edition %(code)s is published.") % {"code": edition.code}


@hooks.register("register_admin_urls")
def decisions_about_editions() -> list:
    return register_decision(
        Decision(
            model=Edition,
            name="publish",
            label=gettext_lazy("Publish"),
            question=gettext_lazy("Publish this edition? From then on visitors see it, and enrolment opens on its date."),
            verb="publish",
            icon="upload",
            carry_out=_publish,
            possible=lambda edition: edition.state == Edition.State.DRAFT,
        )
    )
