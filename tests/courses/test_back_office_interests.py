"""Who waits, as the back office shows it: added up per course, the own house alone; and a trainer's own line."""

import pytest
from django.urls import reverse

from courses.actions import Wish, register_interest
from courses.models import TrainerLine
from tests.factories import NOW, CourseFactory, UserFactory

pytestmark = pytest.mark.once


def sign_in(client, user):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def wait(course, **wish):
    user = UserFactory()
    return register_interest(course, user, Wish(**wish), language="nl", by=user, at=NOW)


def test_wishes_are_added_up_by_person(client, course, chris, clock):
    wait(course, days=("tue",), course_language="en")
    wait(course, days=("tue", "fri"), persons=5, organisation_name="Van Dorp")
    sign_in(client, chris)
    (row,) = client.get(reverse("demand")).context["rows"]
    assert (row.course, row.requests, row.persons, row.waiting) == (course, 2, 6, 6)
    assert sorted(row.wishes.values()) == [1, 5, 6]  # English, Friday, Tuesday


def test_another_house_sees_none_of_it(client, course, other_coordinator, officer, clock):
    wait(course)
    theirs = wait(CourseFactory(provider_id=other_coordinator.memberships.get().organisation_id))
    sign_in(client, other_coordinator)
    assert [row.course for row in client.get(reverse("demand")).context["rows"]] == [theirs.course]
    listed = client.get(reverse("interests:index")).content.decode()
    assert theirs.user.email in listed
    assert course.title_nl not in listed
    sign_in(client, officer)
    assert len(client.get(reverse("demand")).context["rows"]) == 2


def test_the_course_says_how_many_wait(client, course, chris, clock):
    wait(course)
    wait(course)
    sign_in(client, chris)
    page = client.get(reverse("courses:edit", args=[course.pk])).content.decode()
    assert f"{reverse('interests:index')}?course={course.pk}" in page
    assert "(2)" in page


def test_the_export_neutralises_what_a_visitor_typed(client, course, chris, clock):
    wait(course, persons=2, organisation_name="=1+1")
    sign_in(client, chris)
    text = client.get(reverse("interests:index"), {"export": "csv"}).content.decode("utf-8-sig")
    assert "=1+1" in text
    assert ";=1+1" not in text


def test_the_pages_ask_as_many_questions_for_thirty_as_for_one(
    client, course, chris, clock, django_assert_max_num_queries
):
    def questions(name):
        client.get(reverse(name))
        with django_assert_max_num_queries(60) as counted:
            client.get(reverse(name))
        return len(counted)

    sign_in(client, chris)
    wait(course)
    few = questions("demand"), questions("interests:index")
    for number in range(30):
        wait(course, days=("mon",), persons=number + 1, organisation_name="Van Dorp")
    assert (questions("demand"), questions("interests:index")) == few


def test_a_trainer_writes_a_line_and_decides_whether_it_is_shown(client, bo):
    sign_in(client, bo)
    page = reverse("enrolments:trainer_line")
    assert client.post(page, {"is_shown": "on"}).context["form"].errors
    client.post(page, {"text_nl": "Bouwt robots.", "is_shown": "on"})
    assert TrainerLine.objects.get(user=bo).is_shown
    client.post(page, {"text_nl": "Bouwt robots."})
    assert not TrainerLine.objects.get(user=bo).is_shown


def test_a_line_is_no_place_for_a_citizen_service_number(client, bo):
    sign_in(client, bo)
    response = client.post(reverse("enrolments:trainer_line"), {"text_nl": "Mijn nummer is 111222333."})
    assert "text_nl" in response.context["form"].errors
    assert not TrainerLine.objects.exists()
