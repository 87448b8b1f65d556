"""The kinds of letters of the desk; the words stand in ``templates/email/desk_…``."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from lms.kernel.letter_kinds import Kind, Placeholder, Topic

MEETINGS = Topic("peer_groups", _("meetings of peer groups"), _("Changes in the meetings of a group that you joined."))

_NUMBER = Placeholder("kicker", _("number of the question"), "7K3-9QF-2XA")
_NAME = Placeholder("greeting_name", _("name of the reader"), "Samira", "Wilhelmina-Alexandrina", may_be_empty=True)
_GROUP = Placeholder(
    "group",
    _("name of the group"),
    ("Cobots in kleine series", "Cobots in small batches"),
    ("Digitale tweelingen in de procesindustrie van Zuid-Holland", "Digital twins in South Holland's process industry"),
    may_be_empty=True,
)
_GROUP_SURELY = replace(_GROUP, may_be_empty=False)
_COMPANY = Placeholder("company", _("the company"), "Van Dorp", "Van der Meulen Precisie-, Fijn- en Plaatbewerking")
_FACTS = {
    "facts": [
        (("Nummer", "Number"), "7K3-9QF-2XA"),
        (("Onderwerp", "Topic"), "Robotica"),
        (("Uiterlijk antwoord op", "Answer at the latest on"), ("do 4 maart 2027", "Thursday 4 March 2027")),
    ]
}

KINDS = [
    Kind("desk_received", _("Desk: question received"), (_NUMBER, _NAME, _GROUP), around=_FACTS),
    Kind(
        "desk_answered",
        _("Desk: answer"),
        (_NUMBER, _NAME),
        has_fixed_part=True,
        around={
            "answer": ("Dat kan. Kom een ochtend langs.", "That is possible. Come by one morning."),
            "suggestions": [{"label": "Cobots", "url": "https://lms.example/nl/cobots/"}],
            **_FACTS,
        },
    ),
    Kind("desk_step", _("Desk: step to confirm"), (_COMPANY, _NUMBER, _NAME), may_wait=True, around=_FACTS),
    Kind("desk_meeting_off", _("Peer group: meeting off"), (_GROUP_SURELY, _NAME), topic=MEETINGS, around=_FACTS),
    Kind(
        "desk_for_you",
        _("Desk: question for the house"),
        (_NUMBER, _NAME, Placeholder("is_join", _("only when someone joins a group"), True)),
        may_wait=True,
        around=_FACTS,
    ),
]
