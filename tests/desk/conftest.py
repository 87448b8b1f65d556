"""What the tests of the desk share: topics that lead somewhere, a question, and the groups around it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from courses.models import Course, Theme
from lms.desk import actions
from lms.desk.models import Meeting, PeerGroup, Request, Step, Topic
from lms.kpis.models import Fact
from lms.messages.models import Message
from lms.people.models import Organisation, User
from tests.factories import NOW


@pytest.fixture
def theme(db: None) -> Theme:
    return Theme.objects.create(code="robotica", name_nl="Robotica", name_en="Robotics")


@pytest.fixture
def robots(robohouse: Organisation, theme: Theme) -> Topic:
    """A topic that RoboHouse answers."""
    return Topic.objects.create(code="robots", name_nl="Robots", name_en="Robots", theme=theme, lab=robohouse, order=1)


@pytest.fixture
def courses_topic(course: Course) -> Topic:
    """A topic about which there is a course, so its provider answers."""
    return Topic.objects.create(code="cobots", name_nl="Cobots", name_en="Cobots", course=course, order=2)


def question(**said: Any) -> actions.Question:
    """One of Van Dorp's, by its KvK number; what matters to a test it says itself."""
    said = {
        "company_name": "Van Dorp Fijnmechaniek",
        "company_kvk": "01234567",
        "text": "Kan een cobot onze frees beladen?",
        "contact_name": "Kees",
        "contact_role": "productieleider",
        "contact_email": "kees@vandorp.example",
        **said,
    }
    return actions.Question(**said)


def ask(**said: Any) -> Request:
    at, language, by = said.pop("at", NOW), said.pop("language", "en"), said.pop("by", None)
    return actions.ask(question(**said), language=language, by=by, at=at)


@pytest.fixture
def asked(robots: Topic, vandorp: Organisation) -> Request:
    """Van Dorp asks about robots; it lies with RoboHouse."""
    return ask(topic=robots)


@pytest.fixture
def answered(asked: Request, chris: User) -> Request:
    actions.answer(asked, "Ja. Kom langs.", by=chris, at=NOW + timedelta(days=1))
    return asked


@pytest.fixture
def step(answered: Request, chris: User) -> Step:
    """What Van Dorp did after it, described by RoboHouse."""
    return describe(answered, by=chris)


def describe(request: Request, *, by: User | None, taken_on: date = date(2027, 2, 1), size: str = "large") -> Step:
    return actions.describe_step(
        request,
        size=size,
        type=Step.Type.PILOT,
        before="De frees werd met de hand beladen.",
        description="Een cobot belaadt de frees in de nacht.",
        taken_on=taken_on,
        by=by,
        at=NOW + timedelta(days=2),
    )


def sign(step: Step) -> Step:
    return actions.sign_by_link(
        step,
        statement="We draaien nu een nachtploeg zonder mensen.",
        signer_name="Kees van Dorp",
        signer_role="directeur",
        at=NOW + timedelta(days=3),
    )


@pytest.fixture
def group(theme: Theme, robohouse: Organisation, chris: User) -> PeerGroup:
    """Hosted by RoboHouse, led by Chris."""
    return PeerGroup.objects.create(
        code="cobots-delen",
        theme=theme,
        name_nl="Cobots delen",
        name_en="Sharing cobots",
        description_nl="Bedrijven met een cobot.",
        description_en="Companies with a cobot.",
        host=robohouse,
        convener=chris,
    )


@pytest.fixture
def meet(group: PeerGroup) -> Callable[..., Meeting]:
    """Plans a meeting of the group, some days from now."""

    def plan(days: int, **said: Any) -> Meeting:
        start = NOW + timedelta(days=days)
        return Meeting.objects.create(
            group=group,
            topic_nl="Grijpers",
            topic_en="Grippers",
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            place="RoboHouse, Delft",
            **said,
        )

    return plan


def facts(kind: str) -> list[tuple[str, int]]:
    """Keys and quantities of a kind, in order."""
    return list(Fact.objects.of_kind(kind).order_by("pk").values_list("key", "quantity"))


def mails(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))
