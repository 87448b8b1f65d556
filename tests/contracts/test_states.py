"""Every state machine: all pairs of states, and what a move leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import models

from certificates.models import Bundle, Certificate, EarlierBatch, HeldCertificate, RevocationProposal, Round
from courses.models import CatalogueImport, Edition, Interest, InterestRequest, Session, Theme
from enrolments.models import Approval, Enrolment, GroupEnrolment, SeatHold
from lms.desk.models import Meeting, PeerGroup, Request, Step
from lms.kernel.models import AppendOnlyError, Event
from lms.kernel.states import TransitionRefused, move
from lms.management.commands.states import diagrams, stateful_models
from lms.messages.models import Message
from lms.messages.webhooks.models import Delivery, Webhook
from lms.people.models import AddressClaim, Claim, ClaimRequest, InstitutionSignIn, Invitation, LikelyDouble
from lms.privacy.models import IdentityProof, PrivacyRequest
from tests.factories import (
    NOW,
    CourseFactory,
    EditionFactory,
    EnrolmentFactory,
    OrganisationFactory,
    SeatHoldFactory,
    SessionFactory,
    UserFactory,
)


def a_certificate(state: str) -> Certificate:
    issued = {} if state == "requested" else {"issued_at": NOW, "pdf_sha256": "0" * 64}
    ended = {"ended_at": NOW} if state in {"revoked", "superseded"} else {}
    reasons = {"public_reason": "mistake", "inside_reason": "wrong person"} if state == "revoked" else {}
    return Certificate.objects.create(
        enrolment=EnrolmentFactory(completed=True),
        kind="participation",
        state=state,
        snapshot={},
        requested_at=NOW,
        **issued,
        **ended,
        **reasons,
    )


def a_bundle(state: str) -> Bundle:
    return Bundle.objects.create(
        asked_by=UserFactory(), edition=EditionFactory(), language="nl", state=state, done=1, size=1, asked_at=NOW,
        moved_at=NOW, expires_at=NOW + Bundle.KEPT,
    )  # fmt: skip


def a_proposal_to_revoke(state: str) -> RevocationProposal:
    return RevocationProposal.objects.create(
        certificate=a_certificate("issued"), public_reason="mistake", inside_reason="x", state=state, proposed_at=NOW,
        decided_at=None if state == "waiting" else NOW,
    )  # fmt: skip


def an_earlier_batch(state: str) -> EarlierBatch:
    return EarlierBatch.objects.create(
        provider=OrganisationFactory(provider=True), source="x", file_name="x.csv", sha256="0" * 64, state=state,
        created_at=NOW, undone_at=NOW if state == "undone" else None,
    )  # fmt: skip


def a_held_certificate(state: str) -> HeldCertificate:
    return HeldCertificate.objects.create(
        enrolment=EnrolmentFactory(completed=True), kind="assessed", state=state, held_at=NOW, reason="x",
        public_reason="work", decided_at=None if state == "waiting" else NOW,
    )  # fmt: skip


def a_round(state: str) -> Round:
    return Round.objects.create(edition=EditionFactory(), what="issue", state=state, asked_at=NOW, moved_at=NOW)


def a_message(state: str) -> Message:
    return Message.objects.create(
        kind="test", email="a@voorbeeld.example", language="nl", subject="x", text="x", state=state,
        created_at=NOW, try_at=NOW, sent_at=NOW if state in ("sent", "bounced") else None,
    )  # fmt: skip


def a_privacy_request(state: str) -> PrivacyRequest:
    return PrivacyRequest.objects.create(
        kind="access", way="mail", state=state, received_at=NOW, due_on=NOW.date(),
        settled_at=None if state in PrivacyRequest.OPEN else NOW,
    )  # fmt: skip


def an_import(state: str) -> CatalogueImport:
    return CatalogueImport.objects.create(
        by=UserFactory(), state=state, language="nl", file_name="aanbod.xlsx", sha256="0" * 64, created_at=NOW,
        changed_at=NOW, applied_at=NOW if state == "applied" else None,
    )  # fmt: skip


def a_question(state: str) -> Request:
    """With all that some state wants, so that it may go to any."""
    house = OrganisationFactory(provider=True)
    return Request.objects.create(
        state=state, language="nl", company_name="Van Dorp", routed_to=house, organisation=OrganisationFactory(),
        asked_at=NOW, moved_at=NOW, due_on=NOW.date(), answered_at=NOW, outcome="advice" if state == "closed" else "",
    )  # fmt: skip


def a_step(state: str) -> Step:
    question = a_question("answered")
    return Step.objects.create(
        request=question, organisation=question.organisation, state=state, size="small", type="pilot", before="x",
        description="y", taken_on=NOW.date(), described_at=NOW, signed_at=NOW, signed_way="link",
        statement_sha256="0" * 64, verified_at=NOW if state == "verified" else None,
    )  # fmt: skip


def a_group(state: str) -> PeerGroup:
    theme, _created = Theme.objects.get_or_create(code="robots", defaults={"name_nl": "Robots", "name_en": "Robots"})
    return PeerGroup.objects.create(
        code=f"g-{state}", theme=theme, name_nl="x", name_en="x", description_nl="x", description_en="x",
        host=OrganisationFactory(provider=True), state=state,
    )  # fmt: skip


def a_meeting(state: str) -> Meeting:
    return Meeting.objects.create(
        group=a_group("running"), state=state, topic_nl="x", topic_en="x", place="Delft", starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
    )  # fmt: skip


def an_approval(state: str) -> Approval:
    """With a reason and a moment for the talk, so that it may go to any state."""
    decided = {"decided_at": NOW} if state in {"granted", "refused"} else {}
    return Approval.objects.create(
        enrolment=EnrolmentFactory(requested=True), kind="intake", state=state, asked_at=NOW, decide_by=NOW,
        reason="x", talk_at=NOW, **decided,
    )  # fmt: skip


def an_interest(state: str) -> Interest:
    ended = {} if state in Interest.LIVE else {"ended_at": NOW}
    return Interest.objects.create(
        course=CourseFactory(), user=UserFactory(), state=state, language="nl", asked_at=NOW, **ended
    )


def an_interest_request(state: str) -> InterestRequest:
    return InterestRequest.objects.create(
        course=CourseFactory(), email="a@voorbeeld.example", answers={}, language="nl", state=state, created_at=NOW
    )


def a_claim(state: str) -> Claim:
    """With the reason that declining wants, so that it may go to any."""
    return Claim.objects.create(
        claimant=UserFactory(), kvk_number="87654321", organisation_name="x", explanation="x", state=state,
        asked_at=NOW, decided_at=None if state == "waiting" else NOW, reason="x",
    )  # fmt: skip


def an_invitation(state: str) -> Invitation:
    return Invitation.objects.create(
        organisation=OrganisationFactory(employer=True), email="a@voorbeeld.example", state=state, created_at=NOW,
        expires_at=NOW + Invitation.KEPT,
    )  # fmt: skip


def an_address_claim(state: str) -> AddressClaim:
    return AddressClaim.objects.create(
        user=UserFactory(), email="a@voorbeeld.example", answers={}, language="nl", state=state, created_at=NOW
    )


def an_institution_sign_in(state: str) -> InstitutionSignIn:
    return InstitutionSignIn.objects.create(
        provider="campus", email="a@voorbeeld.example", answers={}, language="nl", state=state, created_at=NOW
    )


def a_likely_double(state: str) -> LikelyDouble:
    one, other = UserFactory(), UserFactory()
    return LikelyDouble.objects.create(one=one, other=other, reason="address", state=state, found_at=NOW)


def a_webhook(state: str) -> Webhook:
    company = OrganisationFactory(employer=True)
    return Webhook.objects.create(organisation=company, url="https://hr.example/", events=[], made_at=NOW, state=state)


def a_delivery(state: str) -> Delivery:
    return Delivery.objects.create(
        webhook=a_webhook("active"), event="test", happened_at=NOW, try_at=NOW, state=state,
        sent_at=NOW if state == "sent" else None,
    )  # fmt: skip


def a_list(state: str) -> GroupEnrolment:
    """Everyone or nobody, and in line, so that it may go to any state."""
    begun = {} if state == "checking" else {"begun_at": NOW}
    return GroupEnrolment.objects.create(
        employer=OrganisationFactory(employer=True), edition=EditionFactory(), state=state, wish="whole",
        source="paste", waitlisted_at=NOW, created_at=NOW, changed_at=NOW, **begun,
    )  # fmt: skip


IN_STATE: dict[type[models.Model], Callable[[str], models.Model]] = {
    AddressClaim: an_address_claim,
    Approval: an_approval,
    Bundle: a_bundle,
    CatalogueImport: an_import,
    Certificate: a_certificate,
    Claim: a_claim,
    ClaimRequest: lambda state: ClaimRequest.objects.create(
        email="a@voorbeeld.example", answers={}, language="nl", state=state, created_at=NOW
    ),
    EarlierBatch: an_earlier_batch,
    Edition: lambda state: EditionFactory(state=state),
    Enrolment: lambda state: EnrolmentFactory(**{state: True} if state != "confirmed" else {}),
    InstitutionSignIn: an_institution_sign_in,
    LikelyDouble: a_likely_double,
    GroupEnrolment: a_list,
    Meeting: a_meeting,
    Interest: an_interest,
    InterestRequest: an_interest_request,
    Invitation: an_invitation,
    Delivery: a_delivery,
    Message: a_message,
    IdentityProof: lambda state: IdentityProof.objects.create(
        person=UserFactory(), email="a@voorbeeld.example", answers={}, language="nl", state=state, created_at=NOW
    ),
    PeerGroup: a_group,
    PrivacyRequest: a_privacy_request,
    Request: a_question,
    RevocationProposal: a_proposal_to_revoke,
    Round: a_round,
    HeldCertificate: a_held_certificate,
    Step: a_step,
    SeatHold: lambda state: SeatHoldFactory(state=state),
    Webhook: a_webhook,
    Session: lambda state: SessionFactory(signed_off=state == "signed_off"),
}
# What an action sets in the same UPDATE, so that the constraints of the state hold.
COMES_WITH: dict[tuple[type[models.Model], str], dict[str, object]] = {
    (Approval, "granted"): {"decided_at": NOW},
    (Approval, "refused"): {"decided_at": NOW},
    (CatalogueImport, "applied"): {"applied_at": NOW},
    (Certificate, "issued"): {"issued_at": NOW, "pdf_sha256": "0" * 64},
    (Certificate, "revoked"): {"ended_at": NOW, "public_reason": "mistake", "inside_reason": "wrong person"},
    (Certificate, "superseded"): {"ended_at": NOW},
    (Claim, "approved"): {"decided_at": NOW},
    (Claim, "declined"): {"decided_at": NOW},
    (Claim, "withdrawn"): {"decided_at": NOW},
    (Enrolment, "waitlisted"): {"waitlisted_at": NOW},
    (Enrolment, "offered"): {"offer_expires_at": NOW + timedelta(hours=48)},
    (Enrolment, "completed"): {"ended_at": NOW, "outcome": "passed"},
    (Enrolment, "not_completed"): {"ended_at": NOW, "outcome": "absent"},
    (GroupEnrolment, "running"): {"begun_at": NOW},
    (Request, "closed"): {"outcome": "advice"},
    (Request, "new"): {"outcome": ""},
    (Request, "routed"): {"outcome": ""},
    (Step, "verified"): {"verified_at": NOW},
    (Interest, "met"): {"ended_at": NOW},
    (Interest, "withdrawn"): {"ended_at": NOW},
    (Interest, "lapsed"): {"ended_at": NOW},
    **{(HeldCertificate, state): {"decided_at": NOW} for state in ("approved", "refused", "lapsed")},
    (HeldCertificate, "waiting"): {"decided_at": None},
    (Message, "sent"): {"sent_at": NOW},
    **{(PrivacyRequest, state): {"settled_at": NOW} for state in ("done", "refused", "cancelled")},
    (Delivery, "sent"): {"sent_at": NOW},
    (Delivery, "waiting"): {"sent_at": None},
    (Message, "waiting"): {"sent_at": None},
    **{(RevocationProposal, state): {"decided_at": NOW} for state in ("confirmed", "declined", "withdrawn")},
    (EarlierBatch, "undone"): {"undone_at": NOW},
    (Session, "signed_off"): {"signed_off_at": NOW},
    (Session, "planned"): {"signed_off_at": None},
}
PAIRS = [(model, was, to) for model in stateful_models() for was in model.TRANSITIONS for to in model.TRANSITIONS]


def test_every_model_with_states_is_walked() -> None:
    assert set(stateful_models()) == set(IN_STATE)


@pytest.mark.parametrize("model", stateful_models(), ids=lambda model: model._meta.label)
def test_the_table_names_every_state_and_nothing_else(model: type[models.Model]) -> None:
    assert set(model.TRANSITIONS) == set(model.State.values)
    assert set().union(*model.TRANSITIONS.values()) <= set(model.State.values)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "was", "to"), PAIRS, ids=[f"{model.__name__}-{was}-{to}" for model, was, to in PAIRS]
)
def test_a_move_follows_the_table(model: type[models.Model], was: str, to: str) -> None:
    thing = IN_STATE[model](was)
    before = Event.objects.count()
    changes = COMES_WITH.get((model, to), {})
    if to in model.TRANSITIONS[was]:
        move(thing, to=to, allowed=model.TRANSITIONS, by=None, verb="test.moved", **changes)
        assert model._default_manager.get(pk=thing.pk).state == to
        assert Event.objects.about(thing).last().data == {"from": was, "to": to}
    else:
        with pytest.raises(TransitionRefused):
            move(thing, to=to, allowed=model.TRANSITIONS, by=None, verb="test.moved", **changes)
        assert model._default_manager.get(pk=thing.pk).state == was
        assert Event.objects.count() == before


@pytest.mark.django_db
def test_of_two_who_move_the_same_row_one_is_refused() -> None:
    first = EditionFactory(draft=True)
    second = Edition.objects.get(pk=first.pk)
    move(first, to="published", allowed=Edition.TRANSITIONS, by=None, verb="edition.published")
    with pytest.raises(TransitionRefused):
        move(second, to="published", allowed=Edition.TRANSITIONS, by=None, verb="edition.published")
    assert Event.objects.about(first).count() == 1


@pytest.mark.django_db
def test_events_are_never_changed_or_deleted() -> None:
    Event.record(EditionFactory(), "test.happened", by=None)
    with pytest.raises(AppendOnlyError):
        Event.objects.update(verb="something.else")
    with pytest.raises(AppendOnlyError):
        Event.objects.all().delete()


def test_the_page_about_states_is_up_to_date() -> None:
    page = Path(settings.BASE_DIR / "docs/states.md")
    assert page.read_text(encoding="utf-8") == diagrams(), "run: manage.py states > docs/states.md"
