"""What HR and the office find to do: departments, someone whom HR enrolled, an invitation, a claim, doubles."""

from __future__ import annotations

from datetime import datetime, timedelta

from courses.models import Edition
from enrolments.actions.staff import enrol_staff
from enrolments.models import Enrolment
from lms.demo.people import DEMO
from lms.people import hr_actions
from lms.people.actions import find_or_create_employer, find_or_create_person
from lms.people.employer_merging import merge_employers
from lms.people.models import Claim, Employment, Organisation, Role, User

DEPARTMENTS = ("Verspaning", "Assemblage", "Werkvoorbereiding")
CLAIM = {
    "kvk_number": "00000094",
    "organisation_name": "Machinefabriek Nergenshuizen (fictief)",
    "explanation": "Ik ben hoofd personeelszaken. Je kunt naar me vragen bij de receptie.",
}
# As two learners might type one company.
MERGED = "Plaatwerk Drechtsteden"
DOUBLES = (("Lasbedrijf Voorbeeld en Zn", ""), ("LASBEDRIJF VOORBEELD EN ZN. B.V.", ""))


def put_down_employers(now: datetime) -> None:
    """What is there already is left alone."""
    if Claim.objects.exists():
        return
    hr = User.objects.get(email=f"hr{DEMO}")
    company = Organisation.objects.filter(pk__in=hr.organisations_as(Role.HR)).order_by("name")[0]
    _people(company, hr, now)
    hr_actions.invite_hr(company, email="nieuwe.collega@plaatwerk.example", language="nl", by=hr, at=now)
    asker = find_or_create_person(
        "hoofd.pz@nergenshuizen.example", language="nl", at=now, given_name="Wietske", family_name="Dijkstra"
    )
    hr_actions.claim_company(**CLAIM, language="nl", by=asker, at=now - timedelta(days=1))
    for name, number in DOUBLES:
        find_or_create_employer(name=name, kvk_number=number, by=asker, at=now)
    officer = User.objects.get(email=f"office{DEMO}")
    typed = find_or_create_employer(name=MERGED, kvk_number="", by=asker, at=now - timedelta(days=6))
    merge_employers(company, typed, by=officer, at=now - timedelta(days=2))


def _people(company: Organisation, hr: User, now: datetime) -> None:
    """Everyone in a department but the last, who is enrolled by HR."""
    made = [hr_actions.add_department(company, name, by=hr, at=now) for name in DEPARTMENTS]
    people = list(Employment.objects.filter(organisation=company, ends_on=None).select_related("user").order_by("pk"))
    for number, employment in enumerate(people[:-1]):
        hr_actions.put_in_department(employment, made[number % len(made)], by=hr, at=now)
    if not people:
        return
    editions = Edition.objects.open_at(now).filter(starts_at__gt=now).order_by("starts_at", "code")
    for edition in editions:
        free = edition.seats_free and not Enrolment.objects.waiting().filter(edition=edition).exists()
        if free and not edition.enrolments.live().filter(learner=people[-1].user).exists():
            enrol_staff(people[-1], edition, by=hr, at=now)
            return
