"""Someone whom an institution or employer vouches for, before we know who it is here."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.people.models.proofs import AddressProof, AddressProofQuerySet


class InstitutionSignIn(AddressProof):
    """A first sign-in through an institution or employer, while mailed digits prove the address.

    ``answers`` holds what the provider said: its key for this person, the name, and which addresses it vouches for.
    No account is made, found or linked before the digits came back.
    """

    NOUN = "institution_sign_in"

    provider = models.CharField(_("institution or employer"), max_length=200)

    objects = AddressProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("first sign-in through an institution")
        verbose_name_plural = _("first sign-ins through an institution")
