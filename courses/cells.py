"""Single cells of a spreadsheet: text that says what a value is, and back, in either language, however written.

What cannot be read raises ValueError with words for who filled it in. A cell that a spreadsheet would run is guarded by
an apostrophe on its way out, which comes off on its way in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export import widgets

from lms.kernel.bsn import looks_like_bsn
from lms.kernel.spreadsheets import FORMULA_SIGNS

LANGUAGES = ("nl", "en")
# An apostrophe before what a spreadsheet would run is ours; so are those before such apostrophes.
_GUARDED = re.compile(rf"'+[{re.escape(''.join(FORMULA_SIGNS))}]")


def guarded(text: str) -> str:
    """Text as it can stand in a cell without being run; ``unguarded`` gives back exactly what it was."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) or _GUARDED.match(text) else text


def unguarded(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


class Text(widgets.Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = unguarded(value)
        if looks_like_bsn(text):
            raise ValueError(_("This looks like a citizen service number (BSN). Do not fill that in here."))
        return text

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class Number(Text):
    """From nought up to what every database can keep in this column."""

    def __init__(self, highest: int = 2**31 - 1) -> None:
        super().__init__()
        self.highest = highest

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        if not value:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", value):
            raise ValueError(_("“%(value)s” is not a whole number.") % {"value": value[:40]})
        if int(value) > self.highest:
            raise ValueError(_("“%(value)s” is too much.") % {"value": value})
        return int(value)


class YesNo(Text):
    WORDS: ClassVar[dict[str, bool]] = dict.fromkeys(("1", "yes", "ja", "true", "waar"), True) | dict.fromkeys(
        ("0", "no", "nee", "false", "onwaar"), False
    )

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool | None:
        if not value:
            return None
        if value.casefold() not in self.WORDS:
            raise ValueError(_("Write yes or no, not “%(value)s”.") % {"value": value[:40]})
        return self.WORDS[value.casefold()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "1" if value else "0"


class Choice(Text):
    """A choice by its own word, or by its label in either language."""

    def __init__(self, choices: Callable[[], Iterable[tuple[Any, Any]]]) -> None:
        super().__init__()
        self.choices = choices

    @cached_property
    def words(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for language in LANGUAGES:
            with override(language):
                found |= {str(label).casefold(): value for value, label in self.choices()}
        return found | {str(value).casefold(): value for value, _label in self.choices() if value}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        if not value:
            return ""
        if value.casefold() not in self.words:
            known = ", ".join(str(one) for one, _label in self.choices() if one)
            raise ValueError(_("“%(value)s” is none of: %(known)s.") % {"value": value[:40], "known": known})
        return self.words[value.casefold()]


class Choices(Choice):
    """Several of them, in any order, between spaces or commas."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return [super(Choices, self).clean(word) for word in _words(value)]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return " ".join(value or [])


def _words(value: str) -> list[str]:
    return [word for word in re.split(r"[\s,;]+", value) if word]


class Day(Text):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        return _moment(value).date() if value else None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.isoformat() if value else ""


class Moment(Text):
    """On the clock of the wall, to the minute."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> datetime | None:
        if not value:
            return None
        moment = _moment(value)
        aware = timezone.make_aware(moment)
        if timezone.localtime(aware.astimezone(UTC)).replace(tzinfo=None) != moment:
            raise ValueError(_("“%(value)s” does not exist: the clock is put forward then.") % {"value": value[:40]})
        return aware

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return f"{timezone.localtime(value):%Y-%m-%dT%H:%M}" if value else ""


_DUTCH = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T,]+(\d{1,2})[:.](\d{2})(?::\d{2})?)?")


def _moment(value: str) -> datetime:
    """As spreadsheets give it (ISO) and as Dutch people write it."""
    try:
        if found := _DUTCH.fullmatch(value):
            day, month, year, hour, minute = (int(one or 0) for one in found.groups())
            moment: datetime | None = datetime(year, month, day, hour, minute)  # noqa: DTZ001  (made aware by who asked)
        else:
            moment = parse_datetime(value.replace("T", " ") if "T" in value else value)
            moment = moment or datetime.combine(date.fromisoformat(value), datetime.min.time())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None or not 2000 <= moment.year < 2100:
        words = _("“%(value)s” is not a date. Write it like 04-03-2027, with a time like 04-03-2027 09:00.")
        raise ValueError(words % {"value": value[:40]})
    return moment


class ByCode(Text):
    """One of the rows that are known, by its code or name."""

    def __init__(self, find: Callable[[], dict[str, Any]], code: str = "code") -> None:
        super().__init__()
        self.find, self.code = find, code

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if not value:
            return None
        # A name stands between many: cells of names are compared without capitals.
        found = self.find().get(unguarded(value)) or self.find().get(unguarded(value).casefold())
        if isinstance(found, list):
            if len(found) > 1:
                raise ValueError(_("There are several called “%(value)s”.") % {"value": value[:80]})
            [found] = found
        if found is None:
            raise ValueError(_("“%(value)s” is unknown, or not yours.") % {"value": value[:80]})
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(getattr(value, self.code)) if value else ""


class ByName(ByCode):
    """By its name, or by its uuid where several have that name."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if value is None:
            return ""
        name = str(getattr(value, self.code))
        return str(value.uuid) if len(self.find().get(name.casefold(), [])) > 1 else name


class Codes(widgets.ManyToManyWidget):
    """Several rows by their codes. Derives from the package's widget so that it is saved after its row."""

    def __init__(self, find: Callable[[], dict[str, Any]], code: str = "code") -> None:
        self.find, self.code = find, code

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[Any]:
        known = self.find()
        words = _words(value.casefold() if self.code == "email" else value)
        if unknown := [word for word in words if word not in known]:
            raise ValueError(_("“%(value)s” is unknown, or not yours.") % {"value": ", ".join(unknown)[:80]})
        return [known[word] for word in dict.fromkeys(words)]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        rows = value.all() if hasattr(value, "all") else value
        return " ".join(sorted(str(getattr(one, self.code)) for one in rows))


def plain_cell(field: Any) -> Text:
    if isinstance(field, models.PositiveSmallIntegerField):
        return Number(2**15 - 1)
    kinds = {
        models.BooleanField: YesNo,
        models.DateTimeField: Moment,
        models.DateField: Day,
        models.IntegerField: Number,
    }
    return next((widget() for kind, widget in kinds.items() if isinstance(field, kind)), Text())
