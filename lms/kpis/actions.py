"""Writing facts with their evidence, and charging editions to projects."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from certificates.models import Certificate
from courses.actions import announce_funding
from courses.models import Edition
from enrolments.models import Attendance, Enrolment, Result
from lms.kernel.counting import WITNESSES, Countable, fingerprint
from lms.kernel.models import Event
from lms.kpis.models import Evidence, Fact, FactQuerySet, Funding, FundingProject
from lms.people.models import EmployerMerge, User

Code = Evidence.Code


@transaction.atomic
def fund_edition(project: FundingProject, edition: Edition, *, by: User | None) -> Funding:
    """Charge an edition to a project; the project's notice appears on everything made for it from now on."""
    funding, created = Funding.objects.get_or_create(edition=edition, defaults={"project": project})
    if created:
        Event.record(funding, "funding.started", by=by, data={"project": project.code, "edition": edition.code})
        announce_funding(
            edition, notice_nl=project.notice_nl, notice_en=project.notice_en, emblem=project.emblem, by=by
        )
    return funding


@transaction.atomic
def announce_project(project: FundingProject, *, by: User | None) -> None:
    """Bring every edition of a project up to its notice and emblem; what was issued before keeps what it says."""
    for edition in Edition.objects.filter(funding__project=project):
        if (edition.funding_notice_nl, edition.funding_notice_en, edition.funding_emblem) != (
            project.notice_nl,
            project.notice_en,
            project.emblem,
        ):
            announce_funding(
                edition, notice_nl=project.notice_nl, notice_en=project.notice_en, emblem=project.emblem, by=by
            )


@transaction.atomic
def record_attendance_fact(attendance: Attendance, *, at: datetime) -> Fact:
    """An hour counts: it has both confirmations. Counts on the local day of the session."""
    enrolment = attendance.enrolment
    fact = Fact.objects.create(
        kind=Fact.Kind.ATTENDANCE,
        key=f"attendance:{attendance.pk}",
        quantity=attendance.minutes,
        counts_on=timezone.localdate(attendance.session.starts_at),
        recorded_at=at,
        **_dimensions(enrolment),
    )
    proof = [
        _proof(fact, Code.REGISTRATION, enrolment, registration_record(enrolment), at=at),
        _proof(fact, Code.ATTENDANCE, attendance, attendance_record(attendance), at=at),
    ]
    Evidence.objects.bulk_create(proof)
    return fact


@transaction.atomic
def record_completion_fact(enrolment: Enrolment, *, at: datetime) -> Fact:
    """Someone completed. Counts on the local day on which that was decided."""
    fact = Fact.objects.create(
        kind=Fact.Kind.COMPLETION,
        key=f"completion:{enrolment.pk}",
        quantity=1,
        counts_on=timezone.localdate(at),
        recorded_at=at,
        **_dimensions(enrolment),
    )
    proof = [_proof(fact, Code.REGISTRATION, enrolment, registration_record(enrolment), at=at)]
    proof += [
        _proof(fact, Code.ATTENDANCE, attendance, attendance_record(attendance), at=at)
        for attendance in enrolment.attendance.select_related("session")
    ]
    proof += [
        _proof(fact, Code.ASSESSMENT, result, result_record(result), at=at)
        for result in enrolment.results.select_related("assessment")
    ]
    Evidence.objects.bulk_create(proof)
    return fact


@transaction.atomic
def record_certificate_fact(certificate: Certificate, *, at: datetime) -> Fact:
    """A certificate was issued. One that replaces another counts too: the replaced one is taken back."""
    enrolment = certificate.enrolment
    fact = Fact.objects.create(
        kind=Fact.Kind.CERTIFICATE,
        key=f"certificate:{certificate.number}",
        quantity=1,
        counts_on=timezone.localdate(at),
        recorded_at=at,
        certificate_kind=certificate.kind,
        **_dimensions(enrolment) | _of_programme(certificate),
    )
    itself = Evidence(
        fact=fact,
        code=Code.CERTIFICATE,
        subject=_subject(certificate),
        sha256=certificate.pdf_sha256,
        captured_at=at,
    )
    registered = _proof(fact, Code.REGISTRATION, enrolment, registration_record(enrolment), at=at)
    Evidence.objects.bulk_create([registered, itself])
    return fact


@transaction.atomic
def record_countable(countable: Countable, *, at: datetime) -> Fact:
    """Something counts of which an app beside us knows what it is; its proofs are read as that app says."""
    fact = Fact.objects.create(
        kind=countable.kind,
        key=countable.key,
        quantity=1,
        counts_on=countable.counts_on,
        recorded_at=at,
        **countable.dimensions,
    )
    Evidence.objects.bulk_create(
        _proof(fact, proof.code, proof.thing, WITNESSES[proof.thing._meta.label].record(proof.thing), at=at)
        for proof in countable.proofs
    )
    return fact


