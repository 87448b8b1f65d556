"""Courses in the back office: facts that coordinators keep, each within the own house."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.widgets.button import Button

from courses.actions import (
    EditionIncomplete,
    ScheduleLocked,
    publish_edition,
    remove_session,
    save_edition,
    save_session,
)
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
from lms.kernel.back_office import Decision, Refused, ScopedViewSet, register_decision
from lms.kernel.states import TransitionRefused
from lms.people.models import Membership, Organisation, Role, User

HOUSE = (Role.COORDINATOR, Role.OFFICER)
OFFICE = (Role.OFFICER,)

# Whom a course can be for. The words belong to the app that knows learners; it fills them in when it loads.
learner_categories: list[tuple[str, str | Promise]] = []


def both(name: str) -> FieldRowPanel:
    """A text's two languages beside each other."""
    return FieldRowPanel([FieldPanel(f"{name}_nl"), FieldPanel(f"{name}_en")])


class CourseForm(WagtailAdminModelForm):
    """Whom a course is for, ticked instead of typed as JSON."""

    categories = forms.MultipleChoiceField(
        label=Course._meta.get_field("categories").verbose_name,
        choices=lambda: learner_categories,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class CourseViewSet(ScopedViewSet):
    model = Course
    icon = "openquote"
    may_view = (Role.AUDITOR,)
    may_write = HOUSE
    list_display = ["code", "title_nl", "kind", "provider"]
    list_filter = ["kind", "provider"]
    list_select_related = ["provider"]
    list_export = ["code", "kind", "title_nl", "title_en", "provider"]
    search_fields = ["code", "title_nl", "title_en"]
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("code", widget=forms.TextInput), FieldPanel("kind")]),
                    FieldPanel("provider"),
                    both("title"),
                    both("summary"),
                    both("audience"),
                    FieldPanel("categories"),
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
        ],
        base_form_class=CourseForm,
    )

    def choices(self, name: str, model: type[models.Model], user: User) -> models.QuerySet:
        """A course is given in labs of any house; which they are is public."""
        return Organisation.objects.labs() if name == "labs" else super().choices(name, model, user)

    def narrow(self, name: str, rows: models.QuerySet) -> models.QuerySet:
        return rows.filter(is_provider=True) if name == "provider" else rows

    def links(self, thing: Any) -> list[Button]:
        return [
            Button(_("Editions"), url=f"{reverse('editions:index')}?course={thing.pk}", icon_name="date", priority=2),
            Button(_("New edition"), url=f"{reverse('editions:add')}?course={thing.pk}", icon_name="plus", priority=3),
        ]


class OfCourse(ScopedViewSet):
    """Rows that hang under a course: seen and changed by who may change the course."""

    may_write = HOUSE
    list_filter = ["course"]
    list_select_related = ["course"]

    def scope(self, rows: models.QuerySet, user: User, verb: str) -> models.QuerySet:
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
    list_select_related = ["course", "skill"]
    form_fields = ["course", "skill", "level"]


class PartViewSet(ScopedViewSet):
    model = Part
    icon = "list-ul"
    may_write = HOUSE
    list_display = ["__str__", "programme", "course", "order"]
    list_filter = ["programme"]
    list_select_related = ["programme", "course"]
    form_fields = ["programme", "course", "order"]

    def narrow(self, name: str, rows: models.QuerySet) -> models.QuerySet:
        return rows.filter(kind=Course.Kind.PROGRAMME) if name == "programme" else rows

    def scope(self, rows: models.QuerySet, user: User, verb: str) -> models.QuerySet:
        return rows.filter(programme__in=Course.objects.allowing(user, "edit"))


