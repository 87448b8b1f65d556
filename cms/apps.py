"""The pages visitors read."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    label = "cms"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from cms import receivers  # noqa: F401  importing connects them
        from cms.menus import register_menus

        register_menus()
