"""Two years of the desk: questions, steps and groups from ``desk.json``, played through the actions at their day."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from courses.models import Course, Theme
from lms.demo.content import Entry, at_local, content
from lms.demo.people import DEMO
from lms.desk import actions
from lms.desk.models import Meeting, Member, PeerGroup, Request, Topic
from lms.kpis.models import Target
from lms.people.models import Organisation, Role, User

FILE = Path(__file__).with_name("desk.json")
MORNING = time(10, 20)


@cache
def desk_content() -> Entry:
    """The whole file, all of it invented."""
    loaded: Entry = json.loads(FILE.read_text(encoding="utf-8"))
    return loaded


@transaction.atomic
def build_desk(now: datetime) -> None:
    """All of it; on a second run it is there."""
    if Topic.objects.exists():
        return
    desk = Desk(now)
    desk.promise()
    desk.lay_topics()
    for entry in desk_content()["questions"]:
        desk.play(entry)
    for entry in desk_content()["groups"]:
        desk.gather(entry)


class Desk:
    """Plays what the file tells, and keeps at hand what it speaks of."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.houses = Organisation.objects.exclude(code=None).in_bulk(field_name="code")
        self.themes = Theme.objects.in_bulk(field_name="code")
        self.courses = Course.objects.in_bulk(field_name="code")
        self.officer = User.objects.get(email=f"office{DEMO}")

    def moment(self, days_ago: int) -> datetime:
        return at_local(timezone.localdate(self.now) - timedelta(days=days_ago), MORNING)

    def promise(self) -> None:
        """How many companies are to take a step, over the programme's five years as its predecessor promised it."""
        year = timezone.localdate(self.now).year
        promised = desk_content()["target"]
        Target.objects.create(
            indicator=promised["kpi"],
            starts_on=date(year - 2, 1, 1),
            ends_on=date(year + 2, 12, 31),
            value=promised["value"],
            source=promised["source"],
        )

    def lay_topics(self) -> None:
        for order, entry in enumerate(desk_content()["topics"], start=1):
            Topic.objects.create(
                code=entry["code"],
                name_nl=entry["nl"],
                name_en=entry["en"],
                theme=self.themes[entry["theme"]],
                lab=self.houses[entry["lab"]] if "lab" in entry else None,
                course=self.courses[entry["course"]] if "course" in entry else None,
                order=order,
            )
        self.topics = Topic.objects.select_related("lab", "course__provider").in_bulk(field_name="code")

    # Questions -----------------------------------------------------------------------------------------------------

    def play(self, entry: Entry) -> None:
        """One question from the asking to how it stands today."""
        asked_at = self.moment(entry["days"])
        name, kvk = self._company(entry["company"])
        question = actions.Question(
            company_name=name,
            company_kvk=kvk,
            text=entry["text"],
            contact_name=entry["name"],
            contact_role=entry["role"],
            contact_email=entry["email"],
            topic=self.topics[entry["topic"]] if entry["topic"] else None,
        )
        request = actions.ask(question, language="nl", by=None, at=asked_at, is_suspect=entry.get("spam", False))
        if entry.get("withdrawn"):
            actions.withdraw(request, at=asked_at + timedelta(days=2))
        if "answer" in entry:
            self._answer(request, entry, asked_at)
        if "step" in entry:
            self._step(request, entry["step"])
        if "outcome" in entry:
            actions.close(request, entry["outcome"], by=self._adviser(request), at=self._end(entry))

    def _end(self, entry: Entry) -> datetime:
        days = entry["step"]["days"] - 10 if "step" in entry else entry["days"] - 12
        return self.moment(days)

    def _answer(self, request: Request, entry: Entry, asked_at: datetime) -> None:
        adviser = self._adviser(request)
        courses = [self.courses[code] for code in entry.get("courses", ())]
        labs = [self.houses[code] for code in entry.get("labs", ())]
        if "note" in entry:
            actions.add_note(request, entry["note"], by=adviser, at=asked_at + timedelta(days=1))
        actions.answer(
            request, entry["answer"], courses=courses, labs=labs, by=adviser, at=asked_at + timedelta(days=2)
        )
        if "reply" in entry:
            actions.reply(request, entry["reply"], at=asked_at + timedelta(days=3))
            actions.answer(request, entry["second"], by=adviser, at=asked_at + timedelta(days=4))

    def _step(self, request: Request, told: Entry) -> None:
        """Described a week after it was taken, signed a week later, verified by the office after that."""
        taken_on = self.moment(told["days"])
        step = actions.describe_step(
            request,
            size=told["size"],
            type=told["type"],
            before=told["before"],
            description=told["after"],
            taken_on=timezone.localdate(taken_on),
            # Where no coordinator has an account, an adviser without one described it.
            by=self._adviser(request),
            at=taken_on + timedelta(days=7),
        )
        if told.get("state") == "described":
            return
        actions.sign_by_link(
            step,
            statement=told["statement"],
            signer_name=told["signer"],
            signer_role=told["signer_role"],
            at=taken_on + timedelta(days=9),
        )
        if told.get("state") != "signed":
            actions.verify_step(step, by=self.officer, at=taken_on + timedelta(days=10))

    def _adviser(self, request: Request) -> User | None:
        """The coordinator of the house where it lies, if the demo has one; none of them is the office."""
        return self._coordinator(request.routed_to)

    def _coordinator(self, house: Organisation | None) -> User | None:
        return User.objects.filter(memberships__organisation=house, memberships__role=Role.COORDINATOR).first()

    def _company(self, which: int | str) -> tuple[str, str]:
        """One of the demo's employers by its place in the content, or a name that someone typed."""
        if isinstance(which, str):
            return which, ""
        employer = content()["employers"][which]
        return employer["name"], employer["kvk_number"]

    # Groups --------------------------------------------------------------------------------------------------------

    def gather(self, entry: Entry) -> None:
        """A group with its companies and what they met about."""
        host = self.houses[entry["host"]]
        convener = self._coordinator(host)
        group = PeerGroup.objects.create(
            code=entry["code"],
            theme=self.themes[entry["theme"]],
            name_nl=entry["nl"],
            name_en=entry["en"],
            description_nl=entry["description_nl"],
            description_en=entry["description_en"],
            host=host,
            convener=convener,
        )
        members = [self._admit(group, one) for one in entry["members"]]
        if entry["state"] == "running":
            actions.start_group(group, by=convener, at=self.moment(260))
        for told in entry["meetings"]:
            self._meet(group, told, members)
        if "joining" in entry:
            self._ask_to_join(group, entry["joining"], self.moment(2))

    def _ask_to_join(self, group: PeerGroup, one: Entry, at: datetime) -> Request:
        name, kvk = self._company(one["company"])
        question = actions.Question(
            company_name=name,
            company_kvk=kvk,
            text=one.get("text", "We horen graag hoe anderen dit doen."),
            contact_name=one["name"],
            contact_email=one["email"],
            group=group,
            agrees_to_be_named=one.get("named", False),
        )
        return actions.ask(question, language="nl", by=None, at=at)

    def _admit(self, group: PeerGroup, one: Entry) -> Member:
        request = self._ask_to_join(group, one, self.moment(280))
        text = "Welkom in de groep. Op je eigen pagina staan de bijeenkomsten."
        return actions.admit(request, text, by=group.convener, at=self.moment(277))

    def _meet(self, group: PeerGroup, told: Entry, members: list[Member]) -> None:
        start = at_local(timezone.localdate(self.now) + timedelta(days=told["days"]), time(15, 30))
        meeting = Meeting(
            group=group,
            topic_nl=told["nl"],
            topic_en=told["en"],
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            place=f"{group.host.name}, {group.host.city}",
        )
        actions.save_meeting(meeting, by=group.convener)
        if "came" in told:
            came = [members[number].organisation for number in told["came"]]
            actions.record_presence(meeting, came, by=group.convener, at=start + timedelta(days=1))
