"""What HR and the office find among the certificates: a year file that lies ready, a revocation for a second person."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import translation

from certificates import bundle_actions
from certificates.models import Bundle, Certificate, RevocationProposal
from certificates.revoking import ask_revocation
from lms.demo.people import DEMO
from lms.people.models import Organisation, Role, User


def put_down_certificates(now: datetime) -> None:
    """What is there already is left alone."""
    if not Bundle.objects.exists():
        _year_file(now)
    if not RevocationProposal.objects.exists():
        _proposal(now)


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
