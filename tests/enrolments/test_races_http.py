"""Everybody at once, through the pages: two hundred for twenty seats, and seats given up meanwhile.

On SQLite and on PostgreSQL. Remove the guard and it fails: with ``claim_seat`` counting blindly, the constraint taken
from the table and ``lock_edition`` only reading, more than twenty are confirmed.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from queue import Empty, SimpleQueue

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse

from courses.models import Edition
from enrolments.models import Enrolment
from enrolments.tasks import compare_seats
from lms.kernel.models import Event
from lms.people.models import User
from tests.factories import NOW, EditionFactory, EnrolmentFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock_runs_on")]

AT_ONCE = 16
# As many as a server of two processes of four threads works on; who comes more waits before its door.
THREADS = threading.Semaphore(8)
CONTENDERS, SEATS = 200, 20
STUDENT = {"category": "student", "institution": "mboRijnland"}


@dataclass
class Visit:
    """One request: whose, when it was sent, when answered, with what status."""

    learner: int
    sent: float
    answered: float
    status: int


@pytest.fixture
def clock_runs_on():
    """NOW, and then on: who comes later has a later moment."""
    with time_machine.travel(NOW, tick=True):
        yield


def signed_in(learners: Iterable[User]) -> list[tuple[User, Client]]:
    found = []
    for learner in learners:
        client = Client(raise_request_exception=False)
        client.force_login(learner, "django.contrib.auth.backends.ModelBackend")
        found.append((learner, client))
    return found


def at_once(*calls: Callable[[], Visit]) -> list[Visit]:
    """Sixteen workers take the calls in order and do each as soon as they have done the one before."""
    waiting: SimpleQueue[Callable[[], Visit]] = SimpleQueue()
    for call in calls:
        waiting.put(call)
    done: list[Visit] = []

    def work() -> None:
        try:
            while True:
                done.append(waiting.get_nowait()())
        except Empty:
            pass
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(done) == len(calls)
    return done


def sending(client: Client, learner: User, address: str, data: dict[str, str]) -> Callable[[], Visit]:
    def send() -> Visit:
        sent = time.monotonic()
        with THREADS:
            status = client.post(address, data).status_code
        return Visit(learner.pk, sent, time.monotonic(), status)

    return send


def test_two_hundred_want_twenty_seats() -> None:
    edition = EditionFactory(capacity=SEATS)
    address = reverse("enrolments:enrol", args=[edition.code])
    learners = signed_in(UserFactory.create_batch(CONTENDERS))
    visits = at_once(*(sending(client, learner, address, STUDENT) for learner, client in learners))

    assert {visit.status for visit in visits} == {302}
    states = Counter(Enrolment.objects.filter(edition=edition).values_list("state", flat=True))
    assert states == {"confirmed": SEATS, "waitlisted": CONTENDERS - SEATS}
    assert Edition.objects.get().seats_taken == SEATS
    assert compare_seats() == []
    # In order of arrival: whoever had an answer before another one even asked stands before that one.
    place = {one.learner_id: one.place for one in Enrolment.objects.waiting().with_place()}
    assert sorted(place.values()) == list(range(1, CONTENDERS - SEATS + 1))
    for earlier in visits:
        for later in visits:
            if earlier.answered < later.sent and earlier.learner in place:
                assert later.learner in place
                assert place[earlier.learner] < place[later.learner]


def test_every_seat_given_up_meanwhile_is_offered_once() -> None:
    edition = EditionFactory(capacity=SEATS)
    seated = [EnrolmentFactory(edition=edition) for _ in range(SEATS)]
    leaving = seated[: SEATS // 2]
    learners = signed_in(UserFactory.create_batch(60))
    leavers = signed_in(one.learner for one in leaving)
    enrolling = [
        sending(client, learner, reverse("enrolments:enrol", args=[edition.code]), STUDENT)
        for learner, client in learners
    ]
    for number, ((learner, client), one) in enumerate(zip(leavers, leaving, strict=True)):
        give_up = sending(client, learner, reverse("enrolments:withdraw", args=[one.code]), {})
        enrolling.insert(number * 5 + 2, give_up)
    visits = at_once(*enrolling)

    assert {visit.status for visit in visits} == {302}
    newcomers = Enrolment.objects.filter(learner__in=[learner for learner, _client in learners])
    states = Counter(newcomers.values_list("state", flat=True))
    # A seat freed while nobody waited yet was free for whoever came first; every other one was offered.
    assert states["offered"] + states["confirmed"] == len(leaving)
    assert states["waitlisted"] == len(learners) - len(leaving)
    offers = Event.objects.filter(verb="enrolment.offered").values_list("object_id", flat=True)
    assert len(offers) == len(set(offers)) == states["offered"]
    assert Edition.objects.get().seats_taken == SEATS
    assert compare_seats() == []