class SkillViewSet(ScopedViewSet):
    model = Skill
    icon = "tag"
    may_view = (Role.COORDINATOR,)
    may_write = OFFICE
    list_display = ["__str__", "framework", "framework_version", "code"]
    list_filter = ["framework"]
    search_fields = ["code", "name_nl", "name_en"]
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
    list_select_related = ["organisation"]
    search_fields = ["name", "city"]
    form_fields = ["organisation", "name", "street", "postcode", "city"]

    def scope(self, rows: models.QuerySet, user: User, verb: str) -> models.QuerySet:
        return rows.filter(organisation__in=Organisation.objects.allowing(user, "edit"))

    def narrow(self, name: str, rows: models.QuerySet) -> models.QuerySet:
        return rows.filter(Q(is_provider=True) | ~Q(lab_kind=""))


class RoomViewSet(ScopedViewSet):
    model = Room
    icon = "home"
    may_write = HOUSE
    list_display = ["name_nl", "location", "capacity"]
    list_filter = ["location"]
    list_select_related = ["location"]
    form_fields = [
        "location", "name_nl", "name_en", "capacity", "is_wheelchair_accessible", "has_hearing_loop",
    ]  # fmt: skip

    def scope(self, rows: models.QuerySet, user: User, verb: str) -> models.QuerySet:
        return rows.filter(location__organisation__in=Organisation.objects.allowing(user, "edit"))


def trainers_of(houses: models.QuerySet) -> models.QuerySet:
    """Who is a trainer in one of these houses today."""
    held = Membership.objects.current(timezone.localdate()).filter(role=Role.TRAINER, organisation__in=houses)
    return User.objects.filter(pk__in=held.values("user")).order_by("family_name", "given_name")


class EditionForm(WagtailAdminModelForm):
    """Keeps trainers to the house that gives the edition, and what was published to its course."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.state != Edition.State.DRAFT:
            # Who enrolled did so for this course, and its certificates will say so.
            self.fields["course"].disabled = True

    def clean_trainers(self) -> Any:
        """Of the provider's house; whom another put there may stay, and the programme office may send anyone."""
        trainers, provider = self.cleaned_data["trainers"], self.cleaned_data.get("provider")
        if self.for_user is None or self.for_user.holds(Role.OFFICER) or provider is None:
            return trainers
        known = {one.pk for one in trainers_of(Organisation.objects.filter(pk=provider.pk))}
        known |= {one.pk for one in self.initial.get("trainers", [])}
        if strangers := [str(one) for one in trainers if one.pk not in known]:
            words = {"names": ", ".join(strangers), "provider": provider}
            raise forms.ValidationError(_("Not a trainer of %(provider)s: %(names)s.") % words)
        return trainers


