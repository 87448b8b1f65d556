"""Two accounts of one person become one, and can be taken apart: nothing is lost, and nobody counts twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.urls import reverse

from courses.actions import Wish, register_interest
from courses.models import Interest
from enrolments.models import Enrolment
from lms.kernel.merging import links_to
from lms.kernel.models import Event
from lms.kpis.definitions import INDICATORS
from lms.kpis.dossier import UNCHANGED, dossier_of
from lms.kpis.models import Fact
from lms.kpis.reconciliation import reconcile
from lms.messages.actions import post_message
from lms.people.actions import find_or_create_person, person_behind
from lms.people.doubles import find_likely_doubles
from lms.people.merging import MergeRefused, merge_people, set_apart, undo_merge
from lms.people.models import Employment, LikelyDouble, Merge, User
from tests.contracts.houses import state_of_everything
from tests.factories import (
    NOW,
    EditionFactory,
    EmploymentFactory,
    EnrolmentFactory,
    GrantFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.kpis.conftest import hold
from tests.people.conftest import client_of, proved, with_app

LATER = NOW + timedelta(days=3)
# What a merge adds to and never takes away: the log, the ledger, the merge itself.
APPENDED = {"kernel.Event", "kpis.Fact", "kpis.Evidence", "people.Merge", "people.LikelyDouble"}


def everything() -> dict[str, Any]:
    rows = state_of_everything() | {
        "account.EmailAddress": sorted(map(repr, EmailAddress.objects.values_list())),
        "mfa.Authenticator": sorted(map(repr, Authenticator.objects.values_list())),
    }
    return {label: found for label, found in rows.items() if label not in APPENDED}


@pytest.fixture
def twin(db, amal, edition, vandorp, robohouse) -> User:
    """A second account of Amal, with something of everything."""
    twin = proved(UserFactory(email="a.haddad@bedrijf.example", given_name="Amal", family_name="Haddad"))
    EmailAddress.objects.create(user=twin, email="amal@thuis.example", verified=True)
    proved(amal)
    enrolment = EnrolmentFactory(edition=edition, learner=twin, employee=True, employer=vandorp)
    GrantFactory(enrolment=enrolment)
    MembershipFactory(user=twin, organisation=robohouse, role="trainer")
    EditionFactory(code="andere", course=edition.course, trainers=[twin])
    EmploymentFactory(user=amal, organisation=vandorp, starts_on=NOW.date())
    register_interest(edition.course, twin, Wish(), language="nl", by=twin, at=NOW)
    post_message("test", email=twin.email, language="nl", subject="x", text="x", html="", at=NOW, recipient=twin)
    with_app(twin)
    return twin


def test_everything_comes_along(amal, twin):
    merge_people(amal, twin, by=None, at=LATER)
    left = {
        (model._meta.label, name): model._base_manager.filter(**{name: twin.pk}).count()
        for model, name in links_to(User)
        if model._base_manager.filter(**{name: twin.pk}).exists()
    }
    # Both worked at Van Dorp to this day: the period is one, from the earlier beginning.
    assert left == {("people.Employment", "user"): 1}
    assert amal.employments.get().starts_on == Employment.objects.get(user=twin).starts_on
    assert amal.enrolments.count() == amal.grants.count() == amal.interests.count() == amal.editions_taught.count() == 1


def test_undone_everything_is_as_it_was(amal, twin):
    before = everything()
    merge = merge_people(amal, twin, by=None, at=LATER)
    assert everything() != before
    undo_merge(merge, by=None, at=LATER)
    assert everything() == before
    merge.refresh_from_db()
    assert merge.undone_at == LATER


def test_merged_undone_and_merged_the_other_way_round(amal, twin):
    before = everything()
    for kept, gone in ((amal, twin), (twin, amal), (amal, twin)):
        undo_merge(merge_people(kept, gone, by=None, at=LATER), by=None, at=LATER)
        assert everything() == before


def test_the_closed_account_opens_nothing_any_more(amal, twin, client):
    twin.set_password("een lange zin als wachtwoord")
    twin.save()
    inside = client_of(twin)
    assert inside.get(reverse("mfa_index")).status_code == 200
    merge_people(amal, twin, by=None, at=LATER)
    assert inside.get(reverse("mfa_index")).status_code == 302
    for login in ("a.haddad@bedrijf.example", f"{twin.uuid}@merged.invalid"):
        client.post(reverse("account_login"), {"login": login, "password": "een lange zin als wachtwoord"})
        assert "_auth_user_id" not in client.session


def test_every_address_leads_to_the_account_that_stayed(amal, twin):
    merge_people(amal, twin, by=None, at=LATER)
    for address in ("a.haddad@bedrijf.example", "A.Haddad@bedrijf.example", "amal@thuis.example", amal.email):
        assert find_or_create_person(address, language="nl", at=LATER) == amal
    amal.refresh_from_db()
    assert amal.email == "amal@voorbeeld.example"
    assert EmailAddress.objects.get(user=amal, primary=True).email == amal.email


def test_an_address_that_was_never_proved_leads_there_as_well(amal):
    twin = UserFactory(email="nooit@bewezen.example")
    merge = merge_people(amal, twin, by=None, at=LATER)
    assert person_behind("nooit@bewezen.example") == amal
    undo_merge(merge, by=None, at=LATER)
    assert person_behind("nooit@bewezen.example") == twin


def test_a_name_comes_along_where_there_was_none(twin):
    nameless = UserFactory(given_name="", family_name="")
    merge = merge_people(nameless, twin, by=None, at=LATER)
    assert User.objects.get(pk=nameless.pk).full_name == "Amal Haddad"
    undo_merge(merge, by=None, at=LATER)
    assert User.objects.get(pk=nameless.pk).full_name == ""


def test_one_wish_is_enough(amal, twin, edition):
    register_interest(edition.course, amal, Wish(), language="nl", by=amal, at=NOW)
    before = everything()
    merge = merge_people(amal, twin, by=None, at=LATER)
    assert Interest.objects.live().filter(course=edition.course).get().user == amal
    undo_merge(merge, by=None, at=LATER)
    assert everything() == before


def test_both_enrolled_in_one_edition_is_refused_and_nothing_changes(amal, twin, edition):
    EnrolmentFactory(edition=edition, learner=amal)
    before = everything()
    with pytest.raises(MergeRefused) as refused:
        merge_people(amal, twin, by=None, at=LATER)
    assert edition.code in refused.value.reasons[0]
    assert everything() == before


def test_what_was_withdrawn_does_not_stand_in_the_way(amal, twin, edition):
    EnrolmentFactory(edition=edition, learner=amal, withdrawn=True)
    merge_people(amal, twin, by=None, at=LATER)
    assert amal.enrolments.count() == 2


def test_who_did_what_at_the_time_is_not_rewritten(amal, twin):
    done = Event.record(amal, "test.happened", by=twin)
    merge_people(amal, twin, by=None, at=LATER)
    assert Event.objects.get(pk=done.pk).by == twin


def test_what_came_since_stays_with_the_account_that_stayed(amal, twin):
    merge = merge_people(amal, twin, by=None, at=LATER)
    since = EnrolmentFactory(learner=User.objects.get(pk=amal.pk))
    undo_merge(merge, by=None, at=LATER)
    assert Enrolment.objects.get(pk=since.pk).learner == amal
    assert twin.enrolments.count() == 1


# Who may, and what makes no sense -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["chris", "hr", "auditor", "amal", "bo"])
def test_nobody_but_the_office_merges_or_takes_apart(request, who, amal, twin):
    by = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        merge_people(amal, twin, by=by, at=LATER)
    merge = merge_people(amal, twin, by=None, at=LATER)
    with pytest.raises(PermissionDenied):
        undo_merge(merge, by=by, at=LATER)


def test_an_account_is_merged_once_and_taken_apart_once(amal, twin, dina, officer):
    merge = merge_people(amal, twin, by=officer, at=LATER)
    for kept, gone in ((amal, twin), (dina, twin), (twin, dina), (amal, amal)):
        with pytest.raises(MergeRefused):
            merge_people(kept, gone, by=officer, at=LATER)
    undo_merge(merge, by=officer, at=LATER)
    with pytest.raises(MergeRefused):
        undo_merge(merge, by=officer, at=LATER)


def test_of_a_chain_the_last_link_is_undone_first(amal, twin, dina, officer):
    before = everything()
    first = merge_people(amal, twin, by=officer, at=LATER)
    second = merge_people(dina, amal, by=officer, at=LATER)
    with pytest.raises(MergeRefused):
        undo_merge(first, by=officer, at=LATER)
    undo_merge(second, by=officer, at=LATER)
    undo_merge(first, by=officer, at=LATER)
    assert everything() == before


def test_an_administrator_is_merged_by_an_administrator_only(amal, officer):
    boss = UserFactory(is_superuser=True)
    with pytest.raises(MergeRefused):
        merge_people(amal, boss, by=officer, at=LATER)
    with pytest.raises(MergeRefused):
        merge_people(boss, amal, by=officer, at=LATER)


def test_the_officer_does_not_close_the_account_at_work(amal, officer):
    with pytest.raises(MergeRefused):
        merge_people(amal, officer, by=officer, at=LATER)


def test_while_our_mail_goes_to_the_other_accounts_address_it_is_not_taken_apart(amal, twin):
    merge = merge_people(amal, twin, by=None, at=LATER)
    EmailAddress.objects.get(email="amal@thuis.example").set_as_primary()
    with pytest.raises(MergeRefused):
        undo_merge(merge, by=None, at=LATER)


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_at_once_one_wins(now):
    one, other = UserFactory(), UserFactory()
    start, outcomes = threading.Barrier(2), []

    def run(kept: User, gone: User) -> None:
        start.wait()
        try:
            outcomes.append(merge_people(kept, gone, by=None, at=LATER))
        except MergeRefused as refused:
            outcomes.append(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Merge", "MergeRefused"]
    assert Merge.objects.count() == 1
    assert User.objects.filter(is_active=True).count() == 1


# Figures --------------------------------------------------------------------------------------------------------------


def _figures() -> tuple[Any, Any]:
    facts = Fact.objects.all()
    return tuple(INDICATORS[code].value(INDICATORS[code].rows(facts)) for code in ("LEARNERS_UNIQUE", "PERSON_HOURS"))


def test_a_merged_person_counts_once_with_the_same_hours_and_evidence(amal, twin, course, vandorp):
    first = EditionFactory(code="eerste", course=course)
    second = EditionFactory(code="tweede", course=course)
    hold(first.sessions.first(), EnrolmentFactory(edition=first, learner=amal))
    hold(second.sessions.first(), EnrolmentFactory(edition=second, learner=twin))
    learners, hours = _figures()
    assert learners == 2
    merge = merge_people(amal, twin, by=None, at=LATER)
    assert _figures() == (1, hours)
    assert reconcile() == []
    assert _verdicts() == {UNCHANGED}
    undo_merge(merge, by=None, at=LATER)
    assert _figures() == (2, hours)
    assert reconcile() == []
    assert _verdicts() == {UNCHANGED}


def test_what_was_learned_while_merged_goes_back_with_its_enrolment(amal, twin, edition):
    merge = merge_people(amal, twin, by=None, at=LATER)
    enrolment = amal.enrolments.get(edition=edition)
    hold(edition.sessions.first(), enrolment)
    assert Fact.objects.get().person == amal.uuid
    undo_merge(merge, by=None, at=LATER)
    assert Fact.objects.standing().get().person == twin.uuid
    assert _verdicts() == {UNCHANGED}


def _verdicts() -> set[str]:
    return {piece.verdict for fact in Fact.objects.standing() for piece in dossier_of(fact)}


# Who looks alike ------------------------------------------------------------------------------------------------------


def named(email: str, given: str = "Jan", family: str = "Jansen", prefix: str = "") -> User:
    return UserFactory(email=email, given_name=given, family_name=family, name_prefix=prefix)


@pytest.mark.parametrize(
    ("one", "other", "is_found"),
    [
        (("jan.jansen@werk.example",), ("janjansen@thuis.example",), True),
        (("jan@werk.example",), ("jan+cursus@werk.example",), True),
        (("jan@werk.example",), ("jan@werk-oud.example",), True),
        (("jan@werk.example", "Jan", "de Wít"), ("jan@thuis.example", "Jan", "Wit", "de"), True),
        (("jan@werk.example",), ("piet@werk.example",), False),
        (("info@werk.example",), ("info@thuis.example", "Piet"), False),
        (("jan@werk.example", "", "Jansen"), ("jan@thuis.example", "", "Jansen"), False),
    ],
)
def test_a_name_and_an_address_that_say_the_same(db, one, other, is_found):
    named(*one), named(*other)
    assert find_likely_doubles(at=NOW) == is_found
    assert LikelyDouble.objects.filter(reason="address").exists() == is_found


def test_a_name_and_an_employer(db, vandorp):
    one, other, elsewhere = named("jan@a.example"), named("jansen@b.example"), named("j@c.example")
    for person in (one, other):
        EmploymentFactory(user=person, organisation=vandorp)
    EmploymentFactory(user=elsewhere, organisation=OrganisationFactory(employer=True))
    assert find_likely_doubles(at=NOW) == 1
    found = LikelyDouble.objects.get()
    assert (found.one, found.other, found.reason) == (one, other, "employer")


def test_who_was_set_apart_is_not_offered_again(officer):
    named("jan@a.example"), named("jan@b.example")
    find_likely_doubles(at=NOW)
    set_apart(LikelyDouble.objects.get(), by=officer, at=NOW)
    assert find_likely_doubles(at=LATER) == 0
    assert not LikelyDouble.objects.open().exists()


def test_a_merge_settles_its_double_and_undoing_it_brings_it_back(officer):
    one, other = named("jan@a.example"), named("jan@b.example")
    find_likely_doubles(at=NOW)
    merge = merge_people(other, one, by=officer, at=NOW)
    assert LikelyDouble.objects.get().state == LikelyDouble.State.MERGED
    undo_merge(merge, by=officer, at=LATER)
    assert LikelyDouble.objects.open().count() == 1


# The office's pages ---------------------------------------------------------------------------------------------------


def test_the_office_merges_and_takes_apart_on_its_pages(officer, amal, twin):
    find_likely_doubles(at=NOW)
    double = LikelyDouble.objects.get()
    client = client_of(officer)
    page = client.get(reverse("likely-doubles:inspect", args=[double.pk])).content.decode()
    for words in (amal.email, twin.email, "amal@thuis.example", "Van Dorp"):
        assert words in page
    client.post(reverse("decide_likelydouble_keep_older", args=[double.pk]))
    merge = Merge.objects.get()
    assert (merge.kept, merge.gone, merge.by) == (amal, twin, officer)
    assert client.get(reverse("merges:inspect", args=[merge.pk])).status_code == 200
    client.post(reverse("decide_merge_undo", args=[merge.pk]))
    assert User.objects.get(pk=twin.pk).is_active


def test_the_office_hears_why_not(officer, amal, twin, edition):
    EnrolmentFactory(edition=edition, learner=amal)
    find_likely_doubles(at=NOW)
    double = LikelyDouble.objects.get()
    answer = client_of(officer).post(reverse("decide_likelydouble_keep_newer", args=[double.pk]), follow=True)
    assert edition.code in answer.content.decode()
    assert not Merge.objects.exists()


def test_the_list_costs_the_same_with_more_rows(officer, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(officer)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse("likely-doubles:index")).status_code == 200
        return len(queries)

    named("jan@a.example"), named("jan@b.example")
    find_likely_doubles(at=NOW)
    cost()
    few = cost()
    for number in range(5):
        named(f"p{number}@a.example", "Piet", f"Nr{number}"), named(f"p{number}@b.example", "Piet", f"Nr{number}")
    find_likely_doubles(at=NOW)
    assert cost() == few
