"""The pages visitors read."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    label = "cms"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from cms import receivers  # noqa: F401  importing connects them
        from cms.interest.panels import INTERESTS
        from cms.menus import register_menus
        from cms.policies import register_policies
        from lms.kernel.panels import register

        register(INTERESTS)
        register_menus()
        register_policies()
