"""What the outbox hears from the layers below: each becomes a message."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from certificates.models import Certificate
from certificates.signals import certificate_issued
from courses.models import Edition, Interest, InterestRequest
from courses.signals import edition_changed, edition_opened, interest_asked, interest_registered
from enrolments import signals
from enrolments.actions import deciders_of
from enrolments.endings import ending_of
from enrolments.models import Approval, Enrolment, GroupEnrolment, Order, SeatHold
from lms.kernel.post import Letter, letter_posted
from lms.messages import letters, tasks
from lms.messages.actions import call_off, invite, note_change, note_told, write_message
from lms.messages.models import Message
from lms.messages.signals import message_written
from lms.people.models import User


@receiver(message_written, dispatch_uid="messages.ring")
def ring(sender: Any, message: Message, **kwargs: Any) -> None:
    tasks.send_message.delay_on_commit(message.pk)


@receiver(interest_asked, dispatch_uid="messages.interest_code")
def interest_code(sender: Any, request: InterestRequest, code: str, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.interest_code(request, code), at=at)


@receiver(interest_registered, dispatch_uid="messages.interest_registered")
def someone_waits(sender: Any, interest: Interest, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.interest_registered(interest), at=at)


@receiver(edition_opened, dispatch_uid="messages.edition_opened")
def date_for_who_waits(sender: Any, interest: Interest, edition: Edition, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.edition_opened(interest, edition), at=at)


@receiver(edition_changed, dispatch_uid="messages.edition_changed")
def someone_changes_an_edition(sender: Any, edition: Edition, **kwargs: Any) -> None:
    note_change(edition, at=timezone.now())


@receiver(letter_posted, dispatch_uid="messages.letter")
def letter(sender: Any, letter: Letter, at: datetime, **kwargs: Any) -> None:
    """From an app beside us, which wrote it itself."""
    write_message(**vars(letter), at=at)


@receiver(signals.seat_held, dispatch_uid="messages.enrolment_code")
def seat_held(sender: Any, hold: SeatHold, code: str, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.enrolment_code(hold, code), at=at)


@receiver(signals.enrolment_confirmed, dispatch_uid="messages.enrolment_confirmed")
def enrolment_confirmed(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    invite(enrolment, at=at)


@receiver(signals.enrolment_waitlisted, dispatch_uid="messages.enrolment_waitlisted")
def enrolment_waitlisted(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    note_told(enrolment, at=at)
    write_message(**letters.enrolment_waitlisted(enrolment, at), at=at)


@receiver(signals.enrolment_requested, dispatch_uid="messages.enrolment_requested")
def enrolment_requested(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    note_told(enrolment, at=at)
    write_message(**letters.enrolment_requested(enrolment, at), at=at)


@receiver(signals.approval_asked, dispatch_uid="messages.approval_asked")
def approval_asked(sender: Any, approval: Approval, at: datetime, **kwargs: Any) -> None:
    for reader in deciders_of(approval, at):
        write_message(**letters.approval_asked(approval, reader), at=at)


@receiver(signals.approval_due, dispatch_uid="messages.approval_due")
def approval_due(sender: Any, approval: Approval, at: datetime, **kwargs: Any) -> None:
    for reader in deciders_of(approval, at):
        write_message(**letters.approval_due(approval, reader), at=at)


@receiver(signals.talk_planned, dispatch_uid="messages.talk_planned")
def talk_planned(sender: Any, approval: Approval, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.talk_planned(approval.enrolment, at), at=at)


@receiver(signals.approval_refused, dispatch_uid="messages.approval_refused")
def approval_refused(sender: Any, approval: Approval, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.approval_refused(approval.enrolment, at), at=at)


@receiver(signals.request_lapsed, dispatch_uid="messages.request_lapsed")
def request_lapsed(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.request_lapsed(enrolment, at), at=at)


@receiver(signals.contract_withdrawn, dispatch_uid="messages.contract_withdrawn")
def contract_withdrawn(sender: Any, order: Order, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.contract_withdrawn(order.enrolment, at), at=at)


@receiver(signals.seat_offered, dispatch_uid="messages.seat_offered")
def seat_offered(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    note_told(enrolment, at=at)
    write_message(**letters.seat_offered(enrolment, at), at=at)


@receiver(signals.offer_lapsed, dispatch_uid="messages.offer_lapsed")
def offer_lapsed(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.offer_lapsed(enrolment, at), at=at)


@receiver(signals.enrolment_withdrawn, dispatch_uid="messages.enrolment_withdrawn")
def enrolment_withdrawn(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    if ending_of(enrolment).moved_to:  # the confirmation of the other date tells; this one only cleans up the calendar
        call_off(enrolment, letters.enrolment_moved, at=at, only_invited=True)
    else:
        call_off(enrolment, letters.enrolment_withdrawn, at=at)


@receiver(signals.enrolment_cancelled, dispatch_uid="messages.enrolment_cancelled")
def enrolment_cancelled(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    call_off(enrolment, letters.enrolment_cancelled, at=at)


@receiver(signals.group_placed, dispatch_uid="messages.group_placed")
def group_placed(sender: Any, group: GroupEnrolment, at: datetime, **kwargs: Any) -> None:
    if group.by is not None:
        write_message(**letters.group_placed(group, group.by), at=at)


@receiver(signals.group_not_placed, dispatch_uid="messages.group_not_placed")
def group_not_placed(
    sender: Any, group: GroupEnrolment, enrolments: list[Enrolment], at: datetime, **kwargs: Any
) -> None:
    for enrolment in enrolments:
        write_message(**letters.colleague_not_placed(enrolment), at=at)
    if group.by is not None:
        write_message(**letters.group_not_placed(group, group.by), at=at)


@receiver(signals.group_seats_given_back, dispatch_uid="messages.group_seats_given_back")
def group_seats_given_back(sender: Any, group: GroupEnrolment, seats: int, at: datetime, **kwargs: Any) -> None:
    if group.by is not None:
        write_message(**letters.group_seats_given_back(group, group.by, seats), at=at)


@receiver(certificate_issued, dispatch_uid="messages.certificate_ready")
def certificate_ready(sender: Any, certificate: Certificate, at: datetime, **kwargs: Any) -> None:
    write_message(**letters.certificate_ready(certificate), at=at)


# Pages of the site. Under Wagtail's own names for its mails, so that these take their place: it would send them from
# within the request, and lose them with the mail server. It connects nothing under a name that is taken.


def _wants(reader: User, notice: str) -> bool:
    """What someone ticked on their account page in the back office."""
    profile = getattr(reader, "wagtail_userprofile", None)
    return reader.is_active and (profile is None or getattr(profile, f"{notice}_notifications"))


@receiver(task_submitted, sender=TaskState, dispatch_uid="group_approval_task_submitted_email_notification")
def page_submitted(sender: Any, instance: TaskState, user: User | None = None, **kwargs: Any) -> None:
    """To everyone who may approve: the step says who that is."""
    page, task = instance.workflow_state.content_object, instance.task.specific
    # One of Wagtail's own steps is a group's.
    readers = task.reviewers() if hasattr(task, "reviewers") else User.objects.filter(groups__in=task.groups.all())
    if isinstance(page, Page):
        for reader in readers.select_related("wagtail_userprofile").distinct():
            if reader != user and _wants(reader, "submitted"):
                write_message(**letters.page_submitted(page, reader, by=user), at=timezone.now())


@receiver(workflow_submitted, sender=WorkflowState, dispatch_uid="workflow_state_submitted_email_notification")
def workflow_begun(sender: Any, **kwargs: Any) -> None:
    """Its first step has told who should know."""


@receiver(workflow_approved, sender=WorkflowState, dispatch_uid="workflow_state_approved_email_notification")
def page_approved(sender: Any, instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    _answer(instance, user, "approved", letters.page_approved)


@receiver(workflow_rejected, sender=WorkflowState, dispatch_uid="workflow_state_rejected_email_notification")
def page_sent_back(sender: Any, instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    _answer(instance, user, "rejected", letters.page_sent_back)


def _answer(state: WorkflowState, by: User | None, notice: str, letter: Callable[..., dict[str, Any]]) -> None:
    """To who sent the page in."""
    page, reader = state.content_object, state.requested_by
    if isinstance(page, Page) and reader and reader != by and _wants(reader, notice):
        note = state.current_task_state.specific.get_comment() if state.current_task_state else ""
        write_message(**letter(page, reader, note=note), at=timezone.now())
