"""What someone may have meant who typed a word we do not know.

Alike on every database: the words of a catalogue fit in memory, so no database's own likeness is asked for.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from cms.models import CoursePage
from cms.search.words import LONG, asked_words, forms_of, words_of
from courses.models import CourseSkill, Theme
from lms.people.models import Organisation

# What is heard as one sound is often written as another: kobot, fision, interfees.
_HEARD = [pair.split("=") for pair in ("ph=f", "th=t", "ck=k", "ij=i", "y=i", "c=k", "z=s", "v=f", "x=ks")]
# Two letters the wrong way round in a word of five are still that word; "robot" for "boot" is another one.
_LIKENESS = 0.75
_LONGER = 3


def known_words(language: str) -> dict[str, str]:
    """The words by which courses are called and described, folded, with how they are written. Four queries."""
    pages = CoursePage.objects.live().filter(locale__language_code=language)
    taught = pages.values("course")
    texts: list[Iterable[tuple[str, ...]]] = [
        pages.values_list("title", f"course__summary_{language}"),
        CourseSkill.objects.filter(course__in=taught).values_list(f"skill__name_{language}").distinct(),
        Theme.objects.filter(courses__in=taught).values_list(f"name_{language}").distinct(),
        Organisation.objects.filter(courses__in=taught).values_list("name").distinct(),
    ]
    known: dict[str, str] = {}
    for rows in texts:
        for text in (text for row in rows for text in row):
            for written in re.findall(r"\w+", text):
                folded = words_of(written)
                if len(folded) == 1 and len(folded[0]) >= LONG:
                    known.setdefault(folded[0], written.lower())
    return known


def _heard(word: str) -> str:
    """As it sounds, roughly: letters for one sound are one letter, and a doubled letter is one."""
    for written, sound in _HEARD:
        word = word.replace(written, sound)
    return re.sub(r"(.)\1", r"\1", word)


def _nearest(word: str, known: Mapping[str, str]) -> str:
    """The known word that sounds the same, else the one with the likest letters; empty where none is like it."""
    sound = _heard(word)
    if alike := next((one for one in known if _heard(one) == sound), ""):
        return alike
    likely = [one for one in known if abs(len(one) - len(word)) <= _LONGER]
    return next(iter(get_close_matches(word, likely, 1, _LIKENESS)), "")


def meant(text: str, known: Mapping[str, str], language: str) -> str:
    """The question with each unknown word replaced by the nearest known one; empty when that changes nothing."""
    words = asked_words(text)
    stems = {form for word in known for form in forms_of(word, language)}
    said = []
    for word in words:
        if word in known or set(forms_of(word, language)) & stems:
            said.append(known.get(word, word))
            continue
        if not (near := _nearest(word, known)):
            return ""
        said.append(known[near])
    return "" if [words_of(word) for word in said] == [[word] for word in words] else " ".join(said)
