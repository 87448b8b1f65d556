"""How easily a text reads, and what makes it hard: for editors to see, never to stop them.

Two measures and a few rules of thumb of the content style, in Dutch and in English. Reading ease is Flesch's for
English (1948) and Douma's for Dutch (1960): short sentences of short words score high.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# A reader of B1 loses the thread of a sentence beyond this.
LONG = 25
# Below this a score says nothing: a heading is no text.
ENOUGH_WORDS = 40

SENTENCE_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"'’”)]))\s+(?=[\"'‘“(]*[A-Z0-9À-Þ])|\n+")
ABBREVIATIONS = re.compile(
    r"\b(?:bijv|bv|d\.w\.z|enz|etc|e\.d|i\.e|e\.g|dr|drs|ir|ing|mr|prof|nr|p|m\.b\.t|t\.a\.v|o\.a|z\.s\.m)\.", re.I
)
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
VOWELS = {
    "nl": re.compile(
        r"(?:aai|ooi|oei|eeuw|ieuw|aa|ee|oo|uu|ie|oe|eu|ui|ei|ij|au|ou|[aeiouyàáâäèéêëìíîïòóôöùúûü])", re.I
    ),
    "en": re.compile(r"[aeiouyàáâäèéêëìíîïòóôöùúûü]+", re.I),
}


class Kind(StrEnum):
    """What a remark is about."""

    LONG = "long"
    WORD = "word"
    PASSIVE = "passive"
    TONE = "tone"
    LINK = "link"
    STRUCTURE = "structure"
    PICTURE = "picture"


@dataclass(frozen=True)
class Remark:
    """One thing that could be better: what, and the words it is about."""

    kind: Kind
    says: str
    about: str = ""


@dataclass(frozen=True)
class Ease:
    """How easily a text reads: of a hundred, and in a word."""

    score: int
    label: str | Promise


# Measures -------------------------------------------------------------------------------------------------------------


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line of its own (a heading, an item) is one."""
    joined = ABBREVIATIONS.sub(lambda found: found[0].replace(".", "․"), text)
    parts = (part.strip().replace("․", ".") for part in SENTENCE_END.split(joined))
    return [part for part in parts if WORD.search(part)]


def words(text: str) -> list[str]:
    return WORD.findall(text)


def syllables(word: str, language: str) -> int:
    """As near as counting vowels comes; English leaves a silent e at the end out."""
    found = len(VOWELS.get(language, VOWELS["en"]).findall(word))
    if language == "en" and found > 1 and re.search(r"[^aeiouyl]e$|[^aeiouy]ed$", word, re.I):
        found -= 1
    return max(found, 1)


def reading_ease(text: str, language: str) -> Ease | None:
    """Flesch or Flesch-Douma; None where there are too few words to say anything."""
    found = words(text)
    if len(found) < ENOUGH_WORDS:
        return None
    per_sentence = len(found) / max(len(sentences(text)), 1)
    per_word = sum(syllables(word, language) for word in found) / len(found)
    if language == "nl":
        score = 206.84 - 0.93 * per_sentence - 77 * per_word
    else:
        score = 206.835 - 1.015 * per_sentence - 84.6 * per_word
    bounded = round(min(max(score, 0), 100))
    return Ease(bounded, next(label for least, label in LEVELS if bounded >= least))


LEVELS = [
    (70, gettext_lazy("easy")),
    (55, gettext_lazy("plain, as it should be")),
    (40, gettext_lazy("rather hard")),
    (0, gettext_lazy("hard: shorten sentences and words")),
]


# Rules of thumb -------------------------------------------------------------------------------------------------------

