"""Courses for which somebody approves before a certificate is issued."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.actions import request_earned_certificate
from certificates.actions.approving import approve, reconsider, refuse
from certificates.models import Certificate, CourseCertificate, HeldCertificate
from certificates.tasks import request_missing_certificates
from enrolments.models import Enrolment
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.messages.models import Message
from lms.people.models import User
from tests.factories import EnrolmentFactory, LearningOutcomeFactory
from tests.kernel.test_back_office import signed_in

State = HeldCertificate.State


@pytest.fixture(autouse=True)
def _at_now(clock) -> None:
    """Views look at the clock themselves."""


@pytest.fixture
def strict(taught) -> CourseCertificate:
    """The cast's course wants approval."""
    return CourseCertificate.objects.create(course=taught, needs_approval=True)


@pytest.fixture
def earned(edition, strict, amal) -> Enrolment:
    return EnrolmentFactory(edition=edition, learner=amal, completed=True, outcome="attended")


@pytest.fixture
def held(earned, now) -> HeldCertificate:
    assert request_earned_certificate(earned, by=None, at=now) is None
    return HeldCertificate.objects.get()


def test_what_is_earned_waits_once_and_nothing_is_frozen(held, earned, now):
    request_earned_certificate(earned, by=None, at=now)
    request_missing_certificates()
    assert HeldCertificate.objects.get() == held
    assert not Certificate.objects.exists()
    assert [one.verb for one in Event.objects.about(held)] == ["heldcertificate.held"]


def test_whoever_approves_it_has_it_asked_for_never_twice(held, earned, chris, now):
    certificate = approve(held, by=chris, at=now)
    assert certificate.enrolment == earned
    with pytest.raises(TransitionRefused):
        approve(HeldCertificate.objects.get(), by=chris, at=now)
    assert request_earned_certificate(earned, by=None, at=now) == certificate
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize(("public", "inside"), [("work", " "), ("", "Kopie"), ("weather", "Kopie")])
def test_a_refusal_has_two_reasons(held, chris, now, public, inside):
    with pytest.raises(ValueError, match="reason"):
        refuse(held, public_reason=public, reason=inside, by=chris, at=now)
    assert HeldCertificate.objects.waiting().exists()


@pytest.fixture
def refused(held, chris, now) -> HeldCertificate:
    return refuse(held, public_reason="work", reason="De opdracht was van een ander.", by=chris, at=now)


def test_what_was_refused_is_not_asked_for_again_whatever_the_course_wants_later(refused, strict):
    request_missing_certificates()
    strict.needs_approval = False
    strict.save()
    request_missing_certificates()
    assert not Certificate.objects.exists()
    assert HeldCertificate.objects.get().state == State.REFUSED
    assert "opdracht" not in str([one.data for one in Event.objects.about(refused)])


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "nl",
            ("het bewijs van deelname niet goedgekeurd", "Het staat niet vast dat het werk", "Vraag het aan RoboHouse"),
        ),
        ("en", ("certificate of participation", "It is not certain that the work", "Ask RoboHouse")),
    ],
)
def test_the_learner_hears_what_was_refused_why_in_plain_words_and_whom_to_ask(held, amal, chris, now, language, says):
    User.objects.filter(pk=amal.pk).update(language=language)
    held = HeldCertificate.objects.get()
    refuse(held, public_reason="work", reason="De opdracht was van een ander.", by=chris, at=now)
    letter = Message.objects.get(kind="certificate_refused")
    assert (letter.recipient, letter.language) == (amal, language)
    assert {"nl": "Cobots in de praktijk", "en": "Cobots in practice"}[language] in letter.subject
    for text in says:
        assert text in letter.text
        assert text in letter.html
    assert "van een ander" not in letter.text + letter.html


def test_a_refusal_can_be_looked_at_once_more_and_then_be_approved(refused, chris, now):
    waits = reconsider(refused, by=chris, at=now)
    assert (waits.state, waits.decided_at) == (State.WAITING, None)
    with pytest.raises(TransitionRefused):
        reconsider(waits, by=chris, at=now)
    assert approve(waits, by=chris, at=now)
    assert [one.verb for one in Event.objects.about(waits)] == [
        "heldcertificate.held",
        "heldcertificate.refused",
        "heldcertificate.reconsidered",
        "heldcertificate.approved",
    ]


def test_only_the_house_and_the_office_decide(held, now, bo, amal):
    for user in (bo, amal):
        with pytest.raises(PermissionDenied):
            approve(held, by=user, at=now)


def test_a_resit_that_was_passed_takes_the_place_of_what_waited(held, earned, chris, now):
    Enrolment.objects.filter(pk=earned.pk).update(outcome="passed")
    earned.refresh_from_db()
    request_earned_certificate(earned, by=None, at=now)
    states = dict(HeldCertificate.objects.values_list("kind", "state"))
    assert states == {"participation": State.LAPSED, earned.edition.course.certificate_kind: State.WAITING}


def test_what_is_no_longer_earned_cannot_be_approved(held, earned, chris, now):
    Enrolment.objects.filter(pk=earned.pk).update(outcome="absent", state="not_completed")
    held = HeldCertificate.objects.get()
    assert approve(held, by=chris, at=now) is None
    assert HeldCertificate.objects.get().state == State.LAPSED
    assert not Certificate.objects.exists()


def test_when_approval_is_no_longer_needed_the_certificate_is_asked_for(held, strict, now):
    strict.needs_approval = False
    strict.save()
    request_missing_certificates()
    assert Certificate.objects.count() == 1
    assert HeldCertificate.objects.get().state == State.LAPSED


