"""A room and a trainer are in one place at a time; what stands in the way is told, but not another house's plans."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courses.clashes import Slot, clashes_of, clashing, slot_of
from courses.models import Course, Edition, Room, Session
from lms.people.models import User
from tests.factories import NOW, EditionFactory, RoomFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(edition: Edition) -> Room:
    """Where all four sessions of ``edition`` are held."""
    room = RoomFactory(location=edition.location, name_nl="Werkplaats", name_en="Workshop")
    edition.sessions.update(room=room)
    return room


def a_session(course: Course, like: Session, hours: float = 0, **kwargs: Any) -> Session:
    """Of another edition, so many hours later."""
    trainers = kwargs.pop("trainers", [])
    other = EditionFactory(course=course, days=0, trainers=trainers, **kwargs.pop("edition", {}))
    later = timedelta(hours=hours)
    return Session.objects.create(
        edition=other, number=1, title_nl="x", title_en="x", starts_at=like.starts_at + later,
        ends_at=like.ends_at + later, **kwargs,
    )  # fmt: skip


def found(user: User, session: Session) -> list[str]:
    [clashes] = clashes_of([slot_of(session, list(session.edition.trainers.all()))], user=user)
    return [f"{clash.what} {clash.other}" for clash in clashes]


def test_two_sessions_in_one_room_clash(chris: User, edition: Edition, course: Course, room: Room) -> None:
    first = edition.sessions.first()
    other = a_session(course, first, hours=2, room=room)
    assert found(chris, other) == [f"{room} {first}"]
    assert found(chris, first) == [f"{room} {other}"]


def test_back_to_back_is_no_clash(chris: User, edition: Edition, course: Course, room: Room) -> None:
    assert found(chris, a_session(course, edition.sessions.first(), hours=7.5, room=room)) == []


def test_a_trainer_cannot_be_in_two_editions_at_once(chris: User, bo: User, edition: Edition, course: Course) -> None:
    first = edition.sessions.first()
    assert found(chris, a_session(course, first, hours=1, trainers=[bo])) == [f"{bo} {first}"]
    assert found(chris, a_session(course, first, hours=1)) == []


def test_what_is_cancelled_is_in_nobodys_way(chris: User, edition: Edition, course: Course, room: Room) -> None:
    other = a_session(course, edition.sessions.first(), room=room, edition={"cancelled": True})
    assert found(chris, edition.sessions.first()) == []
    assert other not in clashing(Session.objects.all())


def test_of_another_house_only_that_it_is_taken_is_told(
    chris: User, other_coordinator: User, edition: Edition, room: Room
) -> None:
    slot = Slot(edition.starts_at, edition.ends_at, room)
    theirs = clashes_of([slot], user=other_coordinator)[0]
    assert len(theirs) == 4
    assert {clash.other for clash in theirs} == {None}
    assert edition.code not in str(theirs[0])
    assert edition.code in str(clashes_of([slot], user=chris)[0][0])


def test_the_list_finds_exactly_what_clashes(
    client: Client, clock: Any, chris: User, bo: User, edition: Edition, course: Course, room: Room
) -> None:
    first, second, *_rest = edition.sessions.all()
    by_room = a_session(course, first, hours=1, room=room)
    by_trainer = a_session(course, second, hours=1, trainers=[bo])
    a_session(course, first, hours=100, room=room)
    client.force_login(chris)
    rows = client.get(reverse("clashes")).context["rows"]
    assert {session for session, _clashes in rows} == {first, second, by_room, by_trainer}
    assert all(len(clashes) == 1 for _session, clashes in rows)


def test_the_list_holds_the_own_house_alone(
    client: Client, clock: Any, other_coordinator: User, edition: Edition, course: Course, room: Room
) -> None:
    a_session(course, edition.sessions.first(), room=room)
    client.force_login(other_coordinator)
    assert client.get(reverse("clashes")).context["rows"] == []


def test_the_list_asks_as_much_for_many_as_for_few(
    client: Client, clock: Any, chris: User, edition: Edition, course: Course, room: Room,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    client.force_login(chris)
    a_session(course, edition.sessions.first(), room=room)
    client.get(reverse("clashes"))
    with django_assert_max_num_queries(60) as few:
        client.get(reverse("clashes"))
    for hours in range(1, 9):
        a_session(course, edition.sessions.first(), hours=hours / 2, room=room)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("clashes"))


# In the form ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client: Client, clock: Any, chris: User) -> Client:
    chris.language = "en"
    chris.save()
    client.force_login(chris)
    return client


def form_of(desk: Client, address: str) -> dict[str, Any]:
    form = desk.get(address).context["form"]
    return {bound.html_name: "" if bound.value() is None else bound.value() for bound in form}


def test_a_taken_room_is_said_beside_the_field_and_saved_only_on_purpose(
    desk: Client, edition: Edition, course: Course, room: Room
) -> None:
    other = a_session(course, edition.sessions.first(), hours=1)
    address = reverse("sessions:edit", args=[other.pk])
    said = form_of(desk, address) | {"room": room.pk}
    page = desk.post(address, said)
    assert f"{edition} 1" in page.context["form"].errors["room"][0]
    assert 'type="checkbox" name="despite_clash"' in page.content.decode()
    other.refresh_from_db()
    assert other.room is None
    assert desk.post(address, said | {"despite_clash": "on"}).status_code == 302
    other.refresh_from_db()
    assert other.room == room
    assert "Clashes with other sessions" in desk.get(address).content.decode()
    # What stands is not asked about again.
    assert desk.post(address, form_of(desk, address) | {"title_nl": "Anders"}).status_code == 302


def test_without_a_clash_nobody_sees_the_box(desk: Client, edition: Edition) -> None:
    page = desk.get(reverse("sessions:edit", args=[edition.sessions.first().pk]))
    assert 'type="checkbox" name="despite_clash"' not in page.content.decode()


def test_a_trainer_who_is_taken_is_said_with_the_edition(
    desk: Client, bo: User, edition: Edition, course: Course
) -> None:
    other = a_session(course, edition.sessions.first(), hours=1).edition
    address = reverse("editions:edit", args=[other.pk])
    said = form_of(desk, address) | {"trainers": [bo.pk]}
    assert str(bo) in desk.post(address, said).context["form"].errors["trainers"][0]
    assert desk.post(address, said | {"despite_clash": "on"}).status_code == 302
    assert other.sessions.get().starts_at > NOW
    assert "Clashes with other sessions" in desk.get(address).content.decode()
