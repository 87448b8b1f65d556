"""The desk: what companies ask, what becomes of it, and the groups in which they meet."""

from lms.desk.models.groups import (
    Meeting,
    MeetingQuerySet,
    Member,
    MemberQuerySet,
    PeerGroup,
    PeerGroupQuerySet,
    Presence,
)
from lms.desk.models.requests import (
    LANGUAGES,
    Entry,
    EntryQuerySet,
    Request,
    RequestQuerySet,
    Topic,
    houses_of,
    new_request_code,
)
from lms.desk.models.steps import Step, StepQuerySet, private_storage, statement_path

__all__ = [
    "LANGUAGES",
    "Entry",
    "EntryQuerySet",
    "Meeting",
    "MeetingQuerySet",
    "Member",
    "MemberQuerySet",
    "PeerGroup",
    "PeerGroupQuerySet",
    "Presence",
    "Request",
    "RequestQuerySet",
    "Step",
    "StepQuerySet",
    "Topic",
    "houses_of",
    "new_request_code",
    "private_storage",
    "statement_path",
]
