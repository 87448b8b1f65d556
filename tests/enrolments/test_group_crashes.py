"""A worker killed while it enrols a group, or a broker that is away: nobody is lost, nobody is enrolled twice.

Real worker, real broker.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from enrolments.actions import start_group_enrolment
from enrolments.models import Enrolment, GroupEnrolment
from enrolments.tasks import compare_seats, go_on_with_groups, group_go_on
from lms.celery import app
from lms.kernel.models import Event
from lms.messages.models import Message
from tests import servers
from tests.certificates.test_crashes import as_a_process, worker
from tests.certificates.test_crashes import ring as ring  # a fixture
from tests.factories import EditionFactory, MembershipFactory, OrganisationFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("valkey")]

MANY, SEATS = 400, 300
# What HR does in the browser: a list too long to be done while one waits.
SEND = """
from django.test import Client
from lms.people.models import User
client = Client()
client.force_login(User.objects.get(email="hr@metaal.example"), "django.contrib.auth.backends.ModelBackend")
rows = "\\n".join(f"Sam Wit;p{number}@metaal.example" for number in range(30))
checked = client.post("/nl/werkgever/groepen/nieuw/cobots-1/", {"rows": rows})
done = client.post(checked["Location"] + "inschrijven/", {"wish": "part"}, follow=True)
assert done.status_code == 200, done.status_code
"""


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


def test_a_group_sent_while_the_broker_is_away_is_enrolled_when_it_is_back(tmp_path: Path) -> None:
    EditionFactory(code="cobots-1", capacity=20, days=1, first_day=timezone.now() + timedelta(days=30))
    MembershipFactory(organisation=OrganisationFactory(employer=True), role="hr", user__email="hr@metaal.example")
    with servers.valkey() as broker:
        pass  # it was there, and is stopped
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", SEND],
        cwd=settings.BASE_DIR, env=as_a_process(broker, tmp_path), check=True,
    )  # fmt: skip
    group = GroupEnrolment.objects.get()
    assert (group.state, enrolled()) == ("running", 0)
    GroupEnrolment.objects.update(changed_at=timezone.now() - timedelta(minutes=3))  # minutes later
    with (
        servers.valkey() as broker,
        worker(broker, tmp_path, "imports,default"),
        app.connection_for_write(url=broker) as to_broker,
    ):
        for _bell in range(2):  # what beat does each minute; a second time changes nothing
            go_on_with_groups.apply_async(connection=to_broker)
        servers.wait_until(lambda: GroupEnrolment.objects.get().state == "done", 120, "the whole group")
    assert Counter(Enrolment.objects.values_list("state", flat=True)) == {"confirmed": 20, "waitlisted": 10}
    assert compare_seats() == []