class EditionViewSet(ScopedViewSet):
    model = Edition
    icon = "date"
    may_view = (Role.AUDITOR,)
    may_write = HOUSE
    list_display = ["code", "course", "state", "starts_at", "seats_taken", "capacity"]
    list_filter = ["state", "course", "provider"]
    list_select_related = ["course"]
    list_export = ["code", "course", "state", "starts_at", "ends_at", "seats_taken", "capacity"]
    ordering = "-starts_at"
    search_fields = ["code", "course__title_nl", "course__title_en"]
    form_fields = [
        "code", "course", "provider", "language", "mode", "location", "trainers", "capacity", "minimum",
        "enrolment_opens_at", "enrolment_closes_at", "decide_by",
    ]  # fmt: skip
    inspect_view_fields = [
        "code", "course", "provider", "state", "language", "mode", "location", "trainers", "starts_at", "ends_at",
        "seats_taken", "capacity", "minimum", "enrolment_opens_at", "enrolment_closes_at", "decide_by",
        "funding_notice_nl", "funding_notice_en",
    ]  # fmt: skip
    says = {
        "edition.planned": gettext_lazy("Planned"),
        "edition.scheduled": gettext_lazy("Sessions laid down"),
        "edition.session_removed": gettext_lazy("A session removed"),
        "edition.published": gettext_lazy("Published"),
        "edition.cancelled": gettext_lazy("Cancelled"),
        "edition.funding_announced": gettext_lazy("Funding notice changed"),
    }

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return forms.modelform_factory(
            Edition, form=EditionForm, fields=self.form_fields, formfield_callback=self.formfield_for_dbfield
        )

    def formfield_for_dbfield(self, db_field: models.Field, **kwargs: Any) -> forms.Field:
        if db_field.name == "trainers":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_dbfield(db_field, **kwargs)

    def choices(self, name: str, model: type[models.Model], user: User) -> models.QuerySet:
        if name == "trainers":
            return trainers_of(Organisation.objects.allowing(user, "edit"))
        return super().choices(name, model, user)

    def narrow(self, name: str, rows: models.QuerySet) -> models.QuerySet:
        return rows.filter(is_provider=True) if name == "provider" else rows

    def links(self, thing: Any) -> list[Button]:
        listed, new = f"{reverse('sessions:index')}?edition={thing.pk}", f"{reverse('sessions:add')}?edition={thing.pk}"
        return [
            Button(_("Sessions"), url=listed, icon_name="time", priority=2),
            Button(_("New session"), url=new, icon_name="plus", priority=3),
        ]

    def save(self, form: Any, *, by: User) -> Edition:
        edition = save_edition(form.save(commit=False), by=by)
        form.save_m2m()
        return edition

    def delete(self, thing: Any, *, by: User) -> None:
        if thing.state != Edition.State.DRAFT:
            raise Refused(_("Only a draft can be deleted. Cancel this edition instead."))
        super().delete(thing, by=by)


class SessionForm(WagtailAdminModelForm):
    """Refuses to change a session whose register is locked, beside what is wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Attendance may hang on it: a session stays with its edition.
            self.fields["edition"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and self.instance.state == Session.State.SIGNED_OFF:
            raise forms.ValidationError(_("This session was signed off. The programme office can reopen it."))
        return cleaned


class SessionViewSet(ScopedViewSet):
    model = Session
    icon = "time"
    may_view = (Role.AUDITOR,)
    may_write = HOUSE
    list_display = ["__str__", "title_nl", "starts_at", "ends_at", "state"]
    list_filter = ["state", "edition"]
    list_select_related = ["edition"]
    ordering = "-starts_at"
    search_fields = ["edition__code", "title_nl", "title_en"]
    form_fields = [
        "edition", "number", "title_nl", "title_en", "starts_at", "ends_at", "break_minutes", "mode", "room",
        "online_url",
    ]  # fmt: skip
    inspect_view_fields = [*form_fields, "state", "signed_off_at", "signed_off_by"]
    says = {
        "session.planned": gettext_lazy("Planned"),
        "session.signed_off": gettext_lazy("Signed off"),
        "session.reopened": gettext_lazy("Reopened"),
    }

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return forms.modelform_factory(
            Session, form=SessionForm, fields=self.form_fields, formfield_callback=self.formfield_for_dbfield
        )

    def save(self, form: Any, *, by: User) -> Session:
        try:
            return save_session(form.save(commit=False), by=by)
        except ScheduleLocked:
            raise Refused(_("This session was signed off. The programme office can reopen it.")) from None

    def delete(self, thing: Any, *, by: User) -> None:
        try:
            remove_session(thing, by=by)
        except ScheduleLocked:
            raise Refused(_("This session cannot be deleted: its register has been used.")) from None


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
def courses_in_the_back_office() -> CoursesGroup:
    return CoursesGroup()


def _publish(edition: Edition, by: User) -> str:
    try:
        publish_edition(edition, by=by, at=timezone.now())
    except EditionIncomplete as incomplete:
        words = {"sessions": _("sessions"), "trainers": _("trainers")}
        lacking = ", ".join(words[one] for one in incomplete.lacking)
        raise Refused(_("Not published yet. Still missing: %(lacking)s.") % {"lacking": lacking}) from None
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
