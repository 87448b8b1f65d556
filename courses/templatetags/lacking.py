"""What a course lacks, on its public page, for those alone who can mend it."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.template import Context

from courses.completeness import course_lacks
from courses.completeness import lacking as only_needed
from courses.models import Course

register = template.Library()


@register.inclusion_tag("courses/lacking.html", takes_context=True)
def course_lacks_banner(context: Context, course: Course | str | None) -> dict[str, Any]:
    """Nothing for visitors: who comes without a session is not even looked at, so that the page can be cached."""
    request = context.get("request")
    if not isinstance(course, Course) or request is None:  # a preview may have no course yet
        return {"lacks": []}
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return {"lacks": []}
    if not Course.objects.allowing(request.user, "edit").filter(pk=course.pk).exists():
        return {"lacks": []}
    return {"lacks": [str(lack) for lack in only_needed(course_lacks(course))], "course": course}
