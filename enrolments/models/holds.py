"""What a visitor filled in, with a seat kept for it while the address is being confirmed."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import Edition
from enrolments.models.enrolments import Enrolment
from lms.people.models import AddressProof, AddressProofQuerySet


class SeatHoldQuerySet(AddressProofQuerySet):
    def expired(self, moment: datetime) -> SeatHoldQuerySet:
        """Open holds whose twenty minutes are over and that still keep a seat from others."""
        return self.open().filter(has_seat=True, expires_at__lte=moment)


class SeatHold(AddressProof):
    """What a visitor filled in, kept with a seat while the e-mail address is being confirmed.

    After twenty minutes the seat goes back; what was filled in stays for a day, so that a late code still works.
    """

    NOUN = "hold"

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="holds")
    has_seat = models.BooleanField(_("holds a seat"), editable=False)
    was_promised_a_seat = models.BooleanField(_("was promised a seat"), editable=False)
    expires_at = models.DateTimeField(_("seat held until"), editable=False, db_index=True)
    enrolment = models.OneToOneField(
        Enrolment, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="hold"
    )

    objects = SeatHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("held seat")
        verbose_name_plural = _("held seats")
