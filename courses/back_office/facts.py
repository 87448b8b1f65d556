"""Courses and what hangs under them: outcomes, skills, prices, parts; and the lists they choose from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.widgets.button import Button

from courses.audiences import learner_categories
from courses.completeness import Lack, course_lacks, lacking
from courses.models import Course, CourseSkill, LearningOutcome, Part, Price, Skill, Theme
from lms.kernel.back_office import Remark, ScopedViewSet
from lms.people.models import Organisation, Role, User

HOUSE = (Role.COORDINATOR, Role.OFFICER)
OFFICE = (Role.OFFICER,)


def both(name: str) -> FieldRowPanel:
    """A text's two languages beside each other."""
    return FieldRowPanel([FieldPanel(f"{name}_nl"), FieldPanel(f"{name}_en")])


def lacks_remark(lacks: list[Lack], *, published: bool = False) -> list[Remark]:
    """The checklist: first what stands in the way of publishing, then what would make it better."""
    heading = _("Published, but incomplete") if published else _("Still missing before this can be published")
    return [
        Remark(heading, [str(lack) for lack in lacking(lacks)]),
        Remark(_("Would make it better"), [str(lack) for lack in lacks if not lack.is_needed], is_warning=False),
    ]


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
    says = {"course.copied": gettext_lazy("Made after another course")}
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
                    both("bring"),
                    FieldRowPanel([FieldPanel("needs_approval"), FieldPanel("needs_intake")]),
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

    def remarks(self, thing: Any, user: User) -> list[Remark]:
        return lacks_remark(course_lacks(thing))

    def links(self, thing: Any) -> list[Button]:
        return [
            Button(_("Editions"), url=f"{reverse('editions:index')}?course={thing.pk}", icon_name="date", priority=2),
            Button(_("New edition"), url=f"{reverse('editions:add')}?course={thing.pk}", icon_name="plus", priority=3),
            Button(
                _("Certificate: layout and language"),
                url=reverse("certificate_of_course", args=[thing.pk]),
                icon_name="doc-full",
                priority=5,
            ),
            Button(
                _("Who waits for a date (%(count)s)") % {"count": thing.interests.live().count()},
                url=f"{reverse('interests:index')}?course={thing.pk}",
                icon_name="mail",
                priority=4,
            ),
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
    list_export = ["code", "course", "order", "text_nl", "text_en", "bloom_level"]
    search_fields = ["code", "text_nl", "text_en", "course__code"]
    form_fields = ["course", "code", "order", "text_nl", "text_en", "bloom_level"]


class PriceViewSet(OfCourse):
    model = Price
    icon = "tag"
    list_display = ["__str__", "course", "audience", "cents"]
    list_filter = ["course", "audience"]
    list_export = ["course", "audience", "cents"]
    search_fields = ["course__code", "course__title_nl", "course__title_en"]
    form_fields = ["course", "audience", "cents"]


class CourseSkillViewSet(OfCourse):
    model = CourseSkill
    icon = "tag"
    list_display = ["__str__", "course", "level"]
    list_export = ["course", "skill", "level"]
    search_fields = ["course__code", "skill__code", "skill__name_nl", "skill__name_en"]
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
    list_export = ["framework", "framework_version", "code", "uri", "name_nl", "name_en"]
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
