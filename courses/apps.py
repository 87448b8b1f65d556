"""What is taught and when: courses, editions, sessions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    label = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from courses import (
            merging,
            receivers,  # noqa: F401  importing connects them
        )

        merging.register()
