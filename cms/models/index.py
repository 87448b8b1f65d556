"""What the search looks through."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import Course


class CourseIndexEntry(models.Model):
    """A course's words in one language, as the search compares them; written by cms.search only."""

    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.CASCADE, related_name="index_entries")
    language = models.CharField(_("language"), max_length=2)
    title = models.TextField(_("words of the title"))
    keywords = models.TextField(_("words of skills, themes and labs"))
    text = models.TextField(_("other words"))

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [models.UniqueConstraint(name="one_search_entry_per_language", fields=["course", "language"])]

    def __str__(self) -> str:
        return f"{self.course_id} {self.language}"
