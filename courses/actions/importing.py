"""A spreadsheet of the catalogue on its way in: read, checked, shown, applied as shown."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import override

from courses.dry_run import Applying, Different, plan_of, recognised
from courses.imports import plain, read_file
from courses.models import CatalogueImport
from courses.policies import MAY_IMPORT
from lms.kernel.policies import require
from lms.kernel.states import move
from lms.people.models import User

# So many rows are written in one transaction: on SQLite nobody else can write meanwhile. A file with no more changes
# than this is applied wholly or not at all.
CHUNK = 500
# Up to so many rows a file is done while its sender waits.
AT_ONCE = 200

State = CatalogueImport.State


class ImportMoved(Exception):
    """This import is no longer where its sender believes it is: applied already, or being checked again."""


def take_in_file(content: bytes, *, name: str, language: str, by: User, at: datetime) -> CatalogueImport:
    """Read a file and keep what was read, to be checked next. Raises FileRefused, and then keeps nothing."""
    if not by.holds(*MAY_IMPORT):
        raise PermissionDenied(f"User {by.pk} may not import.")
    sheets = recognised(read_file(content, name))
    return CatalogueImport.objects.create(
        by=by,
        language=language,
        file_name=plain(name)[-200:],
        sha256=sha256(content).hexdigest(),
        sheets=sheets,
        rows_total=sum(1 for sheet in sheets.values() for row in sheet["rows"] if any(row)),
        created_at=at,
        changed_at=at,
    )


def check_import(one: CatalogueImport, *, at: datetime) -> CatalogueImport:
    """Say of each row what it would do, for the eyes and within the scope of who sent the file. Twice is once."""
    if one.state != State.WAITING:
        return one
    with override(one.language):
        plan = plan_of(one.sheets, user=one.by)  # reads for seconds, so outside of any transaction
    wrong = any(row["verdict"] == "error" for row in plan)
    return move(
        one,
        to=State.REFUSED if wrong else State.READY,
        allowed=CatalogueImport.TRANSITIONS,
        by=None,
        verb="import.checked",
        at=at,
        plan=plan,
        rows_done=0,
        changed_at=at,
    )


def check_again(one: CatalogueImport, *, by: User, at: datetime) -> CatalogueImport:
    """Because something was mended, or changed, since it was checked."""
    require(by, "edit", one)
    return move(
        one, to=State.WAITING, allowed=CatalogueImport.TRANSITIONS, by=by, verb="import.reopened", at=at, changed_at=at
    )


def begin_import(one: CatalogueImport, *, by: User, at: datetime) -> CatalogueImport:
    """Decide that what was shown is to be done; ``carry_out_import`` does it."""
    require(by, "edit", one)
    return move(
        one, to=State.APPLYING, allowed=CatalogueImport.TRANSITIONS, by=by, verb="import.begun", at=at, changed_at=at
    )


def carry_out_import(one: CatalogueImport, *, at: datetime) -> CatalogueImport:
    """Do what was shown, in chunks, each wholly or not at all; goes on where an earlier run was broken off.

    When a row would do something else than was shown (someone changed the same edition meanwhile) its chunk is undone
    and the import goes back to be checked.
    """
    try:
        while _carry_out_some(one, at=at):
            pass
    except Different:
        one.refresh_from_db()
        move(
            one, to=State.WAITING, allowed=CatalogueImport.TRANSITIONS, by=None, verb="import.overtaken", at=at,
            changed_at=at,
        )  # fmt: skip
        return check_import(one, at=at)
    return one


@transaction.atomic
def _carry_out_some(one: CatalogueImport, *, at: datetime) -> bool:
    """One chunk; False when there is nothing left to do, by us or by another who was faster."""
    locked = CatalogueImport.objects.select_for_update(of=("self",)).select_related("by").get(pk=one.pk)
    if locked.state != State.APPLYING:
        one.refresh_from_db()
        return False
    with override(locked.language):  # as what was shown, which it is compared with
        applying = Applying(locked.sheets, locked.plan, user=locked.by)
        done = locked.rows_done + applying.carry_out(locked.rows_done, CHUNK)
    CatalogueImport.objects.filter(pk=one.pk).update(rows_done=done, changed_at=at)
    if done < len(applying.todo):
        return True
    move(
        one, to=State.APPLIED, allowed=CatalogueImport.TRANSITIONS, by=locked.by, verb="import.applied", at=at,
        applied_at=at, changed_at=at,
    )  # fmt: skip
    return False


def forget_imports(*, at: datetime) -> int:
    """Delete what was read from files a month ago; what they changed has its own events."""
    count, _rows = CatalogueImport.objects.old(at).delete()
    return count
