"""What must be passed, and whether it was."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from enrolments.models.enrolments import Enrolment
from lms.kernel.languages import in_language


class Assessment(models.Model):
    """What a learner of a course must pass."""

    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.CASCADE, related_name="assessments")
    code = models.SlugField(_("code"), max_length=40, unique=True)
    title_nl = models.CharField(_("title in Dutch"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self, "title")


class Result(models.Model):
    """Pass or fail of one learner for one assessment. A resit overwrites; the event keeps what was."""

    assessment = models.ForeignKey(
        Assessment, verbose_name=_("assessment"), on_delete=models.PROTECT, related_name="results"
    )
    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.CASCADE, related_name="results"
    )
    passed = models.BooleanField(_("passed"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [
            models.UniqueConstraint(name="one_result_per_assessment_and_learner", fields=["assessment", "enrolment"])
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.assessment_id}"
