"""Accounts that look like one person's: never merged by a machine, put on a list for a human.

A name alone is no sign, of Jan de Vries there are many. It takes the same name and the same employer, or the same name
and an address that says the same: the same letters before the @ but for dots and what follows a plus.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import combinations

from django.db import transaction

from lms.people.models import Employment, LikelyDouble, User

Reason = LikelyDouble.Reason
# Letters that Unicode does not take apart.
FOLDED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"})


def same_name(person: User) -> str:
    """A name as it is compared: no capitals, accents, points or spaces. Empty when there is too little to go by."""
    if not (person.given_name and person.family_name):
        return ""
    return _folded(person.full_name)


def same_address(email: str) -> str:
    """What stands before the @, without dots and without what follows a plus. Only ever a reason to look."""
    return email.partition("@")[0].partition("+")[0].replace(".", "").replace("-", "").replace("_", "").lower()


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().translate(FOLDED))
    return "".join(letter for letter in plain if letter.isalnum())


def find_likely_doubles(*, at: datetime) -> int:
    """Enter every pair that looks alike and was not entered before; answers how many.

    Reads every account once: those that share a name and an employer, or a name and an address, meet in one bucket.
    """
    people = {one.pk: one for one in User.objects.filter(is_active=True)}
    names = {pk: name for pk, one in people.items() if (name := same_name(one))}
    buckets: dict[tuple[str, str, object], set[int]] = defaultdict(set)
    for pk, name in names.items():
        buckets[Reason.ADDRESS.value, name, same_address(people[pk].email)].add(pk)
    for user, organisation in Employment.objects.values_list("user", "organisation"):
        if user in names:
            buckets[Reason.EMPLOYER.value, names[user], organisation].add(user)
    pairs: dict[tuple[int, int], str] = {}
    for (reason, _name, _shared), found in buckets.items():
        for one, other in combinations(sorted(found), 2):
            pairs.setdefault((one, other), reason)
    return _enter(pairs, at=at)


@transaction.atomic
def _enter(pairs: dict[tuple[int, int], str], *, at: datetime) -> int:
    known = set(LikelyDouble.objects.values_list("one", "other"))
    new = [
        LikelyDouble(one_id=one, other_id=other, reason=reason, found_at=at)
        for (one, other), reason in pairs.items()
        if (one, other) not in known
    ]
    LikelyDouble.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def note_double(people: Iterable[User], reason: str, *, at: datetime) -> LikelyDouble:
    """Enter two accounts of which something else gave away that they may be one."""
    one, other = sorted(people, key=lambda person: person.pk)
    return LikelyDouble.objects.get_or_create(one=one, other=other, defaults={"reason": reason, "found_at": at})[0]
