"""The kernel: events, state moves, policies, codes; imports nothing of ours."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    name = "lms.kernel"
    label = "kernel"
    verbose_name = _("Platform")
