"""Names and texts that cannot be printed: refused before anything is frozen, by every way in, and told to who can mend
it. Never drawn as boxes.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from certificates.actions import (
    issue_certificate,
    request_certificate,
    request_earned_certificate,
    request_programme_certificates,
    supersede_certificate,
)
from certificates.actions import rounds as round_actions
from certificates.actions.approving import approve
from certificates.actions.earlier import check_earlier, take_over
from certificates.drawing import DoesNotFit, draw_certificate
from certificates.making import SURE_NAME, SURE_TO_FIT, fits
from certificates.models import Certificate, CourseCertificate, EarlierCertificate, HeldCertificate
from certificates.snapshots import SnapshotIncomplete
from certificates.tasks import make_round, request_missing_certificates
from courses.models import Course
from enrolments.models import Enrolment
from lms.kernel.models import Event
from lms.people.models import User
from tests.certificates.conftest import issued
from tests.certificates.samples import DESIGNS, LONGEST, PICTURES, laid_out
from tests.certificates.test_programmes import earn, programme  # noqa: F401  (fixtures)
from tests.factories import EditionFactory, EnrolmentFactory, OrganisationFactory
from tests.kernel.test_back_office import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

# What no font of ours writes; how the certificate is asked for does not depend on which.
ALPHABETS = {
    "Arabic": "محمد", "Armenian": "Հայկ", "Chinese": "李雷", "Georgian": "ნინო", "Hebrew": "דוד", "Hindi": "अनिता",
    "Korean": "민준", "Thai": "สมชาย", "emoji": "Bo 😀",
}  # fmt: skip
STRANGE = ALPHABETS["Arabic"]
LETTERS = "ح د م"


def renamed(person: User, family_name: str) -> None:
    User.objects.filter(pk=person.pk).update(family_name=family_name)


def fresh(enrolment: Enrolment) -> Enrolment:
    return Enrolment.objects.select_related("learner", "edition__course").get(pk=enrolment.pk)


def lacking(enrolment: Enrolment) -> list[list[str]]:
    return [one.data["lacking"] for one in Event.objects.about(enrolment).filter(verb="certificate.held_back")]


def page_of_edition(user: User, enrolment: Enrolment) -> str:
    address = reverse("certificates:edition", args=[enrolment.edition.code])
    return signed_in(user).get(address).content.decode()


def my_page(user: User) -> str:
    return signed_in(user).get(reverse("enrolments:my")).content.decode()


# Each way in ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALPHABETS.values(), ids=ALPHABETS)
def test_who_finishes_is_held_back_and_the_letters_are_named(finished, amal, now, name):
    renamed(amal, name)
    assert request_earned_certificate(fresh(finished), by=None, at=now) is None
    assert not Certificate.objects.exists()
    assert lacking(finished) == [[f"letter.{one}" for one in sorted({c for c in name if not c.isascii()})]]


def test_whoever_asks_outright_is_refused(finished, amal, now):
    renamed(amal, STRANGE)
    with pytest.raises(SnapshotIncomplete):
        request_certificate(finished, kind="participation", by=None, at=now)
    assert not Certificate.objects.exists()


def test_a_round_over_an_edition_makes_the_others_and_names_the_letters(finished, amal, dina, edition, chris, now):
    EnrolmentFactory(edition=edition, learner=dina, completed=True)
    renamed(amal, STRANGE)
    make_round(round_actions.start_round(edition, what="issue", reason="", by=chris, at=now).pk)
    assert Certificate.objects.get().enrolment.learner == dina
    assert f"Ontbreekt: letters die we kunnen afdrukken voor {LETTERS}." in page_of_edition(chris, finished)


def test_making_all_anew_leaves_the_old_one_valid_and_says_so(finished, amal, dina, edition, chris, now):
    old = issued(finished, now - timedelta(days=2))
    other = issued(EnrolmentFactory(edition=edition, learner=dina, completed=True), now - timedelta(days=2))
    renamed(amal, STRANGE)
    round_ = round_actions.start_round(edition, what="reissue", reason="Uren", by=chris, at=now)
    make_round(round_.pk)
    round_.refresh_from_db()
    assert round_.state == "done"
    assert Certificate.objects.get(supersedes__isnull=False).supersedes == other
    old.refresh_from_db()
    assert (old.state, old.inside_reason) == ("issued", "")
    assert f"Kon niet opnieuw worden gemaakt. Ontbreekt: letters die we kunnen afdrukken voor {LETTERS}." in (
        page_of_edition(chris, finished)
    )


def test_replacing_one_is_refused_beside_the_button_and_the_old_one_stays(certificate, amal, chris, now):
    renamed(amal, STRANGE)
    with pytest.raises(SnapshotIncomplete):
        supersede_certificate(certificate, by=chris, at=now)
    address = reverse("certificates:replace", args=[certificate.grouped_number])
    page = signed_in(chris).post(address, follow=True).content.decode()
    assert f"Het kan nog niet worden vervangen. Ontbreekt: letters die we kunnen afdrukken voor {LETTERS}." in page
    certificate.refresh_from_db()
    assert certificate.state == "issued"
    assert Certificate.objects.count() == 1


def test_approving_is_refused_and_it_keeps_waiting(taught, finished, amal, chris, now):
    CourseCertificate.objects.create(course=taught, needs_approval=True)
    request_earned_certificate(finished, by=None, at=now)
    renamed(amal, STRANGE)
    held = HeldCertificate.objects.get()
    with pytest.raises(SnapshotIncomplete):
        approve(held, by=chris, at=now)
    client = signed_in(chris)
    assert (
        f"We hebben geen letters voor <bdi>{LETTERS}</bdi>"
        in client.get(reverse("certificates:waiting")).content.decode()
    )
    answer = client.post(reverse("certificates:decide"), {"held": held.pk, "answer": "approve"}, follow=True)
    assert f"Amal {STRANGE}: letters die we kunnen afdrukken voor {LETTERS}." in answer.content.decode()
    assert HeldCertificate.objects.waiting().exists()
    assert not Certificate.objects.exists()
    assert "Verbeter je naam" in my_page(amal)


def test_a_programme_is_held_back_while_its_parts_stay(earn, amal, chris, now):  # noqa: F811
    for number in (1, 2):
        earn(number)
    edition = EditionFactory(course=Course.objects.get(code="IOTA-C3"), provider=chris.memberships.get().organisation)
    last = request_certificate(
        EnrolmentFactory(edition=edition, learner=amal, completed=True), kind="participation", by=None, at=now
    )
    renamed(amal, STRANGE)
    issue_certificate(last, at=now)  # frozen before she changed her name
    assert Certificate.objects.filter(programme=None, state="issued").count() == 3
    assert not Certificate.objects.exclude(programme=None).exists()
    assert "Het certificaat van de opleiding wordt vastgehouden" in page_of_edition(chris, last.enrolment)
    assert "De verbonden fabriek" in my_page(amal)
    assert "Verbeter je naam" in my_page(amal)
    renamed(amal, "Haddad")
    assert len(request_programme_certificates(last, by=None, at=now)) == 1
    assert "Verbeter je naam" not in my_page(amal)
    assert "wordt vastgehouden" not in page_of_edition(chris, last.enrolment)


def test_a_renewal_is_held_back_and_the_old_one_runs_out_on_its_own_day(certificate, taught, amal, now):
    renamed(amal, STRANGE)
    again = EnrolmentFactory(edition=EditionFactory(course=taught), learner=amal, completed=True)
    assert request_earned_certificate(fresh(again), by=None, at=now) is None
    assert Certificate.objects.get() == certificate
    assert len(lacking(again)) == 1


def test_an_earlier_certificate_is_never_drawn_so_any_alphabet_will_do(client, robohouse, chris, now):
    rows = f"naam;e-mail;opleiding;afgegeven op;soort\n{STRANGE};noor@oud.example;Lassen;31-12-2024;certificaat\n"
    batch = check_earlier(robohouse, source="Archief", content=rows.encode(), file_name="oud.csv", by=chris, at=now)
    take_over(batch, also=(), by=chris, at=now)
    page = client.get(reverse("verify", args=[EarlierCertificate.objects.get().grouped_number])).content.decode()
    assert STRANGE in page


# Mending it -----------------------------------------------------------------------------------------------------------


def test_my_page_says_why_it_waits_and_once_the_name_is_corrected_it_is_made(finished, amal, now):
    renamed(amal, STRANGE)
    request_earned_certificate(fresh(finished), by=None, at=now)
    page = my_page(amal)
    assert LETTERS in page
    assert reverse("privacy:correct") in page
    signed_in(amal).post(
        reverse("privacy:correct"), {"given_name": "Amal", "family_name": "Mohammed", "language": "nl"}
    )
    request_missing_certificates()
    assert Certificate.objects.get().snapshot["learner"]["name"] == "Amal Mohammed"
    assert "Verbeter je naam" not in my_page(amal)


def test_what_only_the_provider_can_mend_is_said_without_asking_the_learner(finished, amal, now):
    finished.edition.course.outcomes.all().delete()
    request_earned_certificate(fresh(finished), by=None, at=now)
    page = my_page(amal)
    assert "ontbreekt nog bij RoboHouse" in page
    assert "Verbeter je naam" not in page


def test_asking_in_vain_each_hour_is_noted_once(finished, amal, now):
    renamed(amal, STRANGE)
    for _hour in range(3):
        request_missing_certificates()
    assert len(lacking(finished)) == 1
    renamed(amal, ALPHABETS["Chinese"])
    request_missing_certificates()
    assert len(lacking(finished)) == 2


def test_what_cannot_be_made_does_not_keep_others_from_their_turn(finished, amal, edition, dina, monkeypatch):
    monkeypatch.setattr("certificates.tasks.AT_A_TIME", 1)
    later = EnrolmentFactory(edition=edition, learner=dina, completed=True)
    renamed(amal, STRANGE)
    for _hour in range(3):
        request_missing_certificates()
    assert Certificate.objects.get().enrolment == later
    renamed(amal, "Haddad")
    for _hour in range(2):
        request_missing_certificates()
    assert Certificate.objects.count() == 2


# Too long -------------------------------------------------------------------------------------------------------------


def test_what_does_not_fit_on_the_page_is_refused_before_it_is_frozen(finished, taught, now):
    Course.objects.filter(pk=taught.pk).update(title_nl="W" * 200, title_en="W" * 200)
    taught.labs.set(OrganisationFactory.create_batch(20, provider=True, name="Samenwerkingsverband " * 9))
    assert request_earned_certificate(fresh(finished), by=None, at=now) is None
    assert not Certificate.objects.exists()
    assert lacking(finished) == [["fit"]]


@pytest.mark.once
@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("longest", ["learner", "issuer", "provider", "all"])
def test_what_is_not_tried_beforehand_fits_in_every_design(design, longest):
    """As many letters as are trusted to fit, the widest there are, where they take most room."""
    wide = ("WM" * 9 + " ") * 40
    snapshot = laid_out({**LONGEST, "signatories": [], "co_issuers": []}, design)
    left = SURE_TO_FIT
    for one in ("learner", "issuer", "provider"):
        snapshot[one]["name"] = wide[:SURE_NAME] if longest in (one, "all") else "Bo Li"
        left -= len(snapshot[one]["name"])
    title = wide[: min(left // 2, 200)]  # of a course no longer than that
    snapshot["title"] = {"nl": title, "en": title}
    if left := left - 2 * len(title):
        snapshot["co_issuers"] = [{"name": wide[: min(left, SURE_NAME)], "logo": None}]
    assert draw_certificate(snapshot, pictures=PICTURES)


@pytest.mark.once
def test_the_longest_we_know_fits_and_one_that_does_not_is_told_from_it():
    assert fits({**LONGEST})
    snapshot = {**LONGEST, "title": {"nl": "Meten " * 600, "en": "Measuring"}}
    assert not fits(snapshot)
    with pytest.raises(DoesNotFit):
        draw_certificate(snapshot)
