"""Every write about someone's own data: asking, taking back, handing over, erasing, settling."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from certificates.erasing import AfterErasure
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.post import post
from lms.kernel.privacy import REGISTER, Declaration, Erasure, Subject, holds_on
from lms.kernel.states import TransitionRefused, move
from lms.people.actions import check_code, give_code, pace_codes
from lms.people.erasing import addresses_of
from lms.people.models import Role, User, normalised_email
from lms.privacy import letters
from lms.privacy.models import IdentityProof, PrivacyRequest
from lms.privacy.own_data import written_as

Kind, State, Way = PrivacyRequest.Kind, PrivacyRequest.State, PrivacyRequest.Way
# Who someone was is asked for by all the others, so their own rows come last.
LAST = ("account", "people", "privacy")


class HoldsARole(Exception):
    """Someone with a role answers for rows of others: the programme office ends the role first."""


def subject_of(user: User) -> Subject:
    return Subject(user, addresses_of(user))


# Proving who one is ---------------------------------------------------------------------------------------------------


@transaction.atomic
def send_proof(person: User, *, by: User, at: datetime) -> IdentityProof:
    """Mail six digits to the own address. Raises CodeNotSent when that was done just now, or often enough today."""
    _oneself(person, by)
    proof = IdentityProof.objects.open().kept_at(at).select_for_update().filter(person=person).first()
    if proof is None:
        proof = IdentityProof(person=person, email=person.email, answers={}, language=person.language, created_at=at)
    else:
        pace_codes(proof, at=at)
    code = give_code(proof, at=at)
    post(letters.proof(proof, code), at=at)
    return proof


def prove(person: User, code: str, *, by: User, at: datetime) -> None:
    """Whether these are the digits mailed last. Raises CodeRefused."""
    _oneself(person, by)
    proof = IdentityProof.objects.open().kept_at(at).filter(person=person).first()
    if proof is None:
        from lms.people.actions import CodeRefused

        raise CodeRefused(0)
    check_code(proof, code)
    move(proof, to="used", allowed=IdentityProof.TRANSITIONS, by=by, verb="identity_proof.used", at=at)


# Taking along ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_download(person: User, file_format: str, *, by: User, at: datetime) -> PrivacyRequest:
    """Have a file made of everything we keep about someone. An earlier one of that format makes room."""
    _oneself(person, by)
    for earlier in PrivacyRequest.objects.filter(person=person, kind=Kind.DOWNLOAD, file_format=file_format):
        if earlier.has_file:
            drop_file(earlier, at=at)
        elif earlier.is_open:
            return earlier
    return _receive(person, Kind.DOWNLOAD, Way.SELF, at=at, by=by, file_format=file_format)


def make_download(request: PrivacyRequest, *, at: datetime) -> PrivacyRequest:
    """Write the file and hand it over. Twice is once: the second finds it done."""
    person = request.person
    if not request.is_open or person is None or request.kind != Kind.DOWNLOAD:
        return request
    name = f"{at:%Y-%m-%d}.{request.file_format}"
    content = written_as(request.file_format, subject_of(person), at=at)
    with transaction.atomic():
        request.file.save(name, ContentFile(content), save=False)
        try:
            move(
                request,
                to=State.DONE,
                allowed=PrivacyRequest.TRANSITIONS,
                by=None,
                verb="privacy_request.made",
                at=at,
                settled_at=at,
                file=request.file.name,
                file_until=at + PrivacyRequest.FILE_KEPT,
            )
        except TransitionRefused:  # made by another meanwhile, or erased: this one is nobody's
            storage, made = request.file.storage, str(request.file.name)
            transaction.on_commit(lambda: storage.delete(made))
            request.refresh_from_db()
    return request


@transaction.atomic
def drop_file(request: PrivacyRequest, *, at: datetime) -> None:
    """The file goes; that there was one stays on record."""
    if request.file:
        storage, name = request.file.storage, str(request.file.name)
        PrivacyRequest.objects.filter(pk=request.pk).update(file="")
        transaction.on_commit(lambda: storage.delete(name))
        Event.record(request, "privacy_request.file_dropped", by=None, at=at)


# Correcting -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def correct_person(person: User, *, by: User, at: datetime, **values: str) -> User:
    """One's own name and language. Certificates keep what they state."""
    _oneself(person, by)
    changed = [field for field, value in values.items() if getattr(person, field) != value]
    if changed:
        for field in changed:
            setattr(person, field, values[field])
        person.save(update_fields=changed)
        Event.record(person, "person.corrected", by=by, at=at, data={"fields": changed})
    return person


