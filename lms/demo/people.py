"""Who they are: staff with a demo account, trainers, and learners invented by fixed dice.

Every address ends in ``.example``, so no mail can reach anyone.
"""

import random
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.admin.models import Admin

from enrolments.models import LearnerCategory
from lms.demo.content import Entry, at_local, content
from lms.people.actions import give_role
from lms.people.models import Organisation, Role, User

LEARNERS = 252  # at scale 1; with their enrolments about what a young programme has
DEMO = "@demo.example"
PASSWORD = "demo"  # noqa: S105  (of the demo, and only there: see password())

# How a hundred learners are spread; the three that count for the target first.
SPREAD = [
    (LearnerCategory.EMPLOYEE, 54),
    (LearnerCategory.CAREER_SWITCHER, 20),
    (LearnerCategory.STUDENT, 18),
    (LearnerCategory.SELF_EMPLOYED, 4),
    (LearnerCategory.JOB_SEEKER, 2),
    (LearnerCategory.TEACHER, 1),
    (LearnerCategory.OTHER, 1),
]
# Of each employer at most so many work in the programme: one of the four has nine people.
PLACES = {0: 18, 1: 20, 2: 4, 3: 30}


# Accounts ------------------------------------------------------------------------------------------------------------


def password() -> str | None:
    """The hash every demo account has, worked out once; in anything but a demo nobody gets a password."""
    return make_password(PASSWORD if settings.LMS_DEMO else None)


def open_accounts(today: date) -> None:
    """The staff: trainers, coordinators, HR, programme office, auditor, editor."""
    hashed = password()
    since = today - timedelta(days=3 * 365)
    houses = Organisation.objects.exclude(code=None).in_bulk(field_name="code")
    office = houses["BUREAU"]
    for entry in content()["trainers"]:
        account = "trainer" if entry["ref"] == TEACHES_TODAY else None
        person = _account(entry, account=account, hashed=hashed, since=since)
        taught = {one["lab"] for one in content()["editions"] if one["trainer"] == entry["ref"]} | {entry["lab"]}
        for code in sorted(taught):
            give_role(person, houses[code], Role.TRAINER, by=None, on=since)
    for number, entry in enumerate(content()["employers"], start=1):
        hr = entry["hr_contact"]
        account = {1: "hr", 2: "hr2"}.get(number)
        person = _account({**hr["name"], "email": hr["email"]}, account=account, hashed=hashed, since=since)
        give_role(person, Organisation.objects.get(uuid=entry["id"]), Role.HR, by=None, on=since)
    doors = {role: _door(name) for role, name in BACK_OFFICE.items()}
    for entry in content()["staff"]:
        person = _account(entry, account=entry["account"], hashed=hashed, since=since)
        if entry["role"]:
            house = houses[entry["organisation"]] if entry["organisation"] else office
            give_role(person, house, Role(entry["role"]), by=None, on=since)
        for group in doors.get(entry["role"], []):
            person.groups.add(group)


TEACHES_TODAY = "TR3"  # RoboHouse's trainer
# Whom Wagtail's admin opens for, and with which groups; what each may see there follows from the memberships.
BACK_OFFICE: dict[str | None, list[str]] = {
    Role.OFFICER: ["Programme office", "Editors", "Moderators"],
    Role.COORDINATOR: ["Coordinators"],
    None: ["Editors", "Moderators"],
}


def _door(names: list[str]) -> list[Group]:
    """The groups, each with the key to the back office."""
    key, _created = Permission.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(Admin),
        codename="access_admin",
        defaults={"name": "Can access Wagtail admin"},
    )
    groups = [Group.objects.get_or_create(name=name)[0] for name in names]
    for group in groups:
        group.permissions.add(key)
    return groups


def _account(entry: Entry, *, account: str | None, hashed: str | None, since: date) -> User:
    email = f"{account}{DEMO}" if account else entry["email"]
    names = {name: entry.get(name) or "" for name in ("given_name", "initials", "name_prefix", "family_name")}
    person = User.objects.create_user(email, date_joined=at_local(since), **names)
    if account:
        with_password(person, hashed)
    return person


def with_password(person: User, hashed: str | None) -> None:
    """Make a demo account of someone: the demo's password, an address that needs no confirmation."""
    if hashed:
        User.objects.filter(pk=person.pk).update(password=hashed)
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)


