"""Two spellings of one company at the desk: once in a group, once reached, and two again when it was a mistake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from lms.desk.actions import record_presence
from lms.desk.models import Meeting, Member, PeerGroup, Presence
from lms.kpis.definitions import INDICATORS
from lms.kpis.dossier import UNCHANGED, dossier_of
from lms.kpis.models import Fact
from lms.kpis.reconciliation import reconcile
from lms.people.actions import find_or_create_employer
from lms.people.employer_merging import merge_employers, undo_employer_merge
from lms.people.models import Organisation
from tests.factories import NOW

LATER = NOW + timedelta(days=5)


def reached() -> int:
    return INDICATORS["ORG_REACHED"].value(INDICATORS["ORG_REACHED"].rows(Fact.objects.all()))


def verdicts() -> set[str]:
    return {piece.verdict for fact in Fact.objects.standing() for piece in dossier_of(fact)}


def test_one_company_is_once_in_a_group_and_once_reached(
    group: PeerGroup, meet: Callable[..., Meeting], vandorp: Organisation
):
    typed = find_or_create_employer(name="Van Dorp BV", kvk_number="", by=None, at=NOW)
    for company in (vandorp, typed):
        Member.objects.create(group=group, organisation=company, joined_on=NOW.date())
    meeting = meet(1)
    record_presence(meeting, [vandorp, typed], by=None, at=meeting.ends_at)
    assert reached() == 2
    merge = merge_employers(vandorp, typed, by=None, at=LATER)
    assert [one.organisation for one in Member.objects.current()] == [vandorp]
    assert (reached(), reconcile(), verdicts()) == (1, [], {UNCHANGED})
    undo_employer_merge(merge, by=None, at=LATER)
    assert (Member.objects.current().count(), Presence.objects.count()) == (2, 2)
    assert (reached(), reconcile(), verdicts()) == (2, [], {UNCHANGED})
