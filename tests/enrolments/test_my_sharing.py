"""One page with everything a learner lets employers see: switches, history, and one button that ends it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.actions import issue_certificate, record_downloads, request_certificate
from enrolments.actions import note_export, revoke_grant, share
from enrolments.models import Grant
from tests.factories import EditionFactory, EmploymentFactory, EnrolmentFactory, GrantFactory, LearningOutcomeFactory

pytestmark = pytest.mark.usefixtures("clock")


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def page(client, amal):
    client.force_login(amal)
    return reverse("enrolments:my_sharing")


def test_without_an_employer_the_page_says_that_there_is_nothing_to_share(client, page, enrolled):
    assert client.get(page).context["employers"] == []


def test_a_switch_works_without_script_and_leads_back_here(client, page, enrolled_employee):
    switch = reverse("enrolments:sharing", args=[enrolled_employee.code])
    answer = client.post(switch, {"scope": "hours", "share": "yes", "from": "my_sharing"})
    assert answer.url == page
    assert Grant.objects.active().get().scope == "hours"


def test_everything_stops_with_one_button(client, page, amal, enrolled_employee, now):
    for scope in Grant.Scope:
        share(enrolled_employee, scope, by=amal, at=now)
    client.post(reverse("enrolments:stop_sharing", args=[enrolled_employee.employer.uuid]))
    assert not Grant.objects.active().exists()
    assert Grant.objects.count() == len(Grant.Scope)  # that it was shared stays on record


def test_the_history_tells_what_was_shared_stopped_and_taken_away(
    client, page, amal, hr, enrolled_employee, vandorp, now
):
    grant = share(enrolled_employee, Grant.Scope.HOURS, by=amal, at=now)
    revoke_grant(grant, by=amal, at=now)
    note_export(vandorp, file_format="csv", by=hr, at=now)
    (employer,) = client.get(page).context["employers"]
    assert len(employer.history) == 3
    assert any(str(hr) in said for _when, said in employer.history)


def test_who_downloaded_a_certificate_is_named(client, page, amal, hr, course, edition, vandorp, now):
    LearningOutcomeFactory(course=course, text_nl="Je stelt een cobot in.", text_en="You set up a cobot.")
    EmploymentFactory(user=amal, organisation=vandorp)
    done = EnrolmentFactory(edition=edition, learner=amal, employee=True, employer=vandorp, completed=True)
    certificate = issue_certificate(request_certificate(done, kind="participation", by=None, at=now), at=now)
    GrantFactory(enrolment=done, scope=Grant.Scope.CERTIFICATE)
    record_downloads([certificate], by=hr, at=now)
    assert str(hr) in text(client.get(page))


def test_more_enrolments_take_no_more_queries(client, page, amal, enrolled_employee, vandorp, now):
    share(enrolled_employee, Grant.Scope.HOURS, by=amal, at=now)
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for _number in range(3):
        more = EnrolmentFactory(edition=EditionFactory(), learner=amal, employee=True, employer=vandorp)
        share(more, Grant.Scope.HOURS, by=amal, at=now)
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) == len(one)
