"""The kinds of letters about what the layers below announce; the words stand in ``templates/email/<kind>…``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lms.kernel.letter_kinds import Kind, Placeholder, Topic

REMINDERS = Topic(
    "reminders",
    _("reminders"),
    _("A week and a day before something begins in which you take part. It stands in your calendar as well."),
)
NEW_DATES = Topic(
    "new_dates", _("new dates"), _("That you can enrol in a course of which you said that you want to follow it.")
)

_COURSE = Placeholder(
    "course",
    _("title of the course"),
    ("Cobots in de praktijk", "Cobots in practice"),
    (
        "Mensgerichte robotisering en digitalisering van assemblageprocessen in de maakindustrie voor teamleiders",
        "Human-centred robotisation and digitalisation of assembly processes in manufacturing for team leaders",
    ),
)
_PROVIDER = Placeholder(
    "provider", _("who gives it"), "RoboHouse", "Duurzaamheidsfabriek en Hogeschool Rotterdam, Techniek en Innovatie"
)
_NAME = Placeholder(
    "greeting_name", _("given name of the reader"), "Samira", "Wilhelmina-Alexandrina", may_be_empty=True
)
_EDITION = (_COURSE, _PROVIDER, _NAME)
_STARTS_SURELY = Placeholder(
    "starts",
    _("first day, written out"),
    ("donderdag 4 maart 2027", "Thursday 4 March 2027"),
    ("donderdag 30 september 2027", "Wednesday 29 September 2027"),
)
_STARTS = replace(_STARTS_SURELY, may_be_empty=True)
_STARTS_TIME = Placeholder("starts_time", _("time of the first session"), ("09.00 uur", "09:00"))
_STARTS_ON = Placeholder(
    "starts_on",
    _("first day"),
    ("4 maart 2027", "4 March 2027"),
    ("30 september 2027", "30 September 2027"),
    may_be_empty=True,
)
_DEADLINE = Placeholder(
    "deadline",
    _("until when, written out"),
    ("woensdag 10 februari 2027 10.00 uur", "Wednesday 10 February 2027 10:00"),
    ("donderdag 30 september 2027 10.00 uur", "Wednesday 29 September 2027 10:00"),
)
_DEADLINE_SHORT = Placeholder("deadline_short", _("until when"), ("wo 10 feb", "Wed 10 Feb"))
_CODE = Placeholder("code", _("the six digits"), "407316")
_CHECK_IN = Placeholder("needs_check_in", _("only when it is not online"), True)
_WHO = Placeholder("who", _("who asks"), "Samira de Vries", "Wilhelmina-Alexandrina van den Berg-Uittenbogaard")
_ANSWER_BEFORE = Placeholder(
    "answer_before",
    _("until when to answer"),
    ("donderdag 4 maart 2027", "Thursday 4 March 2027"),
    ("donderdag 30 september 2027", "Wednesday 29 September 2027"),
)
_PAGE = Placeholder(
    "page",
    _("title of the page"),
    ("Onze opleidingen", "Our courses"),
    ("Zo werkt het loket voor bedrijven in Zuid-Holland", "How the desk works for companies in South Holland"),
)
_NOTE = Placeholder(
    "note",
    _("the note with it"),
    ("De foto mag groter.", "The picture may be larger."),
    may_be_empty=True,
)
_CHANGES: dict[str, Any] = {
    "changes": [
        {
            "what": ("Waar", "Where"),
            "was": "Zaal 2, RoboHouse, Julianalaan 67A, Delft",
            "now": "Zaal 5, RoboHouse, Julianalaan 67A, Delft",
        },
        {"what": "Trainer", "was": "Bo Li", "now": "Chris Smit"},
    ]
}
_ALTERNATIVES = {
    "alternatives": [
        {"when": "8 t/m 29 april 2027", "where": "Delft", "url": "https://lms.example/nl/inschrijven/cobots-27-3/"}
    ]
}
_FACTS = {
    "facts": [
        (("Wanneer", "When"), ("4 donderdagen, 4 t/m 25 maart 2027", "4 Thursdays, 4 to 25 March 2027")),
        (("Tijd", "Time"), ("09.00–16.30", "09:00–16:30")),
        (("Waar", "Where"), "RoboHouse, Julianalaan 67A, Delft"),
        (("Nummer", "Number"), "7K3-9QF-2XA"),
    ]
}

KINDS = [
    Kind(
        "enrolment_code",
        _("Code to enrol"),
        (
            _CODE,
            *_EDITION,
            Placeholder("held_until", _("until when the place is held"), ("10.20 uur", "10:20"), may_be_empty=True),
            Placeholder("is_request", _("only when it asks for approval"), True),
            Placeholder("is_waiting", _("only when there is no place"), True),
        ),
        must_say=("code",),
    ),
    Kind("enrolment_requested", _("Request came in"), _EDITION, around=_FACTS),
    Kind(
        "talk_planned",
        _("Intake talk planned"),
        (
            *_EDITION,
            Placeholder(
                "talk_on",
                _("when the talk is"),
                ("donderdag 4 maart 2027, 10.00 uur", "Thursday 4 March 2027, 10:00"),
            ),
        ),
        around=_FACTS,
    ),
    Kind(
        "approval_refused",
        _("Request not approved"),
        (
            *_EDITION,
            Placeholder("by_employer", _("only when the employer refuses"), True),
            Placeholder("company", _("the employer"), "Van Dorp"),
            Placeholder("reason", _("the reason"), ("Er is nu geen ruimte.", "There is no room now.")),
        ),
        must_say=("reason",),
        may_wait=True,
        around=_ALTERNATIVES | {"kind": "employer"},
    ),
    Kind("request_lapsed", _("Request ended"), _EDITION, may_wait=True, around=_ALTERNATIVES),
    Kind(
        "approval_asked",
        _("Request to decide on"),
        (
            _WHO,
            _COURSE,
            _ANSWER_BEFORE,
            Placeholder("of_employer", _("only for the employer"), True),
            Placeholder("of_intake", _("only with a talk"), True),
            Placeholder("of_provider", _("only for who gives it"), True),
            _NAME,
        ),
        may_wait=True,
        around=_FACTS | {"kind": "employer"},
    ),
    Kind(
        "approval_due",
        _("Request to decide on, soon"),
        (_WHO, _COURSE, _ANSWER_BEFORE, _NAME),
        may_wait=True,
        around=_FACTS,
    ),
    Kind(
        "enrolment_confirmed",
        _("Place confirmed"),
        (*_EDITION, _STARTS, _STARTS_TIME, _STARTS_ON, _CHECK_IN),
        around=_FACTS,
    ),
    Kind(
        "enrolment_waitlisted",
        _("On the waiting list"),
        (
            Placeholder("place", _("number on the waiting list"), "3", "128"),
            Placeholder("waits_together", _("only for who waits with colleagues"), True),
            *_EDITION,
            _STARTS_ON,
        ),
        around=_FACTS,
    ),
    Kind(
        "seat_offered",
        _("Place offered"),
        (
            *_EDITION,
            Placeholder(
                "deadline",
                _("until when, written out"),
                ("woensdag 10 februari 2027 10.00 uur", "Wednesday 10 February 2027 10:00"),
                ("donderdag 30 september 2027 10.00 uur", "Wednesday 29 September 2027 10:00"),
            ),
            Placeholder("deadline_short", _("until when"), ("wo 10 feb", "Wed 10 Feb")),
            _STARTS_ON,
        ),
        must_say=("deadline",),
        around=_FACTS,
    ),
    Kind(
        "offer_extended",
        _("Offer extended"),
        (*_EDITION, _DEADLINE, _DEADLINE_SHORT),
        must_say=("deadline",),
        around=_FACTS,
    ),
    Kind(
        "offer_taken_back",
        _("Offer taken back"),
        (*_EDITION, Placeholder("place", _("number on the waiting list"), "3", "128")),
        around=_FACTS,
    ),
    Kind(
        "place_kept",
        _("Place kept on another date"),
        (*_EDITION, _DEADLINE, _DEADLINE_SHORT, replace(_STARTS_ON, name="cancelled_on")),
        must_say=("deadline",),
        around=_FACTS,
    ),
    Kind(
        "announcement",
        _("Announcement about an edition"),
        (
            *_EDITION,
            Placeholder("kicker", _("number of the edition"), "COBOTS-27-2"),
            Placeholder("said_subject", _("subject of who announces"), ("Andere zaal", "Another room")),
            Placeholder("said", _("words of who announces"), ("Kom naar zaal 5.", "Come to room 5.")),
        ),
        must_say=("said",),
        around=_FACTS,
    ),
    Kind("offer_lapsed", _("Offer lapsed"), (*_EDITION, _STARTS_ON), may_wait=True, around=_ALTERNATIVES),
    Kind(
        "enrolment_withdrawn",
        pgettext_lazy("enrolment", "Withdrawn"),
        (
            *_EDITION,
            _STARTS_ON,
            Placeholder(
                "withdrawn_by",
                _("who did it, unless the reader"),
                "Van Dorp",
                "Duurzaamheidsfabriek en Hogeschool Rotterdam, Techniek en Innovatie",
                may_be_empty=True,
            ),
        ),
    ),
    Kind(
        "enrolment_moved",
        _("Old date out of the calendar, after a move"),
        (*_EDITION, _STARTS_ON, Placeholder("is_offer", _("only when the other date is an offer"), True)),
        around={"facts": [(("do 11 mrt 2027, 09.00–16.30", "Thu 11 Mar 2027, 09:00–16:30"), "Dag 2")]},
    ),
    Kind("enrolment_cancelled", _("Edition cancelled"), (*_EDITION, _STARTS_ON), may_wait=True, around=_ALTERNATIVES),
    Kind(
        "edition_changed",
        _("Edition changed"),
        (*_EDITION, _STARTS_SURELY),
        has_fixed_part=True,
        may_wait=True,
        around=_FACTS | _CHANGES,
    ),
    Kind(
        "edition_changed_waiting",
        _("Edition changed, to who waits"),
        _EDITION,
        has_fixed_part=True,
        may_wait=True,
        around=_FACTS | _CHANGES,
    ),
    Kind(
        "session_dropped",
        _("Session does not take place"),
        (*_EDITION, Placeholder("is_one", _("only when it is one session"), True)),
        may_wait=True,
        around={"facts": [(("do 11 mrt 2027, 09.00–16.30", "Thu 11 Mar 2027, 09:00–16:30"), "Dag 2")]},
    ),
    Kind(
        "reminder_week",
        _("Reminder a week ahead"),
        (*_EDITION, _STARTS_SURELY, _STARTS_TIME),
        topic=REMINDERS,
        may_wait=True,
        around=_FACTS,
    ),
    Kind(
        "reminder_day",
        _("Reminder a day ahead"),
        (
            *_EDITION,
            _STARTS_SURELY,
            _STARTS_TIME,
            Placeholder("is_online", _("only when it is online"), True),
            _CHECK_IN,
        ),
        topic=REMINDERS,
        may_wait=True,
        around=_FACTS,
    ),
    Kind(
        "interest_code",
        _("Code for the list of a course"),
        (_CODE, _COURSE, _NAME),
        must_say=("code",),
    ),
    Kind("interest_registered", _("On the list for a course"), (_COURSE, _NAME), around=_FACTS),
    Kind(
        "edition_opened",
        _("New date for who waits"),
        (*_EDITION, _STARTS_ON, Placeholder("is_group", _("only for a group"), True)),
        topic=NEW_DATES,
        may_wait=True,
        around=_FACTS,
    ),
    Kind(
        "certificate_ready",
        _("Certificate ready"),
        (
            _COURSE,
            _NAME,
            Placeholder("is_assessed", _("only with an assessment"), True),
            Placeholder("replaces", _("only when it replaces another"), True),
        ),
        may_wait=True,
        around=_FACTS,
    ),
    Kind(
        "page_submitted", _("Page waits for approval"), (_PAGE, Placeholder("who", _("who sent it in"), "Bo Li"), _NAME)
    ),
    Kind("page_approved", _("Page approved"), (_PAGE, _NOTE, _NAME)),
    Kind("page_sent_back", _("Page sent back"), (_PAGE, _NOTE, _NAME)),
    Kind(
        "contract_withdrawn",
        _("Withdrawn from the contract"),
        (_COURSE, Placeholder("owed", _("what is owed"), ("€ 120,00", "€120.00"), may_be_empty=True), _NAME),
        around=_FACTS,
    ),
    Kind("privacy_code", _("Code for one's own data"), (_CODE, _NAME), must_say=("code",)),
    Kind(
        "privacy_planned",
        _("Data to be erased"),
        (
            Placeholder(
                "moment",
                _("when it happens"),
                ("donderdag 4 maart 2027 10.00 uur", "Thursday 4 March 2027 10:00"),
            ),
            _NAME,
        ),
        must_say=("moment",),
    ),
    Kind(
        "privacy_erased",
        _("Data erased"),
        (Placeholder("by_term", _("only when the term did it"), True), _NAME),
        has_fixed_part=True,
        around={"projects": [], "certificates": "keep"},
    ),
    Kind(
        "group_news",
        _("News about a group"),
        (
            _COURSE,
            Placeholder("heading", _("what it is about"), ("Je plek", "Your place")),
            Placeholder(
                "intro", _("what we tell"), ("Je bedrijf heeft je ingeschreven.", "Your company enrolled you.")
            ),
            _NAME,
        ),
        must_say=("intro",),
        around=_FACTS,
    ),
    Kind(
        "webhook_paused",
        _("Webhook paused"),
        (Placeholder("company", _("the company"), "Van Dorp"), _NAME),
    ),
]