# What to write instead; nothing: leave it out.
INSTEAD: dict[str, dict[str, str]] = {
    "nl": {
        "cursus": "opleiding", "cursussen": "opleidingen", "cursist": "deelnemer", "cursisten": "deelnemers",
        "training event": "bijeenkomst", "user": "deelnemer", "users": "deelnemers", "succesvol": "",
        "ongeldig": "wat er mis is", "middels": "met", "door middel van": "met", "teneinde": "om",
        "indien": "als", "alsmede": "en", "aangaande": "over", "betreffende": "over", "inzake": "over",
        "met betrekking tot": "over", "ten aanzien van": "over", "omtrent": "over", "derhalve": "daarom",
        "echter": "maar", "evenals": "en", "gedurende": "tijdens", "dient te": "moet", "dienen te": "moeten",
        "reeds": "al", "tevens": "ook", "trachten": "proberen", "verstrekken": "geven", "wijzigen": "veranderen",
        "aanvangen": "beginnen", "conform": "volgens", "faciliteren": "helpen", "implementeren": "invoeren",
        "optimaliseren": "verbeteren", "competenties": "wat je kunt", "stakeholders": "betrokkenen",
        "upskilling": "bijscholing", "reskilling": "omscholing", "onboarding": "inwerken", "deliverables": "resultaten",
    },
    "en": {
        "utilise": "use", "utilize": "use", "utilisation": "use", "in order to": "to", "prior to": "before",
        "subsequent to": "after", "commence": "start", "facilitate": "help", "leverage": "use",
        "regarding": "about", "with regard to": "about", "in respect of": "about", "terminate": "end",
        "endeavour": "try", "ascertain": "find out", "additional": "more", "approximately": "about",
        "sufficient": "enough", "successfully": "", "going forward": "from now on", "stakeholders": "people involved",
        "deliverables": "results", "upskilling": "learning new skills", "user": "learner", "users": "learners",
    },
}  # fmt: skip
PASSIVE = {
    "nl": re.compile(
        r"\b(?:wordt|worden|werd|werden)\b(?:\s+[^\s.,;:!?]+){0,6}?\s+(?:ge|be|ver|ont|her)[^\W\d_]{2,}(?:d|t|en)\b",
        re.I,
    ),
    "en": re.compile(r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+ly\s+)?\w{2,}(?:ed|en|wn|ght)\s+by\b", re.I),
}
FORMAL = re.compile(r"\b(?:u|uw|uzelf)\b")
NUMERIC_DATE = re.compile(r"\b\d{1,2}[-/]\d{1,2}[-/]\d{4}\b")
NOTHING_SAID = {
    "nl": {"klik hier", "hier", "lees meer", "meer", "deze link", "link", "lees verder", "meer informatie"},
    "en": {"click here", "here", "read more", "more", "this link", "link", "more information", "learn more"},
}


def remarks_on(text: str, language: str) -> list[Remark]:
    """What makes a text harder than it need be, in the order in which it is read."""
    found: list[Remark] = []
    for sentence in sentences(text):
        found += _on_sentence(sentence, language)
    return list(dict.fromkeys(found))


def _on_sentence(sentence: str, language: str) -> Iterator[Remark]:
    if (count := len(words(sentence))) > LONG:
        yield Remark(Kind.LONG, _("A sentence of %(count)d words: cut it in two.") % {"count": count}, shown(sentence))
    for word, instead in INSTEAD.get(language, {}).items():
        if re.search(rf"\b{re.escape(word)}\b", sentence, re.I):
            says = _("Say “%(instead)s”.") % {"instead": instead} if instead else _("Leave this word out.")
            yield Remark(Kind.WORD, says, word)
    if (passive := PASSIVE.get(language)) and (match := passive.search(sentence)):
        yield Remark(Kind.PASSIVE, _("Say who does it."), shown(match[0]))
    if language == "nl" and (match := FORMAL.search(sentence)):
        yield Remark(Kind.TONE, _("We say “je”."), shown(sentence))
    if "!" in sentence:
        yield Remark(Kind.TONE, _("No exclamation marks."), shown(sentence))
    if match := NUMERIC_DATE.search(sentence):
        yield Remark(Kind.TONE, _("Write the date out: 4 March 2027."), match[0])


def link_says_nothing(words_of_link: str, language: str) -> bool:
    """Whether a link's words mean nothing apart from their sentence, as a screen reader's list of links shows them."""
    plain = " ".join(words_of_link.lower().split()).strip(" .…»>→")
    return plain in NOTHING_SAID.get(language, set())


def shown(text: str, most: int = 90) -> str:
    """The beginning of a text, cut at a word."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[:most].rsplit(" ", 1)[0] + " …"
