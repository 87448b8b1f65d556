"""A file of 1,000 and of 5,000 certificates: how long making and taking it lasts, and that memory stays flat.

The documents are one real PDF under as many names: the file is as large as it would be, only the drawing is left out.
"""

from __future__ import annotations

import resource
import time
import zipfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from uuid import uuid4

SIZES = (1_000, 5_000)


def run(home: str) -> None:
    from django.core.management import call_command
    from django.db import transaction

    with redirect_stdout(StringIO()):
        call_command("migrate", verbosity=0)
        from certificates.keys.keeping import make_demo_keys
        from tests.factories import NOW

        make_demo_keys(at=NOW)
        with transaction.atomic():
            company, hr = _share(max(SIZES), NOW)
    print("A file of certificates (memory: how much the peak of the process rose)\n")
    print(f"{'certificates':>12} {'made in':>10} {'CPU':>8} {'taken in':>10} {'size':>10} {'memory':>10}")
    for size in SIZES:
        _measure(company, hr, size, NOW, Path(home))


def _share(number: int, now):  # type: ignore[no-untyped-def]  # models are not loaded when this module is
    """So many people of one employer who finished one edition and share what they got."""
    from certificates.actions import issue_certificate, request_certificate
    from certificates.models import Certificate
    from certificates.numbers import new_number
    from enrolments.models import Enrolment, Grant
    from lms.people.models import User
    from tests.factories import (
        CourseFactory,
        EditionFactory,
        EnrolmentFactory,
        GrantFactory,
        LearningOutcomeFactory,
        MembershipFactory,
        OrganisationFactory,
    )

    company = OrganisationFactory(employer=True)
    hr = MembershipFactory(organisation=company, role="hr").user
    course = CourseFactory()
    LearningOutcomeFactory(course=course)
    edition = EditionFactory(course=course, capacity=number)
    first = EnrolmentFactory(edition=edition, employee=True, employer=company, completed=True)
    grant = GrantFactory(enrolment=first)
    drawn = issue_certificate(request_certificate(first, kind="participation", by=None, at=now), at=now)
    people = User.objects.bulk_create(
        User(email=f"bench{n}@voorbeeld.example", given_name=f"Noor {n}", family_name="de Wit")
        for n in range(number - 1)
    )

    def like(row, **changes):  # type: ignore[no-untyped-def]
        values = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if not one.primary_key}
        return type(row)(**values | changes)

    employment = first.learner.employments.first()
    if employment is not None:
        type(employment).objects.bulk_create([like(employment, user_id=one.pk) for one in people], batch_size=500)
    codes = iter(f"B{n:09d}" for n in range(number))
    enrolments = Enrolment.objects.bulk_create(
        [like(first, learner_id=one.pk, code=next(codes)) for one in people], batch_size=500
    )
    Grant.objects.bulk_create(
        [like(grant, enrolment_id=one.pk, learner_id=one.learner_id) for one in enrolments], batch_size=500
    )
    Certificate.objects.bulk_create(
        [
            like(
                drawn,
                uuid=uuid4(),
                number=new_number(),
                enrolment_id=one.pk,
                snapshot=drawn.snapshot | {"learner": {"name": person.full_name}},
            )
            for one, person in zip(enrolments, people, strict=True)
        ],
        batch_size=500,
    )
    return company, hr


def _measure(company, hr, size: int, now, home: Path) -> None:  # type: ignore[no-untyped-def]
    from certificates import bundle_actions
    from certificates.models import Bundle, Certificate

    shared = Certificate.objects.all().shared_with({company.pk}).order_by("pk")
    Certificate.objects.filter(pk__in=list(shared.values_list("pk", flat=True)[size:])).update(erased_at=now)
    choice = {"starts_on": None, "ends_on": None, "department": None, "course": None}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, cpu = time.perf_counter(), time.process_time()
    bundle = bundle_actions.ask_year_file(company, **choice, by=hr, at=now)
    while bundle_actions.go_on(bundle, at=now):
        pass
    made, spent = time.perf_counter() - began, time.process_time() - cpu
    bundle = Bundle.objects.select_related("asked_by", "company", "edition").get(pk=bundle.pk)
    began = time.perf_counter()
    target = home / f"{size}.zip"
    with target.open("wb") as file:
        for piece in bundle_actions.take(bundle, by=hr, at=now):
            file.write(piece)
    taken = time.perf_counter() - began
    with zipfile.ZipFile(target) as archive:
        assert len(archive.namelist()) == size + 1
        assert archive.testzip() is None
    rose = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"{size:>12,} {made:>8.1f} s {spent:>6.1f} s {taken:>8.1f} s {bundle.size / 2**20:>7.1f} MB {rose:>7.1f} MB",
        flush=True,
    )
    Certificate.objects.update(erased_at=None)
