"""Two at once, on SQLite and on PostgreSQL alike: a whole edition, a revocation, an approval, the last link, a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from certificates.actions import bundles as bundle_actions
from certificates.actions import (
    issue_certificate,
    request_certificate,
    request_earned_certificate,
    request_programme_certificates,
    supersede_certificate,
)
from certificates.actions import rounds as round_actions
from certificates.actions.approving import approve, refuse
from certificates.actions.earlier import TakenOverBefore, check_earlier, take_over
from certificates.actions.issuing import BeingReplaced
from certificates.actions.revoking import ask_revocation, confirm_revocation, decline_revocation, withdraw_proposal
from certificates.actions.sharing import MOST, TooManyShares, make_share
from certificates.models import (
    Bundle,
    Certificate,
    CourseCertificate,
    EarlierBatch,
    EarlierCertificate,
    HeldCertificate,
    RevocationProposal,
    Round,
    Share,
)
from certificates.tasks import make_round
from courses.models import Course
from enrolments.actions import revoke_grant
from enrolments.models import Enrolment
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.messages.models import Message
from tests.certificates.conftest import issued
from tests.certificates.test_programmes import earn, programme  # noqa: F401  (fixtures)
from tests.enrolments.test_races import in_threads
from tests.factories import EditionFactory, EnrolmentFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


def kinds_of(outcomes: list[Any]) -> Counter[str]:
    return Counter(type(one).__name__ for one in outcomes)


def verbs(*like: str) -> Counter[str]:
    return Counter(Event.objects.filter(verb__in=like).values_list("verb", flat=True))


# A whole edition ------------------------------------------------------------------------------------------------------


@pytest.fixture
def earned(taught, edition) -> list[Enrolment]:
    return [EnrolmentFactory(edition=edition, completed=True) for _ in range(5)]


def test_two_who_press_the_button_at_once_start_one_round(earned, edition, chris, officer, now):
    def press(user: Any) -> Callable[[], Round]:
        return lambda: round_actions.start_round(edition, what="issue", reason="", by=user, at=now)

    assert {one.pk for one in in_threads(press(chris), press(officer), press(chris))} == {Round.objects.get().pk}
    assert verbs("round.started") == {"round.started": 1}


@pytest.mark.parametrize("what", ["issue", "reissue"])
def test_three_workers_over_one_edition_give_everyone_one(earned, edition, chris, now, monkeypatch, what):
    monkeypatch.setattr(round_actions, "AT_A_TIME", 2)
    if what == "reissue":
        for enrolment in earned:
            issued(enrolment, now - timedelta(days=1))
    round_ = round_actions.start_round(edition, what=what, reason="Uren", by=chris, at=now)
    assert in_threads(*[lambda: make_round(round_.pk)] * 3) == [None, None, None]
    new = Certificate.objects.filter(requested_at__gte=now)
    assert Counter(new.values_list("enrolment", flat=True)) == {one.pk: 1 for one in earned}
    round_.refresh_from_db()
    assert round_.state == Round.State.DONE
    assert verbs("round.ended") == {"round.ended": 1}


# Approval -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def strict(taught) -> CourseCertificate:
    return CourseCertificate.objects.create(course=taught, needs_approval=True)


def test_what_is_earned_twice_at_once_is_held_once(finished, strict, now):
    asked = [lambda: request_earned_certificate(finished, by=None, at=now)] * 4
    assert in_threads(*asked) == [None] * 4
    assert HeldCertificate.objects.count() == 1
    assert verbs("heldcertificate.held") == {"heldcertificate.held": 1}


@pytest.fixture
def held(finished, strict, now) -> HeldCertificate:
    request_earned_certificate(finished, by=None, at=now)
    return HeldCertificate.objects.get()


def approving(held: HeldCertificate, by: Any, now: Any) -> Callable[[], Any]:
    mine = HeldCertificate.objects.get(pk=held.pk)
    return lambda: approve(mine, by=by, at=now)


def refusing(held: HeldCertificate, by: Any, now: Any) -> Callable[[], Any]:
    mine = HeldCertificate.objects.get(pk=held.pk)
    return lambda: refuse(mine, public_reason="work", reason="Kopie", by=by, at=now)


def test_approved_and_refused_at_once_is_one_of_the_two_and_only_that(held, chris, officer, now):
    outcomes = in_threads(approving(held, chris, now), refusing(held, officer, now))
    assert kinds_of(outcomes)["TransitionRefused"] == 1
    held.refresh_from_db()
    was_approved = held.state == HeldCertificate.State.APPROVED
    assert Certificate.objects.count() == was_approved
    assert Message.objects.filter(kind="certificate_refused").count() == (not was_approved)
    assert bool(held.reason) == (not was_approved)


def test_refused_by_two_is_one_letter_and_approved_by_two_is_one_certificate(held, chris, officer, now):
    assert kinds_of(in_threads(refusing(held, chris, now), refusing(held, officer, now)))["TransitionRefused"] == 1
    assert Message.objects.filter(kind="certificate_refused").count() == 1
    HeldCertificate.objects.update(state="waiting", decided_at=None)
    assert kinds_of(in_threads(approving(held, chris, now), approving(held, officer, now)))["TransitionRefused"] == 1
    assert Certificate.objects.count() == 1


def test_the_last_two_parts_at_once_hold_the_programme_once(programme, earn, amal, now):  # noqa: F811
    CourseCertificate.objects.create(course=programme, needs_approval=True)
    earn(1)
    parts = []
    for number in (2, 3):
        edition = EditionFactory(course=Course.objects.get(code=f"IOTA-C{number}"))
        enrolment = EnrolmentFactory(edition=edition, learner=amal, completed=True)
        parts.append(request_certificate(enrolment, kind="participation", by=None, at=now))
    said = in_threads(*[lambda part=part: issue_certificate(part, at=now) for part in parts])
    assert kinds_of(said) == {"Certificate": 2}
    for part in parts:
        request_programme_certificates(part, by=None, at=now)
    assert HeldCertificate.objects.get().programme == programme


# Revoking -------------------------------------------------------------------------------------------------------------

REASONS = {"public_reason": "conditions", "inside_reason": "Kopie"}


@pytest.fixture
def in_pairs(certificate) -> Certificate:
    provider = certificate.enrolment.edition.provider
    provider.revokes_in_pairs = True
    provider.save(update_fields=["revokes_in_pairs"])
    return certificate


def test_two_who_propose_at_once_make_one_proposal(in_pairs, chris, officer, now):
    def proposing(user: Any) -> Callable[[], Any]:
        return lambda: ask_revocation(Certificate.objects.get(pk=in_pairs.pk), **REASONS, by=user, at=now)

    outcomes = in_threads(proposing(chris), proposing(officer), proposing(chris))
    assert {one.pk for one in outcomes} == {RevocationProposal.objects.get().pk}
    assert verbs("certificate.revocation_proposed") == {"certificate.revocation_proposed": 1}


@pytest.mark.parametrize(
    "others", [(confirm_revocation,), (decline_revocation,), (confirm_revocation, decline_revocation)], ids=len
)
def test_answered_by_several_at_once_it_is_one_answer(in_pairs, chris, officer, now, others):
    proposal = ask_revocation(in_pairs, **REASONS, by=chris, at=now)

    def answering(act: Callable[..., Any], by: Any) -> Callable[[], Any]:
        mine = RevocationProposal.objects.select_related("certificate").get(pk=proposal.pk)
        return lambda: act(mine, by=by, at=now)

    calls = [answering(confirm_revocation, officer), answering(withdraw_proposal, chris)]
    outcomes = in_threads(*calls, *[answering(act, officer) for act in others])
    assert kinds_of(outcomes)["TransitionRefused"] == len(outcomes) - 1
    proposal.refresh_from_db()
    in_pairs.refresh_from_db()
    assert (in_pairs.state == "revoked") == (proposal.state == RevocationProposal.State.CONFIRMED)
    assert verbs("certificate.revoked").total() == (in_pairs.state == "revoked")


def test_replaced_and_revoked_at_once_leaves_nothing_valid_behind_a_revocation(certificate, chris, officer, now):
    outcomes = in_threads(
        lambda: supersede_certificate(Certificate.objects.get(pk=certificate.pk), by=chris, at=now),
        lambda: ask_revocation(Certificate.objects.get(pk=certificate.pk), **REASONS, by=officer, at=now),
    )
    certificate.refresh_from_db()
    assert sum(isinstance(one, TransitionRefused) for one in outcomes) == 1
    assert (certificate.state == "revoked") != Certificate.objects.filter(supersedes=certificate).exists()


def test_one_that_is_being_replaced_is_revoked_once_the_new_one_is_ready(certificate, chris, now):
    successor = supersede_certificate(certificate, by=chris, at=now)
    with pytest.raises(BeingReplaced):
        ask_revocation(certificate, **REASONS, by=chris, at=now)
    issue_certificate(successor, at=now)
    ask_revocation(successor, **REASONS, by=chris, at=now)
    assert set(Certificate.objects.values_list("state", flat=True)) == {"superseded", "revoked"}


# Links, files, lists --------------------------------------------------------------------------------------------------


def test_the_last_link_goes_to_one_of_four(certificate, amal, now):
    for _number in range(MOST - 1):
        make_share(certificate, shows={"name"}, days=30, by=amal, at=now)
    outcomes = in_threads(*[lambda: make_share(certificate, shows={"name"}, days=30, by=amal, at=now)] * 4)
    assert kinds_of(outcomes) == {"Share": 1, TooManyShares.__name__: 3}
    assert Share.objects.working(now).count() == MOST


def ask(company: Any, by: Any, now: Any) -> Bundle:
    return bundle_actions.ask_year_file(
        company, starts_on=None, ends_on=None, department=None, course=None, by=by, at=now
    )


def test_a_year_file_asked_for_with_two_clicks_is_one(granted, vandorp, hr, now):
    assert len({one.pk for one in in_threads(*[lambda: ask(vandorp, hr, now)] * 3)}) == 1
    assert Bundle.objects.count() == 1


def test_two_clicks_on_a_file_in_which_something_is_no_longer_shared_make_it_again_once(
    granted, of_dina, vandorp, hr, amal, now
):
    bundle = ask(vandorp, hr, now)
    while bundle_actions.go_on(bundle, at=now):
        pass
    revoke_grant(granted, by=amal, at=now)

    def take() -> None:
        list(bundle_actions.take(Bundle.objects.get(pk=bundle.pk), by=hr, at=now))

    assert kinds_of(in_threads(take, take)) == {"MadeAgain": 2}
    assert verbs("bundle.made_again", "bundle.taken") == {"bundle.made_again": 1}


ROW = "naam;e-mail;opleiding;afgegeven op;soort\nNoor Wit;noor@oud.example;Lassen;31-12-2024;certificaat\n"


def read(provider: Any, by: Any, now: Any, more: str = "") -> EarlierBatch:
    return check_earlier(provider, source="Archief", content=(ROW + more).encode(), file_name="oud.csv", by=by, at=now)


def test_a_list_that_was_read_twice_is_taken_over_once(robohouse, chris, now):
    batches = [read(robohouse, chris, now) for _ in range(2)]
    outcomes = in_threads(*[lambda one=one: take_over(one, also=(), by=chris, at=now) for one in batches])
    assert kinds_of(outcomes) == {"EarlierBatch": 1, TakenOverBefore.__name__: 1}
    assert EarlierCertificate.objects.standing().count() == 1


def test_the_same_certificate_on_lists_of_two_houses_is_taken_over_once(
    robohouse, ramlab, chris, other_coordinator, now
):
    ours, theirs = read(robohouse, chris, now), read(ramlab, other_coordinator, now)
    outcomes = in_threads(
        lambda: take_over(ours, also=(), by=chris, at=now),
        lambda: take_over(theirs, also=(), by=other_coordinator, at=now),
    )
    assert kinds_of(outcomes) == {"EarlierBatch": 2}
    assert EarlierCertificate.objects.standing().count() == 1
