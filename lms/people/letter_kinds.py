"""The kinds of letters about HR roles; the words stand in ``templates/email/hr_…``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lms.kernel.letter_kinds import Kind, Placeholder

_COMPANY = Placeholder("company", _("the company"), "Van Dorp", "Van der Meulen Precisie-, Fijn- en Plaatbewerking")
_NAME = Placeholder("greeting_name", _("given name of the reader"), "Samira", "Wilhelmina-Alexandrina")

KINDS = [
    Kind(
        "hr_claim_code",
        _("HR: code to confirm a request"),
        (_COMPANY, Placeholder("code", _("the six digits"), "407316"), _NAME),
        must_say=("code",),
    ),
    Kind("hr_claim_waiting", _("HR: request to decide"), (_COMPANY, _NAME)),
    Kind("hr_claim_approved", _("HR: request approved"), (_COMPANY, _NAME)),
    Kind(
        "hr_claim_declined",
        _("HR: request declined"),
        (
            _COMPANY,
            Placeholder(
                "reason",
                _("the reason"),
                ("Je adres hoort niet bij dit bedrijf.", "Your address does not belong to this company."),
            ),
            _NAME,
        ),
        must_say=("reason",),
    ),
    Kind(
        "hr_invitation",
        _("HR: invitation"),
        (_COMPANY, Placeholder("invited_by", _("who invites"), "Jan Bakker", may_be_empty=True)),
        around={"greeting_name": ""},
    ),
    Kind(
        "tokens_stay",
        _("HR: keys go on working"),
        (_COMPANY, Placeholder("person", _("who stopped"), "Jan Bakker"), _NAME),
    ),
    Kind(
        "address_code",
        _("Code to confirm an address"),
        (Placeholder("code", _("the six digits"), "407316"), _NAME),
        must_say=("code",),
    ),
]
