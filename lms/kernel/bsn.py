"""What looks like a citizen service number (BSN), which no law lets us keep: found in whatever people type or send.

Nine digits that pass the eleven test, in one piece or in groups; and eight of them, since spreadsheets drop a leading
nought. Eight digits are many other things as well: where a KvK number or an order number belongs they are left alone,
and so are dates, and numbers that the words before them explain.
"""

from __future__ import annotations

import re

from stdnum.nl import bsn

# Digits in groups with one space, point or dash between, as one finds them in running text.
RUN = re.compile(r"\d+(?:[ .-]\d+)*")
PHONE = re.compile(r"(?:\+|\b00)\d{2}[ .-]?(?:\(0\)[ .-]?)?(?:\d[ .-]?){8,9}(?!\d)")
# What eight digits in groups look like where a nought in front was lost: 112.22.333, or 11 222 333.
EIGHT_IN_GROUPS = {(3, 2, 3), (2, 3, 3)}
VAT_NUMBER = re.compile(r"\bNL\d{9}B\d{2}\b")  # the nine digits of a company pass the eleven test too
EXPLAINED = re.compile(
    r"(?:kvk|k\.v\.k\.|coc|order|bestel|factuur|invoice|tel|phone|mob)\w*[\s.:#-]*(?:\w{1,7}[\s.:]*)?$", re.IGNORECASE
)
BEFORE = 60  # characters: what explains a number stands right before it
DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|(?:[0-2]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d")


def looks_like_bsn(text: str, *, eight_digits: bool = True) -> bool:
    """Whether there is one in it. ``eight_digits`` False: here a number of eight has a meaning of its own."""
    text = VAT_NUMBER.sub(" ", PHONE.sub(" ", text))
    for run in RUN.finditer(text):
        groups = re.split(r"[ .-]", run[0])
        if any(bsn.is_valid(number) for number in _of_nine(groups)):
            return True
        is_explained = not eight_digits or EXPLAINED.search(text[max(0, run.start() - BEFORE) : run.start()])
        if not is_explained and any(bsn.is_valid(number) for number in _of_eight(groups)):
            return True
    return False


def _of_nine(groups: list[str]) -> list[str]:
    """Every nine digits that whole groups beside each other make."""
    found = []
    for first in range(len(groups)):
        number = ""
        for group in groups[first:]:
            number += group
            if len(number) >= 9:
                break
        if len(number) == 9:
            found.append(number)
    return found


def _of_eight(groups: list[str]) -> list[str]:
    found = [group for group in groups if len(group) == 8 and not DATE.fullmatch(group)]
    if tuple(map(len, groups)) in EIGHT_IN_GROUPS:
        found.append("".join(groups))
    return found
