"""Asking for, issuing, revoking and replacing certificates."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, datetime

import structlog
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction
from django.utils import timezone

from certificates import signals
from certificates.actions.holding import hold_back, may_be_asked
from certificates.credentials.proofs import ProofRefused, UndefinedTerm
from certificates.drawing import DoesNotFit, Undrawable
from certificates.keys import KeyUnusable
from certificates.lacking import FIT
from certificates.making import fits, make
from certificates.models import Certificate
from certificates.numbers import new_number
from certificates.promises import promise_signatures
from certificates.sealing import NotSealed
from certificates.snapshots import SnapshotIncomplete, expiry_of, snapshot_of
from courses.models import Course
from enrolments.models import Enrolment
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import TransitionRefused, move
from lms.people.models import Organisation, User, accounts_of

log = structlog.get_logger(__name__)

State = Certificate.State


class BeingReplaced(TransitionRefused):
    """A new one is being made, and would be valid: that one is the one to revoke."""


@transaction.atomic
def request_certificate(enrolment: Enrolment, *, kind: str, by: User | None, at: datetime) -> Certificate:
    """Freeze what was earned; it is drawn in the background. Never twice: a live certificate of this kind is returned.

    An assessed certificate after a certificate of participation (a resit passed) supersedes it; a revoked one stays
    revoked and is not brought back by this.
    """
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("edition__course", "edition__provider", "learner")
        .get(pk=enrolment.pk)
    )
    own = enrolment.certificates.filter(programme=None)
    live = own.filter(state__in=[State.REQUESTED, State.ISSUED]).order_by("-pk").first()
    if live is not None and live.kind == kind:
        return live
    if live is None and own.filter(state=State.REVOKED, kind=kind).exists():
        return own.filter(state=State.REVOKED, kind=kind).latest("pk")
    return _freeze(enrolment, kind=kind, supersedes=live, by=by, at=at)


@transaction.atomic
def request_programme_certificates(
    part: Certificate, *, only: Course | None = None, by: User | None, at: datetime
) -> list[Certificate]:
    """Ask for the certificate of each programme of which this was the last part. Never twice, however often and from
    however many workers: the learner's row is locked.
    """
    if part.programme_id is not None:
        return []
    enrolment = Enrolment.objects.select_related("edition__course", "edition__provider", "learner").get(
        pk=part.enrolment_id
    )
    asked = []
    programmes = Course.objects.filter(parts__course=enrolment.edition.course_id).select_related("provider")
    for programme in programmes.filter(pk=only.pk) if only else programmes:
        User.objects.select_for_update(of=("self",)).get(pk=enrolment.learner_id)
        parts = _parts_earned(programme, enrolment.learner)
        if not parts or not _may_be_given(programme, enrolment.learner, parts):
            continue
        if not may_be_asked(enrolment, kind=programme.certificate_kind, at=at, programme=programme):
            continue
        try:
            asked.append(
                _freeze(enrolment, kind=programme.certificate_kind, supersedes=None, programme=programme, by=by, at=at)
            )
        except SnapshotIncomplete as incomplete:
            if only is not None:
                raise
            hold_back(enrolment, incomplete.lacking, programme=programme, by=by, at=at)
    return asked


def _may_be_given(programme: Course, learner: User, parts: Collection[Certificate]) -> bool:
    """Once; and again where it runs out and every part was taken anew. What was revoked is not brought back."""
    given = Certificate.objects.filter(programme=programme, programme_holder=learner).order_by("pk").last()
    if given is None:
        return True
    runs_out = given.state == State.ISSUED and given.expires_on is not None
    return runs_out and all(part.pk > given.pk for part in parts)


def _parts_earned(programme: Course, learner: User) -> list[Certificate]:
    """The certificates of all parts, in the programme's order; nothing while one is missing."""
    found = Certificate.objects.all().of_parts(programme, learner).order_by("issued_at", "pk")
    newest = {one.enrolment.edition.course_id: one for one in found.select_related("enrolment__edition")}
    order = list(programme.parts.order_by("order", "pk").values_list("course", flat=True))
    return [newest[course] for course in order] if order and set(order) <= newest.keys() else []