# The learner's page


def my_page(user: User) -> str:
    return signed_in(user).get(reverse("enrolments:my")).content.decode()


def test_my_page_says_what_waits_and_what_was_refused_with_the_reason_for_outside(held, amal, dina, chris, now):
    assert "RoboHouse bekijkt het voordat het wordt gemaakt" in my_page(amal)
    refuse(held, public_reason="work", reason="De opdracht was van een ander.", by=chris, at=now)
    page = my_page(amal)
    assert "RoboHouse heeft het niet goedgekeurd" in page
    assert "Het staat niet vast dat het werk" in page
    assert "van een ander" not in page
    assert 'id="certificates-to-come"' not in my_page(dina)


def test_my_page_no_longer_speaks_of_an_old_refusal(refused, amal, clock, now):
    clock.move_to(now + timedelta(days=181))
    assert 'id="certificates-to-come"' not in my_page(amal)


def test_once_approved_it_stands_among_the_certificates_alone(held, amal, chris, now):
    approve(held, by=chris, at=now)
    assert 'id="certificates-to-come"' not in my_page(amal)


# The page of who decides


def test_many_are_approved_at_once(held, strict, edition, dina, chris, now):
    more = EnrolmentFactory(edition=edition, learner=dina, completed=True, outcome="attended")
    request_earned_certificate(more, by=None, at=now)
    client = signed_in(chris)
    page = client.get(reverse("certificates:waiting")).content.decode()
    assert held.enrolment.learner.full_name in page
    assert reverse("certificates:waiting") in client.get(reverse("certificates:office")).content.decode()
    ticked = list(HeldCertificate.objects.values_list("pk", flat=True))
    response = client.post(reverse("certificates:decide"), {"held": ticked, "answer": "approve"}, follow=True)
    assert "2 goedgekeurd." in response.content.decode()
    assert Certificate.objects.count() == 2
    assert not HeldCertificate.objects.waiting().exists()


def test_nothing_ticked_or_no_reason_is_said_and_what_was_typed_is_kept(held, chris):
    client, address = signed_in(chris), reverse("certificates:decide")
    nothing = client.post(address, {"answer": "refuse", "public_reason": "work", "reason": "Nog niet."})
    assert nothing.status_code == 422
    assert "Nog niet." in nothing.content.decode()
    assert '<option value="work" selected>' in nothing.content.decode()
    for lacks in ({"reason": "Nog niet."}, {"public_reason": "work"}):
        wordless = client.post(address, {"held": held.pk, "answer": "refuse"} | lacks)
        assert wordless.status_code == 422
        assert f'value="{held.pk}" checked' in wordless.content.decode()
        assert 'class="errsum"' in wordless.content.decode()
    assert HeldCertificate.objects.waiting().count() == 1


def test_what_is_no_longer_earned_is_not_called_approved(held, earned, chris):
    Enrolment.objects.filter(pk=earned.pk).update(outcome="absent", state="not_completed")
    response = signed_in(chris).post(
        reverse("certificates:decide"), {"held": held.pk, "answer": "approve"}, follow=True
    )
    assert "1 is niet meer verdiend." in response.content.decode()
    assert "goedgekeurd." not in response.content.decode()


@pytest.mark.parametrize("sent", ["9" * 30, "9" * 5000, "²", "-1", ""], ids=["long", "very long", "raised", "less", ""])
def test_what_is_no_key_ticks_nothing(held, chris, sent):
    response = signed_in(chris).post(reverse("certificates:decide"), {"held": sent, "answer": "approve"})
    assert response.status_code == 422
    assert HeldCertificate.objects.waiting().count() == 1


def test_one_that_cannot_be_made_yet_keeps_waiting(held, chris, now):
    held.enrolment.edition.course.outcomes.all().delete()
    client = signed_in(chris)
    answer = {"held": held.pk, "answer": "approve"}
    response = client.post(reverse("certificates:decide"), answer, follow=True)
    said = "1 kan nog niet gemaakt worden. Ontbreekt: Amal Haddad: leeruitkomsten van de opleiding."
    assert said in response.content.decode()
    assert HeldCertificate.objects.waiting().count() == 1
    LearningOutcomeFactory(course=held.enrolment.edition.course, text_nl="Je meet.", text_en="You measure.")
    client.post(reverse("certificates:decide"), answer)
    assert Certificate.objects.count() == 1


def test_a_refusal_stands_on_the_page_and_can_be_looked_at_again(refused, chris, auditor, other_coordinator):
    page = signed_in(chris).get(reverse("certificates:waiting")).content.decode()
    assert "De opdracht was van een ander." in page
    again = {"held": refused.pk, "answer": "reconsider"}
    address = reverse("certificates:decide")
    assert 'value="reconsider"' not in signed_in(auditor).get(reverse("certificates:waiting")).content.decode()
    assert signed_in(auditor).post(address, again).status_code == 403
    assert signed_in(other_coordinator).post(address, again).status_code == 404
    assert "wacht weer op goedkeuring" in signed_in(chris).post(address, again, follow=True).content.decode()
    assert HeldCertificate.objects.waiting().count() == 1


def test_the_list_costs_as_much_for_many_as_for_one(held, edition, chris, now, django_assert_max_num_queries):

    client, address = signed_in(chris), reverse("certificates:waiting")
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _number in range(3):
        request_earned_certificate(
            EnrolmentFactory(edition=edition, completed=True, outcome="attended"), by=None, at=now
        )
    with django_assert_max_num_queries(len(one)):
        client.get(address)