@transaction.atomic
def ask_correction(person: User, note: str, *, by: User, at: datetime) -> PrivacyRequest:
    """Something that only the office can correct, such as a certificate."""
    _oneself(person, by)
    return _receive(person, Kind.CORRECTION, Way.SELF, at=at, by=by, note=note)


# Erasing --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_erasure(
    person: User, *, certificates: str, at_once: bool, by: User, at: datetime, way: str = Way.SELF
) -> PrivacyRequest:
    """Erase everything, after a week to think or at once. Raises HoldsARole for who has a role here."""
    _oneself(person, by)
    _without_role(person, at)
    open_one = PrivacyRequest.objects.open().filter(person=person, kind=Kind.ERASURE).first()
    if open_one:
        return open_one
    wait = timedelta(0) if at_once else PrivacyRequest.TIME_TO_THINK
    request = _receive(person, Kind.ERASURE, way, at=at, by=by, certificates=certificates, starts_at=at + wait)
    if not at_once:
        post(letters.erasure_planned(request), at=at)
    return request


@transaction.atomic
def cancel_request(request: PrivacyRequest, *, by: User, at: datetime) -> PrivacyRequest:
    """Taken back by who asked. Raises TransitionRefused when it is done already."""
    require(by, "cancel", request)
    return move(
        request,
        to=State.CANCELLED,
        allowed=PrivacyRequest.TRANSITIONS,
        by=by,
        verb="privacy_request.cancelled",
        at=at,
        settled_at=at,
    )


def erase_person(request: PrivacyRequest, *, at: datetime) -> PrivacyRequest:
    """Do what an erasure asks, everything or nothing of it; the sweep finds one that broke off and does it again.

    Runs as often as it likes: a request that is settled is left alone.
    """
    person = request.person
    if request.kind != Kind.ERASURE or not request.is_open or person is None:
        return request
    if _holds_a_role(person, at):  # given since it was asked: it waits in the register until the office ends the role
        return request
    if request.state == State.RECEIVED:
        try:
            move(
                request,
                to=State.RUNNING,
                allowed=PrivacyRequest.TRANSITIONS,
                by=None,
                verb="privacy_request.started",
                at=at,
            )
        except TransitionRefused:  # taken back, or begun by another, in this very second
            request.refresh_from_db()
            return request
    with transaction.atomic():
        locked = PrivacyRequest.objects.select_for_update().get(pk=request.pk)
        if locked.state != State.RUNNING:
            return locked
        return _erase(locked, person, at=at)


def _erase(request: PrivacyRequest, person: User, *, at: datetime) -> PrivacyRequest:
    holds = holds_on(person, timezone.localdate(at))
    subject = subject_of(person)
    erasure = Erasure(subject, at, request.certificates or AfterErasure.KEEP, holds)
    kept = [{"code": one.code, "name_nl": one.name_nl, "name_en": one.name_en, "until": one.until} for one in holds]
    farewell = letters.erased(request, kept)
    for one in PrivacyRequest.objects.filter(person=person):
        drop_file(one, at=at)
    for declaration in _in_order():
        if declaration.erase is not None:
            declaration.erase(declaration.rows_of(subject), erasure)
        if declaration.model._meta.label == "outbox.Message" and farewell is not None:
            post(farewell, at=at)
    for other in PrivacyRequest.objects.open().filter(person=person).exclude(pk=request.pk):
        _settle(other, to=State.DONE, by=None, at=at, verb="privacy_request.erased_with")
    return _settle(request, to=State.DONE, by=None, at=at, verb="privacy_request.erased", kept=kept)


