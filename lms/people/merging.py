"""Making two accounts of one person one, and taking that back. What cannot be moved stays, or stops it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.kernel import merging
from lms.kernel.merging import Journal
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import move
from lms.people import signals
from lms.people.models import Employment, LikelyDouble, Membership, Merge, Role, User

NAMES = ("given_name", "initials", "name_prefix", "family_name")


class MergeRefused(Exception):
    """The two cannot be made one, or not taken apart, as things stand; ``reasons`` are for the person who asked."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@transaction.atomic
def merge_people(kept: User, gone: User, *, by: User | None, at: datetime) -> Merge:
    """Make ``gone`` part of ``kept``, as the programme office decided. Raises MergeRefused, with nothing changed."""
    if by is not None and not by.holds(Role.OFFICER):
        raise PermissionDenied(f"User {by.pk} may not merge accounts.")
    return make_one(kept, gone, by=by, at=at)


@transaction.atomic
def make_one(kept: User, gone: User, *, by: User | None, at: datetime) -> Merge:
    """The merge itself, for callers that know that it may: the office's decision, or one's own proof of both."""
    kept, gone = _locked(kept, gone)
    _refuse_what_makes_no_sense(kept, gone, by=by)
    journal = Journal(at)
    email = gone.email
    _move_addresses(kept, gone, journal)
    if reasons := merging.move_all(gone, kept, journal):
        raise MergeRefused(*reasons)
    if not kept.full_name:
        journal.change(kept, **{name: getattr(gone, name) for name in NAMES})
    # Its address is free for the account that stays, and opens this one no more.
    journal.change(gone, email=f"{gone.uuid}@merged.invalid", is_active=False)
    if not EmailAddress.objects.filter(user=kept, email=email).exists():
        journal.make(EmailAddress(user=kept, email=email, verified=False, primary=False))
    merge = Merge.objects.create(kept=kept, gone=gone, gone_email=email, by=by, at=at, journal=journal.steps)
    Event.record(kept, "person.merged", by=by, at=at, data={"gone": gone.pk, "merge": merge.pk})
    Event.record(gone, "person.merged_into", by=by, at=at, data={"kept": kept.pk, "merge": merge.pk})
    _settle_double(kept, gone, LikelyDouble.State.MERGED, by=by, at=at)
    signals.people_merged.send(Merge, merge=merge, kept=kept, gone=gone, at=at)
    return merge


def undo_merge(merge: Merge, *, by: User | None, at: datetime) -> Merge:
    """Take two accounts apart again: everything goes back that is still there. Raises MergeRefused."""
    require(by, "edit", merge)
    try:
        return _undo(merge, by=by, at=at)
    except IntegrityError:
        raise MergeRefused(
            _("Meanwhile something changed that does not go with this. Look at both accounts first.")
        ) from None


@transaction.atomic
def _undo(merge: Merge, *, by: User | None, at: datetime) -> Merge:
    kept, gone = _locked(merge.kept, merge.gone)
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at is not None:
        raise MergeRefused(_("This merge was undone already."))
    if later := kept.merged_into.standing().first():
        raise MergeRefused(
            _("The account that stayed was itself merged into %(kept)s. Undo that first.") % {"kept": later.kept}
        )
    if EmailAddress.objects.filter(user=kept, primary=True, pk__in=merging.moved_in(merge.journal, EmailAddress)):
        raise MergeRefused(
            _("Our mail to %(person)s goes to an address of the other account. Choose another first.")
            % {"person": kept}
        )
    merging.put_back(merge.journal, gone=gone, kept=kept)
    merge.undone_at, merge.undone_by = at, by
    merge.save(update_fields=["undone_at", "undone_by"])
    gone.refresh_from_db()
    kept.refresh_from_db()
    Event.record(kept, "person.parted", by=by, at=at, data={"gone": gone.pk, "merge": merge.pk})
    Event.record(gone, "person.reopened", by=by, at=at, data={"kept": kept.pk, "merge": merge.pk})
    _settle_double(kept, gone, LikelyDouble.State.OPEN, by=by, at=at)
    signals.people_parted.send(Merge, merge=merge, kept=kept, gone=gone, at=at)
    return merge


