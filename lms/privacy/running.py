"""Terms that run by themselves: what would go, and doing it row by row, so that one that fails stops no other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from enrolments.models import Enrolment
from lms.kernel.privacy import Term, terms
from lms.people.erasing import follow_projects
from lms.people.models import Membership, User
from lms.privacy.models import TermRun

log = structlog.get_logger(__name__)

BATCH = 500
MOST_NAMED = 50
INACTIVE_AFTER = relativedelta(months=24)


def inactive_accounts(at: datetime) -> QuerySet[User]:
    """Of whom nothing was heard for as long as we promised to keep them: no role, no course since or still to come."""
    before = at - INACTIVE_AFTER
    since = Enrolment.objects.filter(learner=OuterRef("pk")).filter(
        Q(created_at__gte=before) | Q(edition__ends_at__gte=before) | Q(edition__ends_at=None)
    )
    roles = Membership.objects.current(timezone.localdate(at)).filter(user=OuterRef("pk"))
    found = User.objects.annotate(active_at=Greatest("date_joined", Coalesce("last_login", "date_joined")))
    return found.filter(
        ~Exists(since), ~Exists(roles), active_at__lt=before, erased_at=None, is_active=True, is_superuser=False
    )


@dataclass(frozen=True)
class Due:
    """What one rule would take: now, and within a month."""

    term: Term
    now: int
    within_a_month: int


def preview(at: datetime) -> list[Due]:
    """Two counts per rule; changes nothing. Rules that run every few minutes have little to show."""
    later = at + relativedelta(months=1)
    return [Due(term, term.rows(at).count(), term.rows(later).count()) for term in terms()]


def run_terms(at: datetime) -> TermRun:
    """Every rule, every row that is due. Twice is once: what went is not found again."""
    follow_projects(timezone.localdate(at))
    run = TermRun.objects.create(started_at=at)
    run.results = [_run(term, at) for term in terms()]
    run.finished_at = timezone.now()
    run.save(update_fields=["results", "finished_at"])
    return run


def run_soon(at: datetime) -> int:
    """Only what is not to wait for the night."""
    return sum(_run(term, at)["done"] for term in terms() if term.soon)


def _run(term: Term, at: datetime) -> dict[str, Any]:
    """In batches by key, each row in a transaction of its own. A row that fails is named by key, never by value."""
    done, failed, last = 0, [], None
    while keys := _next_keys(term, at, last):
        for row in _rows(term, at, keys):
            try:
                with transaction.atomic():
                    term.act(row, at)
                done += 1
            except Exception as trouble:  # noqa: BLE001  one row's trouble, whatever it is, must not keep the others
                failed.append({"pk": str(row.pk), "error": type(trouble).__name__})
                log.warning("term_failed", term=term.name, pk=str(row.pk), error=type(trouble).__name__)
        last = keys[-1]
    return {"term": term.name, "done": done, "failed": failed[:MOST_NAMED]}


def _next_keys(term: Term, at: datetime, after: Any) -> list[Any]:
    rows = term.rows(at).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _rows(term: Term, at: datetime, keys: Iterable[Any]) -> Iterable[Any]:
    return list(term.rows(at).filter(pk__in=list(keys)).order_by("pk"))
