"""The proof that the ledger equals the domain: both are read apart and compared key by key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from certificates.models import Certificate
from enrolments.models import Attendance, Enrolment
from lms.kernel.counting import EXPECTED
from lms.kpis.models import Fact


@dataclass(frozen=True)
class Difference:
    """One thing of which the ledger says something else than the domain; None: it does not know it."""

    key: str
    in_domain: int | None
    in_ledger: int | None

    def __str__(self) -> str:
        return f"{self.key}: domain {self.in_domain}, ledger {self.in_ledger}"


def reconcile() -> list[Difference]:
    """Every difference, by key; an empty list is the proof. Reads everything, changes nothing."""
    attended = ((f"attendance:{pk}", minutes) for pk, minutes in _counting_minutes())
    completed = ((f"completion:{pk}", 1) for pk in _ids(Enrolment.objects.filter(state=Enrolment.State.COMPLETED)))
    issued = ((f"certificate:{number}", 1) for number in _numbers())
    return [
        *_compare(Fact.Kind.ATTENDANCE, attended),
        *_compare(Fact.Kind.COMPLETION, completed),
        *_compare(Fact.Kind.CERTIFICATE, issued),
        *(
            difference
            for kind, reads in sorted(EXPECTED.items())
            for difference in _compare(kind, ((key, 1) for read in reads for key in read()))
        ),
    ]


def _counting_minutes() -> Iterable[tuple[int, int]]:
    return Attendance.objects.counting().values_list("pk", "minutes").iterator()


def _ids(enrolments: Iterable) -> Iterable[int]:
    return enrolments.order_by().values_list("pk", flat=True).iterator()  # type: ignore[attr-defined]


def _numbers() -> Iterable[str]:
    return Certificate.objects.issued().order_by().values_list("number", flat=True).iterator()


def _compare(kind: str, domain: Iterable[tuple[str, int]]) -> list[Difference]:
    expected = dict(domain)
    counted: dict[str, int] = {}
    # Counter-facts are summed in, not left out: this is another way of reading than the indicators use.
    for key, quantity in Fact.objects.of_kind(kind).order_by().values_list("key", "quantity").iterator():
        counted[key] = counted.get(key, 0) + quantity
    found = {key: total for key, total in counted.items() if total}
    return [
        Difference(key, expected.get(key), found.get(key))
        for key in sorted(expected.keys() | found.keys())
        if expected.get(key) != found.get(key)
    ]
