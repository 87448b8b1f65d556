"""Which kinds of letters there are: what each may say, whether it may wait for the day, whether one may do without it.

Every app declares the kinds that it writes, beside the templates that hold their words. From here the outbox knows what
it may hold back, the programme office which words it may change, and the tests that no letter lacks a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

Said = str | tuple[str, str] | bool  # the same in both languages, or in Dutch and in English; a yes or no


@dataclass(frozen=True)
class Topic:
    """Mail that nobody needs for what they agreed to: each may stop it, with one click and without signing in."""

    name: str
    label: str | Promise
    description: str | Promise


@dataclass(frozen=True)
class Placeholder:
    """A value that words may name: ``{course}``. ``sample`` as it usually is, ``longest`` as long as it may become.

    One that may be empty, or that is a yes or no, decides whether the line in which it stands is there at all.
    """

    name: str
    label: str | Promise
    sample: Said
    longest: Said = ""
    may_be_empty: bool = False

    @property
    def is_condition(self) -> bool:
        return isinstance(self.sample, bool)

    def value(self, language: str, *, longest: bool = False) -> str | bool:
        said = self.longest if longest and self.longest != "" else self.sample
        return said[0 if language == "nl" else 1] if isinstance(said, tuple) else said


@dataclass(frozen=True)
class Kind:
    """One kind of letter. Templates: ``email/<name>_subject.txt``, ``email/<name>.txt``, ``email/<name>.html``."""

    name: str
    label: str | Promise
    placeholders: tuple[Placeholder, ...] = ()
    must_say: tuple[str, ...] = ()  # placeholders without which it is of no use
    topic: Topic | None = None  # None: necessary
    has_fixed_part: bool = False  # block ``more`` of its templates is not words: it stays whatever the words are
    may_wait: bool = False  # until the day begins; what someone is looking out for does not
    # What stands around the words in a sample: facts, alternatives. Values as above, or lists.
    around: Mapping[str, Any] = field(default_factory=dict)


KINDS: dict[str, Kind] = {}
TOPICS: dict[str, Topic] = {}


def declare_kinds(*kinds: Kind) -> None:
    """Enter kinds of letters; called by each app in ``AppConfig.ready``."""
    for kind in kinds:
        KINDS[kind.name] = kind
        if kind.topic:
            TOPICS[kind.topic.name] = kind.topic


def kind_of(name: str) -> Kind:
    """The declaration of a kind; one that nobody declared, as allauth's, is necessary and goes at once."""
    return KINDS.get(name) or Kind(name, name)
