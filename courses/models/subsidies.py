"""Schemes that may pay a part of a course."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models.facts import Course
from lms.kernel.languages import in_language


class SubsidyQuerySet(models.QuerySet):
    def shown_on(self, day: date) -> SubsidyQuerySet:
        """Those that were checked within a year and hold on this day: a scheme changes yearly, and an old promise costs
        a visitor money. What nobody checked yet is shown to no visitor.
        """
        return self.filter(
            Q(starts_on=None) | Q(starts_on__lte=day),
            Q(ends_on=None) | Q(ends_on__gte=day),
            checked_on__gt=day - Subsidy.SHOWN_FOR,
            checked_on__lte=day,
        )

    def for_course(self, course: Course) -> SubsidyQuerySet:
        """Those of this course, and those of every course."""
        return self.filter(Q(courses=course) | Q(courses=None)).distinct()


class Subsidy(models.Model):
    """A scheme that may pay a part of a course, as we know it, with the day on which we last looked at its source."""

    SHOWN_FOR = timedelta(days=365)
    FRESH_FOR = timedelta(days=183)  # after that the page says that it was a while ago

    name_nl = models.CharField(_("name in Dutch"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    text_nl = models.TextField(
        _("text in Dutch"), help_text=_("For whom, and what to do first. No amounts: they change.")
    )
    text_en = models.TextField(_("text in English"))
    url = models.URLField(_("source"), max_length=300, help_text=_("The page of the fund or the government itself."))
    checked_on = models.DateField(
        _("checked on"),
        null=True,
        blank=True,
        help_text=_("The day on which you last compared this with the source. Empty or over a year ago: not shown."),
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    courses = models.ManyToManyField(
        Course, verbose_name=_("courses"), blank=True, related_name="subsidies", help_text=_("Empty: for all courses.")
    )

    objects = SubsidyQuerySet.as_manager()

    class Meta:
        verbose_name = _("subsidy")
        verbose_name_plural = _("subsidies")
        ordering = ["name_nl"]
        constraints = [
            models.CheckConstraint(
                name="a_subsidy_ends_after_it_starts",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The end lies before the start."),
            )
        ]

    def __str__(self) -> str:
        return in_language(self, "name")

    def is_fresh(self, day: date) -> bool:
        """Whether it was looked at lately."""
        return self.checked_on is not None and self.checked_on > day - self.FRESH_FOR
