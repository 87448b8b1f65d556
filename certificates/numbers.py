"""Certificate numbers: impossible to guess, short enough to type, and a slip of the finger shows.

Eighty random bits in sixteen Crockford characters, then one check character (Luhn mod 32). The check finds every
single wrong character and every swap of two neighbours except 0 with Z.
"""

import re
import secrets

from stdnum import luhn

from lms.kernel.codes import CROCKFORD

RANDOM_BITS = 80
LENGTH = RANDOM_BITS // 5 + 1

# What people put between groups (spaces, hyphens and their typographic cousins) and the look-alikes Crockford allows.
# U is no look-alike: somebody who types it has another number in hand.
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_LOOK_ALIKES = str.maketrans("OIL", "011")


def new_number() -> str:
    """Seventeen characters, the last one the check; written without hyphens."""
    bits = secrets.randbits(RANDOM_BITS)
    body = "".join(CROCKFORD[bits >> shift & 31] for shift in range(RANDOM_BITS - 5, -1, -5))
    return body + luhn.calc_check_digit(body, CROCKFORD)


def normalise(text: str) -> str:
    """The number as we store it, from what somebody typed or read aloud. Says nothing about whether it is one."""
    return _SEPARATORS.sub("", text).upper().translate(_LOOK_ALIKES)


def is_number(text: str) -> bool:
    """Whether this, once normalised, can be a number of ours; only the register knows whether it was issued."""
    number = normalise(text)
    return len(number) == LENGTH and luhn.is_valid(number, CROCKFORD)


def grouped(number: str) -> str:
    """As printed: ``7K3M-Q9TX-2B4N-8WRF-D``."""
    return "-".join(number[start : start + 4] for start in range(0, len(number), 4))
