"""The kinds of letters of certificates itself; the words stand in ``templates/email/…``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lms.kernel.letter_kinds import Kind, Placeholder

_NAME = Placeholder(
    "greeting_name", _("given name of the reader"), "Samira", "Wilhelmina-Alexandrina", may_be_empty=True
)
_ABOUT = Placeholder(
    "about",
    _("employer or edition"),
    "Van Dorp Fijnmechaniek",
    "Van der Meulen Precisie-, Fijn- en Plaatbewerking Zuid-Holland",
)
_FACTS = {"facts": [(("Certificaten", "Certificates"), "12")]}

_NUMBER = Placeholder("number", _("number of the certificate"), "7K3M-Q9TX-2B4N-8WRF-D")
_COURSE = Placeholder(
    "course",
    _("title of the course"),
    ("Cobots in de praktijk", "Cobots in practice"),
    (
        "Mensgerichte robotisering en digitalisering van assemblageprocessen in de maakindustrie voor teamleiders",
        "Human-centred robotisation and digitalisation of assembly processes in manufacturing for team leaders",
    ),
)
_EXPIRES = Placeholder(
    "expires",
    _("last day on which it is valid"),
    ("donderdag 4 maart 2027", "Thursday 4 March 2027"),
    ("donderdag 30 september 2027", "Wednesday 29 September 2027"),
)
_COMPANY = Placeholder(
    "company", _("the company"), "Van Dorp", "Van der Meulen Precisie-, Fijn- en Plaatbewerking Zuid-Holland"
)

_PROVIDER = Placeholder(
    "provider", _("who gives the course"), "RoboHouse", "Rotterdam Additive Manufacturing Laboratory en partners"
)
_REASON = Placeholder(
    "reason",
    _("the reason"),
    ("Niet aan alle voorwaarden voor het certificaat is voldaan.", "Not all conditions for the certificate are met."),
    (
        "Het staat niet vast dat het werk dat is ingeleverd van jou zelf is.",
        "It is not certain that the work that was handed in is your own.",
    ),
)

KINDS = (
    Kind("bundle_ready", _("File of certificates ready"), (_ABOUT, _NAME), around=_FACTS),
    Kind("revocation_proposed", _("Proposal to revoke a certificate"), (_NUMBER, _NAME), around=_FACTS),
    Kind(
        "certificate_refused",
        _("Certificate not approved"),
        (
            _COURSE,
            _PROVIDER,
            _REASON,
            Placeholder("is_assessed", _("only for a certificate that was assessed"), True),
            _NAME,
        ),
        must_say=("reason",),
        may_wait=True,
        around={"facts": []},
    ),
    Kind(
        "certificate_expires",
        _("Certificate expires"),
        (_COURSE, _EXPIRES, _NAME),
        must_say=("expires",),
        may_wait=True,
        around=_FACTS,
    ),
    Kind("certificates_expire", _("Shared certificates expire"), (_COMPANY, _NAME), may_wait=True, around=_FACTS),
)