@transaction.atomic
def take_back_fact(key: str, *, at: datetime) -> Fact | None:
    """Write the counter-fact of the last uncorrected fact of this key; it counts on the day of the correction.

    Nothing is taken back twice: the database allows one correction per fact. None when there is nothing to take back.
    """
    last = Fact.objects.filter(key=key, corrects=None, corrections=None).order_by("-pk").first()
    if last is None:
        return None
    return Fact.objects.create(
        **_copied(last), quantity=-last.quantity, counts_on=timezone.localdate(at), recorded_at=at, corrects=last
    )


@transaction.atomic
def count_as(facts: FactQuerySet, *, at: datetime, **whose: uuid.UUID) -> int:
    """Have facts count for a ``person``, or an ``employer``: two were one, or turned out not to be. Answers how many.

    Each is taken back and written anew, on its own day and with the same evidence and hashes: so a person counts once,
    a locked report keeps what it said, and what was changed in between still shows.
    """
    standing = list(facts.standing().exclude(**whose).order_by("pk"))
    for fact in standing:
        take_back_fact(fact.key, at=at)
        copied = _copied(fact) | whose
        again = Fact.objects.create(**copied, quantity=fact.quantity, counts_on=fact.counts_on, recorded_at=at)
        Evidence.objects.bulk_create(
            Evidence(fact=again, code=one.code, subject=one.subject, sha256=one.sha256, captured_at=one.captured_at)
            for one in fact.evidence.all()
        )
    return len(standing)


def _copied(fact: Fact) -> dict[str, Any]:
    """A fact's columns, but for what makes it this one."""
    return {
        field.attname: getattr(fact, field.attname)
        for field in Fact._meta.concrete_fields
        if field.name not in {"id", "quantity", "counts_on", "recorded_at", "corrects"}
    }


@transaction.atomic
def record_look(fact: Fact, *, by: User, at: datetime) -> None:
    """Someone read the evidence of a fact, with the names in it."""
    Event.record(fact, "fact.evidence_read", by=by, at=at)


@transaction.atomic
def record_export(*, what: str, filters: dict[str, str], rows: int, by: User, at: datetime) -> None:
    """Someone took figures, or the rows under one, out of the platform."""
    Event.record(by, "figures.exported", by=by, at=at, data={"what": what, "filters": filters, "rows": rows})


def _of_programme(certificate: Certificate) -> dict[str, Any]:
    """A programme's certificate is of the programme, not of the part that came last."""
    programme = certificate.programme
    if programme is None:
        return {}
    return {
        "course_code": programme.code,
        "course_kind": programme.kind,
        "provider_code": programme.provider.code or "",
    }


def _dimensions(enrolment: Enrolment) -> dict[str, Any]:
    """The frozen snapshot of the learner, and the edition as it is today."""
    edition = enrolment.edition
    frozen = enrolment.snapshot or {}
    funding = Funding.objects.filter(edition=edition).first()
    return {
        "person": enrolment.learner.uuid,
        "enrolment": enrolment.pk,
        "edition_code": edition.code,
        "course_code": edition.course.code,
        "course_kind": edition.course.kind,
        "provider_code": edition.provider.code or "",
        "project_id": funding.project_id if funding else None,
        "category": frozen.get("category", enrolment.category),
        "employer": _standing(frozen.get("employer")),
        "employer_kvk": frozen.get("employer_kvk") or "",
        "employer_size": frozen.get("employer_size") or "",
        "sbi_code": frozen.get("sbi_code") or "",
    }


def _standing(employer: str | None) -> str | None:
    """The employer that this number stands for now: it may have been merged since it was frozen."""
    merges = EmployerMerge.objects.standing()
    while employer and (kept := merges.filter(gone__uuid=employer).values_list("kept__uuid", flat=True).first()):
        employer = str(kept)
    return employer


def registration_record(enrolment: Enrolment) -> dict[str, Any]:
    """What an enrolment says, as evidence: the same dictionary gives the same hash a year later."""
    return {
        "code": enrolment.code,
        "edition": enrolment.edition.code,
        "learner": str(enrolment.learner.uuid),
        "category": enrolment.category,
        "employer": str(enrolment.employer.uuid) if enrolment.employer else None,
        "created_at": enrolment.created_at,
        "terms_version": enrolment.terms_version,
    }


def attendance_record(attendance: Attendance) -> dict[str, Any]:
    """One line of a register, with both confirmations."""
    return {
        "session": str(attendance.session.uuid),
        "enrolment": attendance.enrolment_id,
        "status": attendance.status,
        "minutes": attendance.minutes,
        "learner_confirmed_at": attendance.learner_confirmed_at,
        "learner_method": attendance.learner_method,
        "trainer_confirmed_at": attendance.trainer_confirmed_at,
    }


def result_record(result: Result) -> dict[str, Any]:
    """One assessment's outcome."""
    return {
        "assessment": result.assessment.code,
        "enrolment": result.enrolment_id,
        "passed": result.passed,
        "recorded_at": result.recorded_at,
    }


def _proof(fact: Fact, code: str, thing: models.Model, record: dict[str, Any], *, at: datetime) -> Evidence:
    return Evidence(fact=fact, code=code, subject=_subject(thing), sha256=fingerprint(record), captured_at=at)


def _subject(thing: models.Model) -> str:
    return f"{thing._meta.label}:{thing.pk}"
