"""Content that several tests of pages need."""

from typing import Any

STORY: dict[str, Any] = {
    "kind": "employee",
    "who": "Sjoerd Voorbeeld",
    "course": "",
    "lab": "",
    "title": {"nl": "De cobot schroeft nu", "en": "The cobot sets the screws"},
    "role": {"nl": "Monteur", "en": "Fitter"},
    "introduction": {"nl": "Sjoerd leerde een cobot sturen.", "en": "Sjoerd learned to direct a cobot."},
    "quote": {"nl": "Ik weet waarom hij stopt.", "en": "I know why it stops."},
    "text": {
        "nl": "Eerst dacht hij aan zijn uren.\n\nNu niet meer.",
        "en": "First he thought of his hours.\n\nNo more.",
    },
}