def _freeze(
    enrolment: Enrolment,
    *,
    kind: str,
    supersedes: Certificate | None,
    by: User | None,
    at: datetime,
    programme: Course | None = None,
) -> Certificate:
    number = new_number()
    issued_on = timezone.localdate(at)
    parts = _parts_earned(programme, enrolment.learner) if programme else []
    if supersedes is not None and not parts:  # one of them has ended since: a correction states what it stated
        numbers = [part["number"] for part in supersedes.snapshot.get("parts", [])]
        parts = list(Certificate.objects.filter(number__in=numbers).order_by("issued_at", "pk"))
    snapshot = snapshot_of(
        enrolment,
        kind=kind,
        number=number,
        issued_on=issued_on,
        valid_from=(valid_from := _valid_from(supersedes, kind=kind, issued_on=issued_on)),
        programme=programme,
        parts=parts,
    )
    if not fits(snapshot):
        raise SnapshotIncomplete([FIT])
    certificate = Certificate(
        number=number,
        enrolment=enrolment,
        kind=kind,
        programme=programme,
        programme_holder=enrolment.learner if programme else None,
        snapshot=snapshot,
        requested_at=at,
        expires_on=expiry_of(programme or enrolment.edition.course, valid_from),
        supersedes=supersedes,
        renews=supersedes.renews if supersedes else _renewed(enrolment, kind=kind, programme=programme),
    )
    certificate.save(force_insert=True)
    promise_signatures(certificate)
    Event.record(certificate, "certificate.requested", by=by, at=at, data={"enrolment": enrolment.pk, "kind": kind})
    signals.certificate_requested.send(Certificate, certificate=certificate, at=at)
    return certificate


def _valid_from(supersedes: Certificate | None, *, kind: str, issued_on: date) -> date:
    """From when its validity counts: a correction makes nothing valid for longer than what it corrects."""
    first = None
    while supersedes is not None and supersedes.kind == kind:
        first, supersedes = supersedes, supersedes.supersedes
    return timezone.localdate(first.requested_at) if first else issued_on


def _renewed(enrolment: Enrolment, *, kind: str, programme: Course | None) -> Certificate | None:
    """The certificate of the same course or programme, with an end, that this one comes after."""
    earlier = Certificate.objects.all().issued().filter(programme=programme, kind=kind, expires_on__isnull=False)
    if programme is not None:
        return earlier.filter(programme_holder=enrolment.learner_id).order_by("issued_at", "pk").last()
    of_course = earlier.filter(
        enrolment__learner=enrolment.learner_id, enrolment__edition__course=enrolment.edition.course_id
    )
    return of_course.exclude(enrolment=enrolment).order_by("issued_at", "pk").last()


