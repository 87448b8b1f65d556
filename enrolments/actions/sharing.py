"""What a learner shares with an employer, and takes back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from courses.models import Edition
from enrolments import signals
from enrolments.models import Enrolment, Grant
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.people.models import Organisation, User

GRANT_TEXT_VERSION = "2026-11"


@transaction.atomic
def share(enrolment: Enrolment, scope: Grant.Scope, *, by: User | None, at: datetime) -> Grant:
    """Let the employer of this enrolment see something of it. Twice is once. Needs an employer on the enrolment."""
    require(by, "share", enrolment)
    grant, created = Grant.objects.get_or_create(
        enrolment=enrolment,
        organisation=enrolment.employer,
        scope=scope,
        revoked_at=None,
        defaults={
            "learner": enrolment.learner,
            "text_version": GRANT_TEXT_VERSION,
            "language": enrolment.language,
            "granted_at": at,
        },
    )
    if created:
        Event.record(grant, "grant.given", by=by, at=at, data={"scope": scope, "enrolment": enrolment.pk})
        signals.grant_given.send(Grant, grant=grant, at=at)
    return grant


@transaction.atomic
def revoke_grant(grant: Grant, *, by: User | None, at: datetime) -> Grant:
    """Stop sharing at once. Downloads made before stay in the log; we cannot recall copies."""
    require(by, "share", grant.enrolment)
    if Grant.objects.filter(pk=grant.pk, revoked_at=None).update(revoked_at=at):
        Event.record(grant, "grant.revoked", by=by, at=at, data={"scope": grant.scope})
        grant.refresh_from_db()
        signals.grant_revoked.send(Grant, grant=grant, at=at)
    else:
        grant.refresh_from_db()
    return grant


@transaction.atomic
def stop_sharing_with(company: Organisation, learner: User, *, by: User, at: datetime) -> int:
    """Take back everything that this learner lets one employer see; answers how many things that were."""
    grants = list(Grant.objects.active().filter(learner=learner, organisation=company).select_related("enrolment"))
    for grant in grants:
        revoke_grant(grant, by=by, at=at)
    return len(grants)


@transaction.atomic
def note_export(company: Organisation, *, file_format: str, by: User | None, at: datetime) -> Event:
    """Someone of HR takes a list of people away: who and when is on record, as the learners were told."""
    return Event.record(company, "employer.exported", by=by, at=at, data={"format": file_format})


@transaction.atomic
def note_list(edition: Edition, *, file_format: str, by: User | None, at: datetime) -> Event:
    """A coordinator takes the list of participants away: who and when is on record."""
    require(by, "coordinate", edition)
    return Event.record(edition, "edition.list_downloaded", by=by, at=at, data={"format": file_format})