def _in_order() -> list[Declaration]:
    def place(one: Declaration) -> tuple[bool, str]:
        return one.model._meta.app_label in LAST, one.model._meta.label

    return sorted(REGISTER.values(), key=place)


@transaction.atomic
def erase_for_inactivity(person: User, *, at: datetime) -> PrivacyRequest:
    """The term of an account has passed. Certificates stay as they are: whoever holds one may still show it."""
    request = _receive(person, Kind.ERASURE, Way.TERM, at=at, by=None, certificates=AfterErasure.KEEP, starts_at=at)
    return erase_person(request, at=at)


# The register of the office -------------------------------------------------------------------------------------------


@transaction.atomic
def record_request(
    *, kind: str, way: str, name: str, email: str, note: str, received_at: datetime, by: User, at: datetime
) -> PrivacyRequest:
    """A request that came by mail, telephone or letter; the month runs from the day on which it came."""
    _office(by)
    person = User.objects.with_email(email).filter(erased_at=None).first() if email else None
    asked = PrivacyRequest.objects.open().filter(person=person, kind=kind).first() if person else None
    if asked is not None and kind == Kind.ERASURE:  # one at a time: sent twice, or asked on the own page as well
        return asked
    return _receive(
        person,
        kind,
        way,
        at=received_at,
        by=by,
        name=name,
        email=normalised_email(email) if email else "",
        note=note,
        entered_by=by,
    )


@transaction.atomic
def extend_request(request: PrivacyRequest, *, by: User, at: datetime) -> PrivacyRequest:
    """Two months more, once, for what is not simple; the person must be told why within the first month."""
    _office(by)
    if request.is_extended or not request.is_open:
        raise TransitionRefused("extended already, or settled")
    request.is_extended, request.due_on = True, request.due_on + PrivacyRequest.EXTENDED
    request.save(update_fields=["is_extended", "due_on"])
    Event.record(request, "privacy_request.extended", by=by, at=at)
    return request


@transaction.atomic
def settle_request(request: PrivacyRequest, answer: str, *, is_refused: bool, by: User, at: datetime) -> PrivacyRequest:
    """What was done, or why not. An erasure of an account is done by erasing, not by saying so.

    Raises HoldsARole where it is the account of someone with a role here.
    """
    _office(by)
    to = State.REFUSED if is_refused else State.DONE
    if request.kind == Kind.ERASURE and request.person and not is_refused:
        _without_role(request.person, at)
        PrivacyRequest.objects.filter(pk=request.pk).update(
            answer=answer, certificates=request.certificates or AfterErasure.KEEP
        )
        request.refresh_from_db()
        return erase_person(request, at=at)
    return _settle(
        request, to=to, by=by, at=at, verb=f"privacy_request.{'refused' if is_refused else 'done'}", answer=answer
    )


def _receive(
    person: User | None, kind: str, way: str, *, at: datetime, by: User | None, **values: Any
) -> PrivacyRequest:
    request = PrivacyRequest.objects.create(
        person=person,
        kind=kind,
        way=way,
        received_at=at,
        due_on=timezone.localdate(at) + PrivacyRequest.TERM,
        **values,
    )
    Event.record(request, "privacy_request.received", by=by, at=at, data={"kind": kind, "way": way})
    return request


def _settle(
    request: PrivacyRequest, *, to: str, by: User | None, at: datetime, verb: str, **values: Any
) -> PrivacyRequest:
    return move(request, to=to, allowed=PrivacyRequest.TRANSITIONS, by=by, verb=verb, at=at, settled_at=at, **values)


def _oneself(person: User, by: User | None) -> None:
    if by is not None and by.pk != person.pk:
        raise PermissionDenied


def _without_role(person: User, at: datetime) -> None:
    if _holds_a_role(person, at):
        raise HoldsARole


def _holds_a_role(person: User, at: datetime) -> bool:
    return person.is_superuser or person.memberships.current(timezone.localdate(at)).exists()


def _office(by: User) -> None:
    if not by.holds(Role.OFFICER):
        raise PermissionDenied
