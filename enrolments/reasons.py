"""Why an office does something with someone's place. Chosen, never typed: a reason stands in an event for years, and
free text would hold what we may not keep, such as why someone is ill.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Withdrawing(models.TextChoices):
    """Why someone is withdrawn on their behalf."""

    ASKED = "asked", _("the learner asked for it")
    EMPLOYER = "employer", _("the employer asked for it")
    UNREACHABLE = "unreachable", _("the learner cannot be reached")
    ADMISSION = "admission", _("the learner does not meet the admission")
    TWICE = "twice", _("enrolled twice")
    MISTAKE = "mistake", _("enrolled by mistake")


class OutOfTurn(models.TextChoices):
    """Why someone is offered a place before who waits longer."""

    COLLEAGUES = "colleagues", _("belongs with a group that has places already")
    MOVED_BY_US = "moved_by_us", _("lost an earlier place through us")
    FUNDING = "funding", _("the funding of the place asks for it")
    ADMISSION = "admission", _("who waits longer does not meet the admission")
    AGREED = "agreed", _("agreed with who waits longer")


def label_of(code: str) -> str:
    """A reason of an event in words; empty for one that is not here."""
    for reasons in (Withdrawing, OutOfTurn):
        if code in reasons.values:
            return str(reasons(code).label)
    return ""