def issue_certificate(certificate: Certificate, *, at: datetime) -> Certificate:
    """Sign, draw, seal, store and mark as issued. Runs as often as it likes: the second run finds it issued and does
    nothing.

    All but the marking happens outside the transaction (on SQLite a transaction keeps every writer waiting). A crash
    between storing and marking is repaired by making the document again.
    """
    if certificate.state != State.REQUESTED or certificate.erased_at is not None:
        return certificate
    try:
        made = make(certificate)
    except (Undrawable, DoesNotFit) as trouble:
        # Never drawn as boxes. Freezing has looked already: this is one of before it did, or a font went missing.
        log.error("certificate_not_drawn", certificate=certificate.pk, why=type(trouble).__name__)  # noqa: TRY400  an answer, not a bug
        return certificate
    except (KeyUnusable, UndefinedTerm, ProofRefused, NotSealed) as trouble:
        # Never issued without the signatures it promises. It waits until the keys can be reached again.
        log.error("certificate_not_signed", certificate=certificate.pk, why=f"{type(trouble).__name__}: {trouble}")  # noqa: TRY400
        return certificate
    digest = hashlib.sha256(made.pdf).hexdigest()
    storage = certificate.pdf.storage
    path = certificate.pdf.field.generate_filename(certificate, f"{digest[:16]}.pdf")
    if not _is_stored(storage, path, digest):
        path = storage.save(path, ContentFile(made.pdf))
    try:
        with transaction.atomic():
            # Two certificates of one enrolment, the second replacing the first, are marked one after the other.
            Enrolment.objects.select_for_update(of=("self",)).get(pk=certificate.enrolment_id)
            move(
                certificate,
                to=State.ISSUED,
                allowed=Certificate.TRANSITIONS,
                by=None,
                verb="certificate.issued",
                at=at,
                data={"sha256": digest} | ({"seal": made.level} if made.level else {}),
                issued_at=at,
                pdf=path,
                pdf_sha256=digest,
                credential=made.credential,
            )
            if certificate.supersedes is not None:
                _supersede(certificate.supersedes, by=None, at=at)
                Certificate.objects.filter(renews=certificate.supersedes).update(renews=certificate)
            signals.certificate_issued.send(Certificate, certificate=certificate, at=at)
            if Certificate.objects.issued().filter(supersedes=certificate).exists():
                _supersede(certificate, by=None, at=at)  # its successor was drawn sooner
            request_programme_certificates(certificate, by=None, at=at)
        _clear_others(storage, path)
    except TransitionRefused:
        certificate.refresh_from_db()  # another worker was first
        if certificate.pdf.name != path and storage.exists(path):
            storage.delete(path)
    return certificate


def _clear_others(storage: Storage, path: str) -> None:
    """Once this file counts, others of the same certificate are left over from workers that were killed."""
    folder, _, kept = path.rpartition("/")
    number = kept.partition("-")[0]
    for name in storage.listdir(folder)[1]:
        if name.startswith(f"{number}-") and name != kept:
            storage.delete(f"{folder}/{name}")


def _is_stored(storage: Storage, path: str, digest: str) -> bool:
    """Whether these very bytes lie there already. Half a file of a killed worker is cleared away."""
    if not storage.exists(path):
        return False
    with storage.open(path) as found:
        if hashlib.sha256(found.read()).hexdigest() == digest:
            return True
    storage.delete(path)
    return False


def _supersede(old: Certificate, *, by: User | None, at: datetime) -> None:
    if old.state != State.ISSUED:
        return  # revoked meanwhile: that says more
    move(
        old,
        to=State.SUPERSEDED,
        allowed=Certificate.TRANSITIONS,
        by=by,
        verb="certificate.superseded",
        at=at,
        ended_at=at,
        ended_by=by,
    )
    signals.certificate_superseded.send(Certificate, certificate=old, at=at)


@transaction.atomic
def supersede_certificate(certificate: Certificate, *, by: User | None, at: datetime, reason: str = "") -> Certificate:
    """Make a new certificate from how things are now (a corrected name); the old one is valid until it is ready, and
    keeps why, for inside. Twice is once: the certificate that replaces it is returned.

    Raises SnapshotIncomplete when it cannot be made from how things are now: the old one stays as it is.
    """
    require(by, "supersede", certificate)
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if successor := Certificate.objects.filter(supersedes=certificate).first():
        return successor  # asked for already
    if certificate.state != State.ISSUED:
        raise TransitionRefused(f"Certificate {certificate.pk} is {certificate.state}, not issued.")
    if reason:
        Certificate.objects.filter(pk=certificate.pk).update(inside_reason=reason)
    enrolment = Enrolment.objects.select_related("edition__course", "edition__provider", "learner").get(
        pk=certificate.enrolment_id
    )
    return _freeze(
        enrolment, kind=certificate.kind, supersedes=certificate, programme=certificate.programme, by=by, at=at
    )


