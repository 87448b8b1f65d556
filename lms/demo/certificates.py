"""What HR and the office find among the certificates: a year file, a revocation for a second person, a list of old."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import translation

from certificates.actions import bundles as bundle_actions
from certificates.actions.earlier import check_earlier, take_over
from certificates.actions.revoking import ask_revocation
from certificates.models import Bundle, Certificate, EarlierBatch, RevocationProposal
from lms.demo.people import DEMO
from lms.people.models import Organisation, Role, User


def put_down_certificates(now: datetime) -> None:
    """What is there already is left alone."""
    if not Bundle.objects.exists():
        _year_file(now)
    if not RevocationProposal.objects.exists():
        _proposal(now)
    if not EarlierBatch.objects.exists():
        _earlier(now)


def _year_file(now: datetime) -> None:
    hr = User.objects.get(email=f"hr{DEMO}")
    company = Organisation.objects.filter(pk__in=hr.organisations_as(Role.HR)).order_by("name")[0]
    with translation.override(hr.language):
        try:
            bundle = bundle_actions.ask_year_file(
                company, starts_on=None, ends_on=None, department=None, course=None, by=hr, at=now
            )
        except bundle_actions.NothingToPutIn:
            return  # on a small scale nobody shares anything yet
    while bundle_actions.go_on(bundle, at=now):
        pass


def _proposal(now: datetime) -> None:
    """The second coordinator's house revokes in pairs; a colleague at the office is to look at one."""
    coordinator = User.objects.get(email=f"coordinator2{DEMO}")
    house = Organisation.objects.get(pk__in=coordinator.organisations_as(Role.COORDINATOR))
    house.revokes_in_pairs = True
    house.save(update_fields=["revokes_in_pairs"])
    theirs = Certificate.objects.all().issued().filter(enrolment__edition__provider=house, programme=None)
    certificate = theirs.filter(superseded_by=None, renewed_by=None).order_by("issued_at", "pk").last()
    if certificate is not None:
        ask_revocation(
            certificate,
            public_reason=Certificate.Reason.CONDITIONS,
            inside_reason="De praktijkopdracht bleek van een ander team te zijn. Graag meekijken.",
            by=coordinator,
            at=now - timedelta(hours=3),
        )


def _earlier(now: datetime) -> None:
    """A list of before the platform: the demo's learner is on it, and people who have no account yet."""
    coordinator = User.objects.get(email=f"coordinator{DEMO}")
    learner = User.objects.get(email=f"learner{DEMO}")
    house = Organisation.objects.get(pk__in=coordinator.organisations_as(Role.COORDINATOR))
    rows = [
        "naam;e-mail;opleiding;soort;afgegeven op;uren;geldig tot",
        f"{learner.full_name};{learner.email};Veilig werken met industriële robots;bewijs van deelname;12-06-2023;8;",
        "Fatima el Amrani (fictief);fatima@voorbeeld.example;Basis PLC;certificaat;03-11-2022;24;",
        "Kees Jansen (fictief);kees@voorbeeld.example;Heftruck;certificaat;17-01-2021;16;16-01-2026",
    ]
    with translation.override(coordinator.language):
        batch = check_earlier(
            house,
            source=f"Deelnemersadministratie {house.name}, 2021-2023",
            content="\r\n".join(rows).encode(),
            file_name="certificaten-voor-2024.csv",
            by=coordinator,
            at=now - timedelta(days=20),
        )
    take_over(batch, also=(), by=coordinator, at=now - timedelta(days=20))
