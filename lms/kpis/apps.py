"""The ledger of facts and the indicators over it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KpisConfig(AppConfig):
    name = "lms.kpis"
    label = "kpis"
    verbose_name = _("Indicators")

    def ready(self) -> None:
        from lms.kpis import receivers  # noqa: F401  importing connects them
