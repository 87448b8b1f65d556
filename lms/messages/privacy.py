"""What the outbox keeps about people."""

from lms.kernel.privacy import declare
from lms.messages.models import Message

declare(
    Message,
    personal=["recipient", "email", "language", "subject", "text", "html", "calendar", "about"],
    purpose="Telling people what happens with their enrolment and certificate; showing that they were told.",
    ground="contract",
    keep="1 year; codes for signing in and enrolling stop working within minutes",
)
