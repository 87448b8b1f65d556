"""The roles that a membership gives."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a membership lets someone do for an organisation."""

    COORDINATOR = "coordinator", _("coordinator")
    TRAINER = "trainer", _("trainer")
    HR = "hr", _("HR")
    OFFICER = "officer", _("programme office")
    AUDITOR = "auditor", _("auditor")
