"""The shell: settings, addresses, background work and the commands that run the platform."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShellConfig(AppConfig):
    name = "lms"
    label = "shell"

    def ready(self) -> None:
        from lms import page_cache  # here: it needs the settings, and other apps' signals

        page_cache.listen()

        from lms.kernel.menu import Item, register

        register(Item(label=_("For systems"), url="for_systems", place="about", order=90))
        register(Item(label=_("Connections"), url="connections:list", place="employer", order=70))
