"""A step and its statement: signed by the company, seen by a second person, counted once per company."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from lms.desk import actions
from lms.desk.models import Request, Step
from lms.kernel.states import TransitionRefused
from lms.kpis.definitions import INDICATORS
from lms.kpis.dossier import dossier_of
from lms.kpis.figures import figures
from lms.kpis.forms import Filters
from lms.kpis.models import Fact, HistoricFigure
from lms.kpis.reconciliation import Difference, reconcile
from lms.people.models import Organisation, User
from tests.desk.conftest import ask, describe, facts, mails, sign
from tests.factories import NOW, OrganisationFactory

REACHED, STEPS = INDICATORS["ORG_REACHED"], INDICATORS["ORG_STEP"]


def value(indicator, **filters: str) -> int:
    asked = Filters(**filters)
    first, last = asked.days
    return int(indicator.value(indicator.facts(asked.facts(), first=first, last=last)))


def verify(step: Step, by: User | None = None) -> Step:
    return actions.verify_step(step, by=by, at=NOW + timedelta(days=4))


def taken(request: Request, *, on: date = date(2027, 2, 1), size: str = "large") -> Step:
    """A step from its description to the figures."""
    return verify(sign(describe(request, by=None, taken_on=on, size=size)))


# The way --------------------------------------------------------------------------------------------------------------


def test_the_company_is_asked_to_confirm_and_the_link_alone_changes_nothing(step: Step):
    (mail,) = mails("desk_step")
    assert step.description in mail.text
    assert step.state == "described"
    assert facts("org_step") == []


def test_a_step_counts_when_a_second_person_has_seen_the_statement(step: Step, officer: User):
    sign(step)
    assert facts("org_step") == []
    verify(step, officer)
    assert facts("org_step") == [(f"step:{step.pk}", 1)]
    assert Fact.objects.get(kind="org_step").counts_on == date(2027, 2, 1)


def test_a_step_without_a_statement_cannot_be_verified(step: Step, officer: User):
    with pytest.raises(TransitionRefused):
        verify(step, officer)
    assert facts("org_step") == []


def test_who_described_a_step_does_not_verify_it(answered: Request, officer: User):
    own = sign(describe(answered, by=officer))
    with pytest.raises(actions.NotASecondPerson):
        verify(own, officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.filter(pk=own.pk).update(verified_by=officer)


def test_a_coordinator_does_not_verify(step: Step, chris: User, other_coordinator: User):
    sign(step)
    for person in (chris, other_coordinator):
        with pytest.raises(PermissionDenied):
            verify(step, person)


def test_a_step_follows_on_an_answer(asked: Request, chris: User):
    with pytest.raises(actions.NotReached):
        describe(asked, by=chris)


def test_what_was_signed_is_not_signed_over(step: Step):
    sign(step)
    before = step.statement_sha256
    with pytest.raises(TransitionRefused):
        actions.sign_by_link(step, statement="Anders.", signer_name="X", signer_role="Y", at=NOW)
    step.refresh_from_db()
    assert (step.statement, step.statement_sha256) == ("We draaien nu een nachtploeg zonder mensen.", before)


# Evidence -------------------------------------------------------------------------------------------------------------


def verdicts(kind: str) -> dict[str, str]:
    return {piece.code: piece.verdict for piece in dossier_of(Fact.objects.get(kind=kind))}


def test_the_evidence_of_a_step_is_the_contact_and_the_statement(step: Step):
    verify(sign(step))
    assert verdicts("org_step") == {"EV-REACH": "unchanged", "EV-STEP": "unchanged"}
    told = dict(dossier_of(Fact.objects.get(kind="org_step"))[1].told)
    assert "nachtploeg" in " ".join(told.values())


def test_a_statement_that_was_tampered_with_shows(step: Step):
    verify(sign(step))
    Step.objects.update(statement="Iets anders.")
    assert verdicts("org_step")["EV-STEP"] == "changed"


def test_a_signed_document_is_sealed_by_its_own_bytes(step: Step, chris: User):
    document = BytesIO(b"%PDF-1.7 getekend door Kees")
    actions.sign_by_document(step, document, signer_name="Kees", signer_role="directeur", by=chris, at=NOW)
    verify(step)
    assert verdicts("org_step")["EV-STEP"] == "unchanged"
    with step.document.storage.open(step.document.name, "wb") as file:
        file.write(b"%PDF-1.7 vervalst")
    assert verdicts("org_step")["EV-STEP"] == "changed"


def test_forgetting_the_contact_person_leaves_the_evidence_whole(answered: Request):
    taken(answered)
    actions.forget_contact(answered, at=NOW + timedelta(days=900))
    assert verdicts("org_step") == {"EV-REACH": "unchanged", "EV-STEP": "unchanged"}
    assert verdicts("org_contact") == {"EV-REACH": "unchanged"}
    assert (value(REACHED), value(STEPS)) == (1, 1)


# Figures --------------------------------------------------------------------------------------------------------------


def test_a_company_counts_once_however_often_it_asks_and_steps(answered: Request, chris: User, robots):
    again = ask(topic=robots, text="Nog een vraag.")
    actions.answer(again, "Ja.", by=chris, at=NOW + timedelta(days=9))
    taken(answered, on=date(2027, 2, 1))
    taken(again, on=date(2027, 2, 5), size="small")
    assert (value(REACHED), value(STEPS)) == (1, 1)
    assert [row.counts_on for row in STEPS.rows(Fact.objects.all())] == [date(2027, 2, 1)]


def test_vector_8_two_establishments_under_one_number_are_one_company(answered: Request, chris: User, robots):
    other = ask(topic=robots, company_name="Van Dorp, vestiging Schiedam", company_kvk="01234567")
    actions.answer(other, "Ja.", by=chris, at=NOW + timedelta(days=2))
    assert value(REACHED) == 1


def test_vector_10_a_company_that_grows_stays_what_it_was(answered: Request, vandorp: Organisation):
    vandorp.size = Organisation.Size.LARGE
    vandorp.save(update_fields=["size"])
    (reached,) = (one for one in figures(Filters(), hide_small=False) if one.indicator is REACHED)
    assert [(str(part.label), part.value) for part in reached.parts] == [
        (str(Organisation.Size.SMALL.label), 1),
    ]


def test_vector_18_fewer_than_five_are_not_told_apart(answered: Request):
    (reached,) = (one for one in figures(Filters(), hide_small=True) if one.indicator is REACHED)
    assert [part.value for part in reached.parts] == [None]


def test_vector_23_the_figure_of_before_stands_apart(answered: Request):
    HistoricFigure.objects.create(
        indicator="ORG_REACHED", period="2017-2022", value=2350, label_nl="x", label_en="x", source="SMITZH 2022"
    )
    assert value(REACHED) == 1


def test_a_company_is_one_before_and_after_its_number_is_known(robots, chris: User):
    first = ask(topic=robots, company_name="Hout BV", company_kvk="")
    actions.answer(first, "Ja.", by=chris, at=NOW)
    company = first.organisation
    company.kvk_number = "07654321"
    company.save(update_fields=["kvk_number"])
    second = ask(topic=robots, company_name="Hout", company_kvk="07654321")
    actions.answer(second, "Ja.", by=chris, at=NOW)
    assert value(REACHED) == 1


def test_companies_and_people_are_never_added_up(answered: Request):
    assert value(INDICATORS["LEARNERS_UNIQUE"]) == 0
    assert Fact.objects.get().person is None


def test_a_step_of_a_partner_does_not_count(robots, chris: User):
    OrganisationFactory(name="Consortium BV", is_partner=True)
    found = ask(topic=robots, company_name="Consortium BV", company_kvk="")
    actions.answer(found, "Ja.", by=chris, at=NOW)
    taken(found)
    assert value(STEPS) == 0
    assert reconcile() == []


def test_a_dropped_step_is_taken_back_and_the_next_one_counts(answered: Request, officer: User):
    first, second = taken(answered, on=date(2027, 2, 1)), taken(answered, on=date(2027, 2, 5))
    actions.drop_step(first, "Bleek van een ander bedrijf.", by=officer, at=NOW + timedelta(days=20))
    assert facts("org_step") == [(f"step:{first.pk}", 1), (f"step:{second.pk}", 1), (f"step:{first.pk}", -1)]
    assert [row.counts_on for row in STEPS.rows(Fact.objects.all())] == [date(2027, 2, 5)]


def test_only_the_office_drops_what_was_verified(answered: Request, chris: User):
    step = taken(answered)
    with pytest.raises(PermissionDenied):
        actions.drop_step(step, "Nee.", by=chris, at=NOW)


def test_figures_of_a_lab_are_of_the_questions_that_lay_there(answered: Request):
    assert value(REACHED, lab="robohouse") == 1
    assert value(REACHED, lab="ramlab") == 0


def test_the_ledger_equals_the_desk_and_a_difference_is_named(answered: Request):
    step = taken(answered)
    assert reconcile() == []
    Step.objects.update(state="signed", verified_at=None)
    assert reconcile() == [Difference(f"step:{step.pk}", None, 1)]
