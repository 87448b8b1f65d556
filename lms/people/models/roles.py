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


# Who holds one of these sees what is others', so that signing in takes a second step (LMS_STAFF_NEEDS_SECOND_STEP).
# Not the trainer, whose register must open on any phone in a workshop.
STAFF = frozenset({Role.COORDINATOR, Role.HR, Role.OFFICER, Role.AUDITOR})