@transaction.atomic
def revoke_certificate(
    certificate: Certificate, *, public_reason: str, inside_reason: str, by: User | None, at: datetime
) -> Certificate:
    """Take a certificate back: it stays genuine and is shown as revoked. Final; both reasons are required.

    Where that takes two people, ``by`` is the second, who confirmed what another proposed (see revoking).
    """
    require(by, "revoke", certificate)
    if by is not None and certificate.takes_two_to_revoke():
        seconded = certificate.revocation_proposals.filter(state="confirmed", decided_by=by)
        seconded = seconded.exclude(proposed_by__in=accounts_of(by))
        if not seconded.exists():
            raise PermissionDenied(f"Revoking certificate {certificate.pk} takes two people.")
    if public_reason not in Certificate.Reason.values or not inside_reason.strip():
        raise ValueError("A revocation needs a public and an inside reason.")
    Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if certificate.is_being_replaced():
        raise BeingReplaced(certificate.pk)
    move(
        certificate,
        to=State.REVOKED,
        allowed=Certificate.TRANSITIONS,
        by=by,
        verb="certificate.revoked",
        at=at,
        data={"reason": public_reason},
        ended_at=at,
        ended_by=by,
        public_reason=public_reason,
        inside_reason=inside_reason.strip(),
    )
    signals.certificate_revoked.send(Certificate, certificate=certificate, at=at)
    return certificate


@transaction.atomic
def record_downloads(certificates: Collection[Certificate], *, by: User, at: datetime) -> None:
    """Note who took which documents. Raises PermissionDenied unless ``by`` may have every one of them now."""
    wanted = {certificate.pk for certificate in certificates}
    allowed = Certificate.objects.allowing(by, "download").filter(pk__in=wanted).values_list("pk", flat=True)
    if wanted - set(allowed):
        raise PermissionDenied(f"User {by.pk} may not download certificates {sorted(wanted - set(allowed))}.")
    for certificate in certificates:
        Event.record(certificate, "certificate.downloaded", by=by, at=at)


@transaction.atomic
def record_deliveries(certificates: Collection[Certificate], *, to: Organisation, token: int, at: datetime) -> None:
    """Note which documents an employer's system fetched with which key. Raises PermissionDenied as above."""
    wanted = {certificate.pk for certificate in certificates}
    shared = Certificate.objects.all().shared_with({to.pk}).filter(pk__in=wanted).values_list("pk", flat=True)
    if wanted - set(shared):
        raise PermissionDenied(f"Organisation {to.pk} may not have certificates {sorted(wanted - set(shared))}.")
    for certificate in certificates:
        data = {"organisation": to.pk, "token": token}
        Event.record(certificate, "certificate.downloaded", by=None, at=at, data=data)


def request_earned_certificate(enrolment: Enrolment, *, by: User | None, at: datetime) -> Certificate | None:
    """Ask for what this enrolment's outcome earned, if anything.

    Something the certificate must state may be missing (a course without outcomes): the sign-off that made someone
    complete is not to fail on that. It is recorded, and the hourly sweep asks again.
    """
    kind = kind_earned(enrolment)
    if kind is None or not may_be_asked(enrolment, kind=kind, at=at):
        return None
    try:
        return request_certificate(enrolment, kind=kind, by=by, at=at)
    except SnapshotIncomplete as incomplete:
        hold_back(enrolment, incomplete.lacking, kind=kind, by=by, at=at)
        return None


def kind_earned(enrolment: Enrolment) -> str | None:
    """Which certificate an outcome earns: enough attendance without a pass still gives one of participation."""
    if enrolment.outcome == Enrolment.Outcome.PASSED:
        return enrolment.edition.course.certificate_kind
    if enrolment.outcome == Enrolment.Outcome.ATTENDED:
        return Course.CertificateKind.PARTICIPATION
    return None
