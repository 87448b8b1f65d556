"""A worker killed while it enrols a group: nobody is lost, nobody is enrolled twice. Real worker, real broker."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from enrolments.actions import start_group_enrolment
from enrolments.models import Enrolment, GroupEnrolment
from enrolments.tasks import compare_seats, go_on_with_groups, group_go_on
from lms.kernel.models import Event
from lms.messages.models import Message
from tests import servers
from tests.certificates.test_crashes import ring as ring  # a fixture
from tests.certificates.test_crashes import worker
from tests.factories import EditionFactory, OrganisationFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("valkey")]

MANY, SEATS = 400, 300


def enrolled() -> int:
    return Enrolment.objects.count()


def test_a_group_survives_a_worker_killed_in_the_middle(
    ring: Callable[..., object],
    broker: str,
    tmp_path: Path,
) -> None:
    now = timezone.now()
    edition = EditionFactory(capacity=SEATS, days=1, first_day=now + timedelta(days=30))
    rows = [{"name": "Sam de Vries", "email": f"p{number}@metaal.example"} for number in range(MANY)]
    company = OrganisationFactory(employer=True)
    asked = now - timedelta(minutes=3)
    group = start_group_enrolment(company, edition, rows, wish="part", key="k", by=None, at=asked)
    ring(group_go_on, group.pk)
    with worker(broker, tmp_path, "imports,default") as first:
        servers.wait_until(lambda: enrolled() >= MANY // 4, 90, "a quarter of the group")
        os.killpg(first.pid, signal.SIGKILL)
    assert MANY // 4 <= enrolled() < MANY, "the worker was not killed in the middle"
    done = group.rows.exclude(outcome="").count()
    assert done == enrolled(), "a chunk is done wholly or not at all"
    GroupEnrolment.objects.filter(pk=group.pk).update(changed_at=asked)  # minutes later
    with worker(broker, tmp_path, "imports,default"):
        ring(go_on_with_groups)  # what beat does each minute
        servers.wait_until(lambda: GroupEnrolment.objects.get().state == "done", 120, "the whole group")
    states = Counter(Enrolment.objects.values_list("state", flat=True))
    assert states == {"confirmed": SEATS, "waitlisted": MANY - SEATS}
    assert set(Counter(Enrolment.objects.values_list("learner", flat=True)).values()) == {1}
    assert Event.objects.filter(verb__in=["enrolment.confirmed", "enrolment.waitlisted"]).count() == MANY
    assert Message.objects.values("email").distinct().count() == Message.objects.count() == MANY
    assert compare_seats() == []
