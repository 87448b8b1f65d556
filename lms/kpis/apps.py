"""The ledger of facts and the indicators over it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KpisConfig(AppConfig):
    name = "lms.kpis"
    label = "kpis"
    verbose_name = _("Indicators")

    def ready(self) -> None:
        from lms.kernel import menu  # models and addresses are not there before
        from lms.kpis import policies, receivers  # noqa: F401  importing receivers connects them

        menu.register(
            menu.Item(
                _("Figures"),
                "kpis:office",
                place="user",
                order=50,
                icon="gauge",
                for_user=lambda user: policies.may(user, "view"),
            )
        )
