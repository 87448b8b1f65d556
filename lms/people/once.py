"""Asked twice, done once: a request of a system that does not know whether its first one arrived."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from lms.people.models import ApiAnswer, Organisation


class SaidOtherwise(Exception):
    """This key was used before, with something else behind it."""


@transaction.atomic
def answered_once(
    organisation: Organisation, *, key: str, said: Any, do: Callable[[], dict[str, Any]], at: datetime
) -> dict[str, Any]:
    """What ``do`` answers, or what it answered to this key before. Raises SaidOtherwise for other words.

    The row is written before the deed: of two at once the second waits for the first and gets its answer. Whatever
    ``do`` raises leaves no row, so that what was mended may be sent under the same key.
    """
    digest, words = _digest("key", key), _digest("said", json.dumps(said, sort_keys=True, ensure_ascii=False))
    answers = ApiAnswer.objects.filter(organisation=organisation, key=digest)
    answers.filter(given_at__lte=at - ApiAnswer.KEPT).delete()
    try:
        with transaction.atomic():
            made = ApiAnswer.objects.create(organisation=organisation, key=digest, said=words, given_at=at)
    except IntegrityError:
        given = answers.get()
        if not constant_time_compare(given.said, words):
            raise SaidOtherwise(key) from None
        answer: dict[str, Any] = given.answer
        return answer
    made.answer = do()
    made.save(update_fields=["answer"])
    return made.answer


def key_for(organisation: Organisation, key: str) -> str:
    """A system's key as other tables may keep it: it can be anything, also a number that we may not have."""
    return _digest(f"key of {organisation.uuid}", key)


def _digest(what: str, text: str) -> str:
    return salted_hmac(f"lms.people.once.{what}", text, algorithm="sha256").hexdigest()
