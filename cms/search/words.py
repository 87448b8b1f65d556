"""From text to words, and from a word to every form in which one may look for it.

Dutch is stemmed twice: of the two published Dutch algorithms one knows that "sensoren" is "sensor", the other that
"machines" is "machine". Neither knows that "printen" is in "metaalprinten"; the tails of a word do.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

_STEMMERS = {
    "nl": (snowballstemmer.stemmer("dutch"), snowballstemmer.stemmer("dutch_porter")),
    "en": (snowballstemmer.stemmer("english"),),
}
# Longer ones are cut in pieces: a database keeps no word of any length.
_WORD = re.compile(r"[a-z0-9]{1,60}")
_VOWEL = re.compile(r"[aeiouy]")
# A shorter word, or part of one, is found at the beginning of a word only: "it" is no part of "kwaliteit".
LONG = 4
# What stands before the second part of a compound: three letters at least, or "metaal" would hold "taal" (language).
_HEAD = 3
# The sign before a tail, so that it is never taken for a word.
TAIL = "_"
# A question is a few words; each costs a comparison with every word we know.
_MOST = 8


def words_of(text: str) -> list[str]:
    """Lower case, accents folded, cut at everything that is no letter or digit."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(mark for mark in folded if not unicodedata.combining(mark)))


# Words that say nothing about a course; left out of a question unless it has no others.
_SMALL = frozenset(
    words_of(
        "a aan als an and at bij da dat de die een en for from hebben het how ik in is it je met naar of om on op or "
        "over te the to tot uit van voor wat with"
    )
)


def asked_words(text: str) -> list[str]:
    """The words of a question that count, each once."""
    words = list(dict.fromkeys(words_of(text)))
    return ([word for word in words if word not in _SMALL] or words)[:_MOST]


@lru_cache(maxsize=20_000)
def forms_of(word: str, language: str) -> tuple[str, ...]:
    """The word and its stems, each once. A stem that is a small word is none: "meten" is not "met"."""
    # Without its accent "technologieën" no longer shows the stemmers where it ends.
    singular = [word.removesuffix("en")] if language == "nl" and word.endswith("ieen") else []
    stems = [stemmer.stemWord(form) for stemmer in _STEMMERS[language] for form in (word, *singular)]
    return tuple(dict.fromkeys([word, *singular, *(stem for stem in stems if stem not in _SMALL)]))


@lru_cache(maxsize=20_000)
def indexed_forms(word: str, language: str) -> tuple[str, ...]:
    """What is kept of a word: its forms, and behind a sign the tails that may be a word of their own."""
    forms = forms_of(word, language)
    return tuple(dict.fromkeys((*forms, *(tail for form in forms for tail in _tails(form)))))


def _tails(form: str) -> Iterator[str]:
    for cut in range(_HEAD, len(form) - LONG + 1):
        if _VOWEL.search(form, 0, cut) and _VOWEL.search(form, cut):
            yield f"{TAIL}{form[cut:]}"
