"""What webhooks hear from the layers below."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.dispatch import Signal, receiver
from django.utils import timezone

from certificates.models import Certificate
from certificates.signals import certificate_issued, certificate_revoked
from enrolments import signals
from enrolments.models import Enrolment, Grant, GroupEnrolment
from lms.messages.webhooks.actions import tell
from lms.messages.webhooks.models import Webhook
from lms.people.models import Employment

Kind = Webhook.Event


def _about_an_enrolment(signal: Signal, event: str) -> Callable[..., None]:
    def heard(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
        tell(event, enrolment.employer, enrolment, at=at)

    signal.connect(heard, weak=False, dispatch_uid=f"webhooks.{event}")
    return heard


_about_an_enrolment(signals.enrolment_confirmed, Kind.CONFIRMED)
_about_an_enrolment(signals.enrolment_waitlisted, Kind.WAITLISTED)
_about_an_enrolment(signals.enrolment_withdrawn, Kind.WITHDRAWN)
_about_an_enrolment(signals.enrolment_cancelled, Kind.CANCELLED)


@receiver(signals.group_finished, dispatch_uid="webhooks.group_finished")
def group_finished(sender: Any, group: GroupEnrolment, at: datetime, **kwargs: Any) -> None:
    tell(Kind.GROUP_FINISHED, group.employer, group, at=at)


@receiver(certificate_issued, dispatch_uid="webhooks.issued")
def issued(sender: Any, certificate: Certificate, at: datetime, **kwargs: Any) -> None:
    tell(Kind.SHARED, certificate.enrolment.employer, certificate, at=at)


@receiver(certificate_revoked, dispatch_uid="webhooks.revoked")
def revoked(sender: Any, certificate: Certificate, at: datetime, **kwargs: Any) -> None:
    tell(Kind.REVOKED, certificate.enrolment.employer, certificate, at=at)


@receiver(signals.grant_given, dispatch_uid="webhooks.grant_given")
def shared(sender: Any, grant: Grant, at: datetime, **kwargs: Any) -> None:
    if grant.scope == Grant.Scope.CERTIFICATE:
        for certificate in Certificate.objects.issued().filter(enrolment=grant.enrolment):
            tell(Kind.SHARED, grant.organisation, certificate, at=at)


@receiver(signals.grant_revoked, dispatch_uid="webhooks.grant_revoked")
def unshared(sender: Any, grant: Grant, at: datetime, **kwargs: Any) -> None:
    """Only of a certificate that they saw until now."""
    works = Employment.objects.current(timezone.localdate(at)).filter(
        user=grant.learner, organisation=grant.organisation
    )
    if grant.scope == Grant.Scope.CERTIFICATE and works.exists():
        for certificate in Certificate.objects.issued().telling_no_failure().filter(enrolment=grant.enrolment):
            tell(Kind.UNSHARED, grant.organisation, certificate, at=at)
