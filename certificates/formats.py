"""Which forms of a signed certificate there are, and what each is good for, in words for its holder."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from certificates.credentials import europass
from certificates.models import Certificate, IssuerKey


@dataclass(frozen=True)
class Form:
    """A form to download; ``said`` names it, ``good_for`` says what one does with it."""

    url: str
    said: str
    good_for: str


def forms_of(certificate: Certificate) -> list[Form]:
    """The forms besides PDF and JSON that can be had now. None where it was not signed, or the name was erased; asks
    for one row at most.
    """
    if not certificate.credential or certificate.state == Certificate.State.REQUESTED:
        return []

    def at(name: str) -> str:
        return reverse(name, args=[certificate.uuid])

    forms = [
        Form(at("credential_png"), _("Badge (PNG)"), _("A picture for a CV or a profile; the certificate is inside.")),
        Form(at("credential_svg"), _("Badge (SVG)"), _("The same picture for a website, sharp at every size.")),
    ]
    if europass.can_be_written(certificate.snapshot):
        said = _("The certificate in the European Learning Model, without a seal.")
        forms.append(Form(at("credential_europass"), _("For Europass (JSON)"), said))
    if IssuerKey.objects.active(IssuerKey.Purpose.TOKEN):
        said = _("For systems that read signed tokens instead of JSON.")
        forms.append(Form(at("credential_token"), _("Token (JWT)"), said))
    return forms
