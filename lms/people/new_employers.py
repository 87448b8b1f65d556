"""Employers that learners typed in: which of them look like one that we know, and approving those that are new."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.people.models import Organisation, User

# What companies leave out or write in their own way.
LEGAL_FORMS = {"bv", "nv", "vof", "cv", "holding", "groep", "group", "nederland", "en", "and", "zn"}


def normalised_name(name: str) -> str:
    """A name as it is compared: without accents, capitals, punctuation and legal form."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    words = re.findall(r"[a-z0-9]+", re.sub(r"\(.*?\)", " ", plain).replace(".", ""))
    return " ".join(word for word in words if word not in LEGAL_FORMS) or " ".join(words)


def likely_doubles(new: Iterable[Organisation]) -> dict[int, list[Organisation]]:
    """By key of each new employer, the others with the same name as it is compared; reviewed ones first. One query."""
    by_name: dict[str, list[Organisation]] = defaultdict(list)
    for one in Organisation.objects.filter(is_employer=True).order_by("pk"):
        by_name[normalised_name(one.name)].append(one)
    return {
        one.pk: sorted(
            (other for other in by_name[normalised_name(one.name)] if other.pk != one.pk),
            key=lambda other: (other.reviewed_at is None, other.pk),
        )
        for one in new
    }


@transaction.atomic
def approve_employer(organisation: Organisation, *, by: User | None, at: datetime) -> Organisation:
    """It is a company of its own, and rightly named: from now on anyone finds it while typing. Twice is once."""
    require(by, "review", organisation)
    if Organisation.objects.filter(pk=organisation.pk, reviewed_at=None).update(reviewed_at=at):
        Event.record(organisation, "organisation.reviewed", by=by, at=at)
    organisation.refresh_from_db()
    return organisation
