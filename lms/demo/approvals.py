"""A course of which somebody approves the certificates: some approved, one refused, some that wait for the visitor."""

from __future__ import annotations

from datetime import datetime, timedelta

from certificates.actions.approving import approve, refuse
from certificates.actions.layouts import save_course_certificate
from certificates.models import CourseCertificate, HeldCertificate
from courses.models import Course, Edition
from lms.demo.people import DEMO
from lms.people.models import User

LEFT = 3  # to decide about


def want_approval(course: Course, *, at: datetime) -> None:
    row = CourseCertificate.objects.filter(course=course).first() or CourseCertificate(course=course)
    row.needs_approval = True
    save_course_certificate(row, by=None, at=at)


def decide_on_some(edition: Edition, *, now: datetime) -> None:
    """The office went through the list the other day, and left the last ones for today."""
    officer, at = User.objects.get(email=f"office{DEMO}"), now - timedelta(hours=20)
    held = HeldCertificate.objects.filter(enrolment__edition=edition).select_related("enrolment", "programme")
    decided = list(held.waiting().filter(held_at__lt=at))[:-LEFT]
    for number, one in enumerate(decided):
        if number == len(decided) - 1:
            refuse(
                one,
                public_reason=HeldCertificate.Reason.WORK,
                reason="De praktijkopdracht is gelijk aan die van een ander team. Gesprek volgt met de trainer.",
                by=officer,
                at=at,
            )
        else:
            approve(one, by=officer, at=at)
