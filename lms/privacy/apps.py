"""What personal data we hold, from each app's own declarations."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "lms.privacy"
    label = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        from lms.kernel import menu
        from lms.people.models import Role

        autodiscover_modules("privacy")
        menu.register(
            menu.Item(
                _("Privacy"),
                "privacy:register",
                place="user",
                order=70,
                icon="shield-check",
                for_user=lambda user: user.holds(Role.OFFICER),
            )
        )
