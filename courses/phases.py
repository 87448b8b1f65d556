"""Where an edition is in its life, derived from its state, the clock and its counts. Never stored."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from courses.models import Edition

LAST_SEATS = 4  # "Nog 3 plekken" is said from four free seats down


class Phase(models.TextChoices):
    DRAFT = "draft", _("draft")
    CANCELLED = "cancelled", _("cancelled")
    NOT_YET_OPEN = "not_yet_open", _("not yet open")
    OPEN = "open", _("places free")
    LAST_SEATS = "last_seats", _("last places")
    FULL = "full", _("waiting list")
    CLOSED = "closed", _("enrolment closed")
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")


TAKES_ENROLMENTS = {Phase.OPEN, Phase.LAST_SEATS, Phase.FULL}


def awaits_go(edition: Edition, moment: datetime) -> bool:
    """Go or no-go is still open: too few enrolled, nobody decided, not begun. Enrolling stays possible meanwhile.

    Beside the phase and not one of it: such an edition has places, is not open yet or has closed like any other. After
    ``decide_by`` the decision is late, and it is no more certain than before.
    """
    return (
        edition.state == edition.State.PUBLISHED
        and edition.decide_by is not None
        and edition.go_decided_at is None
        and edition.seats_taken < edition.minimum
        and (edition.starts_at is None or edition.starts_at > moment)
    )


def phase_of(edition: Edition, moment: datetime) -> Phase:
    """The phase at a moment. An edition stays open while it runs if its enrolment window says so."""
    if edition.state == edition.State.DRAFT:
        return Phase.DRAFT
    if edition.state == edition.State.CANCELLED:
        return Phase.CANCELLED
    if edition.ends_at and edition.ends_at <= moment:
        return Phase.FINISHED
    if moment < edition.enrolment_opens_at:
        return Phase.NOT_YET_OPEN
    if moment < edition.enrolment_closes_at:
        if edition.seats_free == 0:
            return Phase.FULL
        return Phase.LAST_SEATS if edition.seats_free <= LAST_SEATS else Phase.OPEN
    if edition.starts_at and edition.starts_at <= moment:
        return Phase.RUNNING
    return Phase.CLOSED
