"""What certificates hears: someone finished, so a certificate is asked for; one is asked for, so the bell is rung."""

from typing import Any

from django.dispatch import receiver

from certificates import tasks
from certificates.actions import request_earned_certificate
from certificates.models import Certificate
from certificates.signals import certificate_requested
from enrolments.models import Enrolment
from enrolments.signals import enrolment_completed, enrolment_not_completed


@receiver([enrolment_completed, enrolment_not_completed], dispatch_uid="certificates.finished")
def finished(sender: Any, enrolment: Enrolment, at: Any, **kwargs: Any) -> None:
    request_earned_certificate(enrolment, by=None, at=at)


@receiver(certificate_requested, dispatch_uid="certificates.ring")
def ring(sender: Any, certificate: Certificate, **kwargs: Any) -> None:
    tasks.issue_certificate.delay_on_commit(certificate.pk)