# Learners ------------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Learner:
    """Someone who will enrol, as the plan knows them; the account is made at their first enrolment."""

    ref: str
    email: str
    given_name: str
    name_prefix: str
    family_name: str
    category: str
    initials: str = ""
    uuid: str | None = None
    employer: str = ""
    employer_kvk: str = ""
    sector_left: str = ""
    sector_sought: str = ""
    institution: str = ""
    language: str = "nl"
    misspelt: str = ""  # how the family name was first written, for the certificate that is corrected
    years_employed: int = 1
    busy: list[tuple[date, date]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)


def learners(scale: int) -> list[Learner]:
    """The file's own learners, then the invented ones. The same list every time."""
    dice = random.Random(f"learners {scale}")  # noqa: S311  (a demo, not a secret)
    known = [_known(entry) for entry in content()["learners"]]
    invented = _invented(LEARNERS * scale - len(known), dice)
    employers = _employers_of(known, scale)
    everyone = [*known, *invented]
    for learner in everyone:
        learner.years_employed = dice.randint(3, 12)
    for learner in invented:
        _situate(learner, dice, employers)
    return everyone


def _known(entry: Entry) -> Learner:
    is_demo = entry["ref"] == "L01"
    employer = content()["employers"][entry["employer"] - 1] if entry["employer"] else None
    switcher = entry["participant_type"] == "CAREER_SWITCHER"
    return Learner(
        ref=entry["ref"],
        email=f"learner{DEMO}" if is_demo else entry["email"],
        given_name=entry["given_name"],
        initials=entry["initials"],
        name_prefix=entry["name_prefix"] or "",
        family_name=entry["family_name"],
        category=entry["participant_type"].lower(),
        uuid=entry["id"],
        employer=employer["name"] if employer and not switcher else "",
        employer_kvk=employer["kvk_number"] if employer and not switcher else "",
        sector_left=entry["previous_sector"]["nl"] if switcher else "",
        sector_sought="Metaaltechniek" if switcher else "",
        institution=entry.get("institution", ""),
        language=entry["preferred_language"],
        misspelt="Ornek" if entry["ref"] == "L06" else "",
    )


def _invented(count: int, dice: random.Random) -> list[Learner]:
    names = content()["names"]
    made: list[Learner] = []
    used: set[tuple[str, str]] = set()
    categories = [category for category, share in SPREAD for _one in range(share)]
    dice.shuffle(categories)
    for number, category in zip(range(count), cycle(categories), strict=False):
        given, (prefix, family) = dice.choice(names["given"]), dice.choice(names["family"])
        while (given, family) in used and len(used) < len(names["given"]) * len(names["family"]) // 2:
            given, (prefix, family) = dice.choice(names["given"]), dice.choice(names["family"])
        used.add((given, family))
        made.append(
            Learner(
                ref=f"I{number:05d}",
                email=f"{_plain(given)}.{_plain(family)}.{number + 11}@deelnemer.example",
                given_name=given,
                name_prefix=prefix,
                family_name=family,
                category=category,
                language="en" if dice.random() < 0.07 else "nl",
            )
        )
    return made


def _plain(name: str) -> str:
    """Letters only, without marks: fit for an address."""
    folded = unicodedata.normalize("NFKD", name.translate(str.maketrans("ØøŁłıİğĞ", "OoLliIgG")))
    return "".join(letter for letter in folded.lower() if letter.isascii() and letter.isalpha())


def _employers_of(known: list[Learner], scale: int) -> list[tuple[str, str]]:
    """An employer for each employee to come: the four of the file as far as they have room, then small ones."""
    places = {number: room * scale for number, room in PLACES.items()}
    slots = []
    for number, room in places.items():
        entry = content()["employers"][number]
        taken = sum(learner.employer_kvk == entry["kvk_number"] for learner in known)
        slots += [(entry["name"], entry["kvk_number"])] * max(room - taken, 0)
    return slots


def _situate(learner: Learner, dice: random.Random, employers: list[tuple[str, str]]) -> None:
    """The fields that follow from the category."""
    names = content()["names"]
    match learner.category:
        case LearnerCategory.EMPLOYEE:
            if employers and dice.random() < 0.62:
                learner.employer, learner.employer_kvk = employers.pop(dice.randrange(len(employers)))
            else:
                learner.employer = dice.choice(content()["employers_named_by_learners"])
        case LearnerCategory.CAREER_SWITCHER | LearnerCategory.JOB_SEEKER:
            learner.sector_left, learner.sector_sought = dice.choice(names["sectors"]), dice.choice(names["sought"])
        case LearnerCategory.STUDENT | LearnerCategory.TEACHER:
            learner.institution = dice.choice(names["institutions"])
