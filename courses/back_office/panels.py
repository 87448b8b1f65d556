"""In the editor of a page about a course: what the course itself still lacks."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel

from courses.back_office.facts import lacks_remark
from courses.completeness import course_lacks
from courses.models import Course
from lms.kernel.back_office import Remark


class LackingPanel(Panel):
    """The checklist of the page's course, for who may mend it; the rule is that of courses.completeness."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "back_office/lacking_panel.html"

        def _remarks(self) -> list[Remark]:
            course = getattr(self.instance, "course", None) if getattr(self.instance, "course_id", None) else None
            if course is None or not Course.objects.allowing(self.request.user, "edit").filter(pk=course.pk).exists():
                return []
            return [one for one in lacks_remark(course_lacks(course)) if one.items]

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"remarks": self._remarks()}