def set_apart(double: LikelyDouble, *, by: User | None, at: datetime) -> LikelyDouble:
    """Someone looked: they are two people. They are not offered again."""
    require(by, "edit", double)
    return move(
        double,
        to=LikelyDouble.State.DIFFERENT,
        allowed=LikelyDouble.TRANSITIONS,
        by=by,
        verb="likely_double.set_apart",
        at=at,
    )


def look_again(double: LikelyDouble, *, by: User | None, at: datetime) -> LikelyDouble:
    """Second thoughts: back on the list."""
    require(by, "edit", double)
    return move(
        double,
        to=LikelyDouble.State.OPEN,
        allowed=LikelyDouble.TRANSITIONS,
        by=by,
        verb="likely_double.reopened",
        at=at,
    )


# Parts ----------------------------------------------------------------------------------------------------------------


def _locked(kept: User, gone: User) -> tuple[User, User]:
    """Both rows, as they are now and in one order: of two merges at once the second sees what the first did."""
    rows = {one.pk: one for one in User.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk")}
    return rows[kept.pk], rows[gone.pk]


def _refuse_what_makes_no_sense(kept: User, gone: User, *, by: User | None) -> None:
    if kept.pk == gone.pk:
        raise MergeRefused(_("This is one account already."))
    for one in (kept, gone):
        if one.merged_into.standing().exists():
            raise MergeRefused(_("%(person)s was merged already.") % {"person": one})
    if not kept.is_active:
        raise MergeRefused(_("The account that should stay is closed."))
    if (kept.is_superuser or gone.is_superuser) and not (by is None or by.is_superuser):
        raise MergeRefused(_("Only who installs the platform merges the account of an administrator."))
    if by is not None and by.pk == gone.pk:
        raise MergeRefused(_("You are signed in with the account that would be closed. Keep that one."))


def _move_addresses(kept: User, gone: User, journal: Journal) -> None:
    """What signs one in comes along; the mail keeps going where it went. An address that both have counts as proved
    when it is with either."""
    theirs = {one.email: one for one in EmailAddress.objects.filter(user=kept)}
    for address in EmailAddress.objects.filter(user=gone).order_by("pk"):
        if address.primary:
            journal.change(address, primary=False)
        twin = theirs.get(address.email)
        if twin is not None and address.verified:
            journal.change(address, verified=False)
            journal.change(twin, verified=True)


def _settle_double(kept: User, gone: User, state: str, *, by: User | None, at: datetime) -> None:
    one, other = sorted([kept.pk, gone.pk])
    double = LikelyDouble.objects.filter(one=one, other=other).exclude(state=state).first()
    if double is not None and state in LikelyDouble.TRANSITIONS[LikelyDouble.State(double.state)]:
        verb = "likely_double.merged" if state == LikelyDouble.State.MERGED else "likely_double.reopened"
        move(double, to=state, allowed=LikelyDouble.TRANSITIONS, by=by, verb=verb, at=at)


# What is different for our own models ---------------------------------------------------------------------------------


def _join_periods(row: Membership | Employment, kept: User, journal: Journal) -> None:
    """Both work there, or hold the role, to this day: it is one period, from the earlier beginning."""
    like: dict[str, Any] = {"organisation": row.organisation_id, "ends_on": None}
    if isinstance(row, Membership):
        like["role"] = row.role
    twin = type(row)._default_manager.get(user=kept, **like)
    if row.starts_on < twin.starts_on:
        journal.change(twin, starts_on=row.starts_on)


def register() -> None:
    """What stays and what clashes, of this app and of the libraries that point at accounts."""
    merging.stays("kernel.Event", "by")
    merging.stays("people.Merge", "kept", "gone", "by", "undone_by")
    merging.stays("people.LikelyDouble", "one", "other")
    # A passkey names the account it was made for, and one app per account is enough: the closed account keeps its own.
    merging.stays("mfa.Authenticator", "user")
    # Wagtail's own log tells who it was, as ours does.
    merging.stays("wagtailcore.PageLogEntry", "user")
    merging.stays("wagtailcore.ModelLogEntry", "user")
    merging.on_clash("people.Membership", "user", _join_periods)
    merging.on_clash("people.Employment", "user", _join_periods)
    merging.on_clash("account.EmailAddress", "user", merging.leave)
    merging.on_clash("wagtailusers.UserProfile", "user", merging.leave)
