"""What certificates hears: someone finished, so a certificate is asked for; one is asked for, so the bell is rung."""

from typing import Any

from django.dispatch import receiver

from certificates import tasks
from certificates.actions import request_earned_certificate
from certificates.models import Bundle, Certificate, Round
from certificates.signals import bundle_waits, certificate_requested, round_waits
from enrolments.models import Enrolment
from enrolments.signals import enrolment_completed, enrolment_not_completed


@receiver([enrolment_completed, enrolment_not_completed], dispatch_uid="certificates.finished")
def finished(sender: Any, enrolment: Enrolment, at: Any, **kwargs: Any) -> None:
    request_earned_certificate(enrolment, by=None, at=at)


@receiver(certificate_requested, dispatch_uid="certificates.ring")
def ring(sender: Any, certificate: Certificate, **kwargs: Any) -> None:
    tasks.issue_certificate.delay_on_commit(certificate.pk)


@receiver(bundle_waits, dispatch_uid="certificates.ring_for_bundle")
def ring_for_bundle(sender: Any, bundle: Bundle, **kwargs: Any) -> None:
    tasks.make_bundle.delay_on_commit(bundle.pk)


@receiver(round_waits, dispatch_uid="certificates.ring_for_round")
def ring_for_round(sender: Any, round: Round, **kwargs: Any) -> None:
    tasks.make_round.delay_on_commit(round.pk)
