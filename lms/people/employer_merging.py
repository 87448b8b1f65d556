"""Making two rows of one employer one, and taking that back: a learner typed in what was there under another spelling.

Nobody sees more by it than the decision says. The employer that goes has nobody who looks: no HR, no invitation to be
HR, no system with a key; who has such is kept, or ends it first. What its people shared, they shared with this company.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lms.kernel import merging
from lms.kernel.merging import Journal
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.people import signals
from lms.people.merging import MergeRefused
from lms.people.models import (
    Department,
    EmployerMerge,
    Employment,
    Invitation,
    Organisation,
    Role,
    User,
)

# What an employer that stays lacks, it takes from the one that goes.
FACTS = ("full_name", "region", "street", "postcode", "city", "website", "size", "sbi_code", "sbi_version")


@dataclass(frozen=True)
class Line:
    """How many rows of one kind would come along."""

    label: str
    number: int


@transaction.atomic
def merge_employers(kept: Organisation, gone: Organisation, *, by: User | None, at: datetime) -> EmployerMerge:
    """Make ``gone`` part of ``kept``, as the programme office decided. Raises MergeRefused, with nothing changed."""
    require(by, "merge", kept)
    kept, gone = _locked(kept, gone)
    if reasons := list(_why_not(kept, gone, at=at)):
        raise MergeRefused(*reasons)
    journal = Journal(at)
    if reasons := _move(kept, gone, journal):
        raise MergeRefused(*reasons)
    merge = EmployerMerge.objects.create(kept=kept, gone=gone, by=by, at=at, journal=journal.steps)
    Event.record(kept, "organisation.merged", by=by, at=at, data={"gone": gone.pk, "merge": merge.pk})
    Event.record(gone, "organisation.merged_into", by=by, at=at, data={"kept": kept.pk, "merge": merge.pk})
    signals.employers_merged.send(EmployerMerge, merge=merge, kept=kept, gone=gone, at=at)
    return merge


def would_move(kept: Organisation, gone: Organisation, *, at: datetime) -> tuple[list[Line], list[str]]:
    """What a merge would do, tried and taken back: the kinds of rows that come along, and why it cannot be."""
    with transaction.atomic():
        reasons = list(_why_not(*_locked(kept, gone), at=at))
        journal = Journal(at)
        if not reasons:
            reasons = _move(*_locked(kept, gone), journal)
        transaction.set_rollback(True)
    numbers: dict[str, int] = {}
    for step in journal.steps:
        if step["do"] == "move":
            numbers[step["model"]] = numbers.get(step["model"], 0) + len(step["pks"])
    lines = [
        Line(capfirst(str(apps.get_model(label)._meta.verbose_name_plural)), number)
        for label, number in numbers.items()
        if not apps.get_model(label)._meta.auto_created
    ]
    return lines, reasons


def undo_employer_merge(merge: EmployerMerge, *, by: User | None, at: datetime) -> EmployerMerge:
    """Take two employers apart again: everything goes back that is still there. Raises MergeRefused."""
    require(by, "edit", merge)
    try:
        return _undo(merge, by=by, at=at)
    except IntegrityError:
        raise MergeRefused(
            _("Meanwhile something changed that does not go with this. Look at both employers first.")
        ) from None


@transaction.atomic
def _undo(merge: EmployerMerge, *, by: User | None, at: datetime) -> EmployerMerge:
    kept, gone = _locked(merge.kept, merge.gone)
    merge = EmployerMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at is not None:
        raise MergeRefused(_("This merge was undone already."))
    if later := kept.merged_into.standing().first():
        raise MergeRefused(
            _("The employer that stayed was itself merged into %(kept)s. Undo that first.") % {"kept": later.kept}
        )
    merging.put_back(merge.journal, gone=gone, kept=kept)
    merge.undone_at, merge.undone_by = at, by
    merge.save(update_fields=["undone_at", "undone_by"])
    gone.refresh_from_db()
    kept.refresh_from_db()
    Event.record(kept, "organisation.parted", by=by, at=at, data={"gone": gone.pk, "merge": merge.pk})
    Event.record(gone, "organisation.reopened", by=by, at=at, data={"kept": kept.pk, "merge": merge.pk})
    signals.employers_parted.send(EmployerMerge, merge=merge, kept=kept, gone=gone, at=at)
    return merge


# Parts ----------------------------------------------------------------------------------------------------------------


def _locked(kept: Organisation, gone: Organisation) -> tuple[Organisation, Organisation]:
    """Both rows, as they are now and in one order: of two merges at once the second sees what the first did."""
    wanted = Organisation.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk")
    rows = {one.pk: one for one in wanted}
    return rows[kept.pk], rows[gone.pk]


def _why_not(kept: Organisation, gone: Organisation, *, at: datetime) -> Iterator[str]:
    if kept.pk == gone.pk:
        yield _("This is one employer already.")
        return
    for one in (kept, gone):
        if one.merged_into.standing().exists():
            yield _("%(name)s was merged already.") % {"name": one}
        elif not one.is_employer:
            yield _("%(name)s is no employer.") % {"name": one}
    is_more = gone.is_provider or gone.is_partner or gone.is_funder or gone.is_programme_office or gone.code
    if is_more or gone.lab_kind:
        yield _("%(name)s is more than an employer. Keep that one.") % {"name": gone}
    if kept.kvk_number and gone.kvk_number:
        yield _("Both have a KvK number of their own: these are two companies. Correct the number that is wrong first.")
    if _someone_looks(gone, at):
        yield _(
            "%(name)s has HR of its own, an open invitation to be HR, or a system with a key. Keep that one, or end "
            "that first: nobody may come to see more by this."
        ) % {"name": gone}


def _someone_looks(gone: Organisation, at: datetime) -> bool:
    return (
        gone.memberships.filter(role=Role.HR).current(timezone.localdate(at)).exists()
        or gone.memberships.filter(role=Role.HR, starts_on__gt=timezone.localdate(at)).exists()
        or Invitation.objects.filter(organisation=gone).open_at(at).exists()
        or gone.tokens.working_at(at).exists()
        or gone.webhooks.exists()  # of an app above
    )


def _move(kept: Organisation, gone: Organisation, journal: Journal) -> list[str]:
    if reasons := merging.move_all(gone, kept, journal):
        return reasons
    number = gone.kvk_number
    journal.change(gone, is_employer=False, kvk_number="")
    taken = {name: getattr(gone, name) for name in FACTS if getattr(gone, name) and not getattr(kept, name)}
    if number:
        taken["kvk_number"] = number
    if taken:
        journal.change(kept, **taken)
    return []


# What is different for our own models ---------------------------------------------------------------------------------


def _join_periods(row: Employment, kept: Organisation, journal: Journal) -> None:
    """Someone works at both to this day: one period, from the earlier beginning; the other is over."""
    twin = Employment.objects.get(organisation=kept, user=row.user_id, ends_on=None)
    if row.starts_on < twin.starts_on:
        journal.change(twin, starts_on=row.starts_on)
    day_before = timezone.localdate(journal.at) - timedelta(days=1)
    journal.change(row, ends_on=max(row.starts_on, day_before))


def _one_department(row: Department, kept: Organisation, journal: Journal) -> None:
    """Both have a department of this name: its people are in the one that stays."""
    twin = kept.departments.get(name__iexact=row.name)
    for employment in Employment.objects.filter(department=row):
        journal.change(employment, department_id=twin.pk)


def register() -> None:
    """What stays with an employer that goes: who looked there, and with which key, is of its own time."""
    merging.stays("people.EmployerMerge", "kept", "gone", "by", "undone_by")
    for label in ("people.Membership", "people.Invitation", "people.ApiToken", "people.ApiAnswer", "webhooks.Webhook"):
        merging.stays(label, "organisation")
    merging.on_clash("people.Employment", "organisation", _join_periods)
    merging.on_clash("people.Department", "organisation", _one_department)
