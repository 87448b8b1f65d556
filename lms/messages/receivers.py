"""What the outbox hears from the layers below: each becomes a message."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from certificates.models import Certificate
from certificates.signals import certificate_issued
from enrolments import signals
from enrolments.models import Enrolment, SeatHold
from lms.messages import letters, tasks
from lms.messages.actions import write_message
from lms.messages.models import Message
from lms.messages.signals import message_written


@receiver(message_written, dispatch_uid="messages.ring")
def ring(sender: Any, message: Message, **kwargs: Any) -> None:
    tasks.send_message.delay_on_commit(message.pk)


@receiver(signals.seat_held, dispatch_uid="messages.enrolment_code")
def seat_held(sender: Any, hold: SeatHold, code: str, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.enrolment_code(hold, code), at=at)


@receiver(signals.enrolment_confirmed, dispatch_uid="messages.enrolment_confirmed")
def enrolment_confirmed(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.enrolment_confirmed(enrolment, at), at=at)


@receiver(signals.enrolment_waitlisted, dispatch_uid="messages.enrolment_waitlisted")
def enrolment_waitlisted(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.enrolment_waitlisted(enrolment, at), at=at)


@receiver(signals.seat_offered, dispatch_uid="messages.seat_offered")
def seat_offered(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.seat_offered(enrolment, at), at=at)


@receiver(signals.offer_lapsed, dispatch_uid="messages.offer_lapsed")
def offer_lapsed(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.offer_lapsed(enrolment, at), at=at)


@receiver(signals.enrolment_withdrawn, dispatch_uid="messages.enrolment_withdrawn")
def enrolment_withdrawn(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.enrolment_withdrawn(enrolment, at), at=at)


@receiver(signals.enrolment_cancelled, dispatch_uid="messages.enrolment_cancelled")
def enrolment_cancelled(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.enrolment_cancelled(enrolment, at), at=at)


@receiver(certificate_issued, dispatch_uid="messages.certificate_ready")
def certificate_ready(sender: Any, certificate: Certificate, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.certificate_ready(certificate), at=at)
