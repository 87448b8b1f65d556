"""A hundred courses and a thousand editions, written in bulk: what a real catalogue has, and nobody waits for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

WORDS = ("cobot", "sensor", "lasser", "laser", "robot", "composiet", "printer", "netwerk", "optica", "beeld")
THEMES = ("robotica", "iot", "additief", "data", "optica")
EDITIONS_PER_COURSE = 10


def fill(courses: int) -> None:
    """Bring the catalogue to so many courses, each with ten coming editions of four days, a price and a page."""
    from wagtail.signal_handlers import disable_reference_index_auto_update

    from cms.actions import build_course_page, build_lab_page, build_site
    from courses.models import Course, Theme
    from lms.people.models import Organisation

    with disable_reference_index_auto_update():
        build_site()
        houses = [_house(number) for number in range(5)]
        for house in houses:
            build_lab_page(house)
        themes = [
            Theme.objects.get_or_create(code=code, defaults={"name_nl": code.capitalize(), "name_en": code})[0]
            for code in THEMES
        ]
        for number in range(Course.objects.count(), courses):
            course = _course(number, houses[number % len(houses)])
            course.themes.add(themes[number % len(themes)])
            _editions(course, timezone.now())
            build_course_page(course)
    assert Organisation.objects.exists()


def _house(number: int) -> Any:
    from lms.people.models import Organisation

    found, _created = Organisation.objects.get_or_create(
        code=f"bench-{number}",
        defaults={
            "name": f"Fieldlab {number}",
            "city": "Delft",
            "is_provider": True,
            "lab_kind": Organisation.LabKind.FIELD_LAB,
        },
    )
    return found


def _course(number: int, house: Any) -> Any:
    from courses.models import Course, LearningOutcome, Price

    word = WORDS[number % len(WORDS)]
    course = Course.objects.create(
        code=f"bench-{number:04d}",
        kind=Course.Kind.PROGRAMME if number % 3 else Course.Kind.COURSE,
        provider=house,
        title_nl=f"Werken met een {word}, deel {number}",
        title_en=f"Working with a {word}, part {number}",
        summary_nl=f"Je leert met een {word} werken, veilig en praktisch.",
        summary_en=f"You learn to work with a {word}, safely and in practice.",
        audience_nl="Voor mensen uit de maakindustrie.",
        audience_en="For people in manufacturing.",
        categories=["employee", "student"],
        level_label_nl="mbo-niveau 4",
        level_label_en="vocational level 4",
        mode="onsite",
        format_nl="In het fieldlab",
        format_en="In the field lab",
        contact_minutes=1440,
        certificate_kind="participation",
        quality_nl="Elke editie wordt geëvalueerd.",
        quality_en="Every edition is evaluated.",
        signatory_role_nl="Directeur",
        signatory_role_en="Director",
        cover=number % 8 + 1,
    )
    LearningOutcome.objects.bulk_create(
        LearningOutcome(
            course=course,
            code=f"bench-{number}-{order}",
            order=order,
            text_nl=f"Je stelt een {word} in.",
            text_en=f"You set up a {word}.",
        )
        for order in range(4)
    )
    Price.objects.bulk_create(
        Price(course=course, audience=audience, cents=cents)
        for audience, cents in (("standard", 95_000 + number * 500), ("sme", 45_000), ("student", 0))
    )
    return course


def _editions(course: Any, now: datetime) -> None:
    from courses.models import Edition, Location, Session

    place, _created = Location.objects.get_or_create(
        organisation=course.provider, name=f"Hal van {course.provider}", defaults={"city": "Delft"}
    )
    number = int(course.code.rpartition("-")[2])
    first = now.replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=10 + number % 20)
    editions = Edition.objects.bulk_create(
        Edition(
            code=f"{course.code}-{run}",
            course=course,
            provider=course.provider,
            state=Edition.State.PUBLISHED,
            mode="onsite",
            location=place,
            capacity=12,
            seats_taken=(number + run * 5) % 13,
            enrolment_opens_at=first + timedelta(days=30 * run - 120),
            enrolment_closes_at=first + timedelta(days=30 * run - 2),
            starts_at=first + timedelta(days=30 * run),
            ends_at=first + timedelta(days=30 * run + 21, hours=7),
        )
        for run in range(EDITIONS_PER_COURSE)
    )
    Session.objects.bulk_create(
        Session(
            edition=edition,
            number=day + 1,
            title_nl=f"Dag {day + 1}",
            title_en=f"Day {day + 1}",
            starts_at=edition.starts_at + timedelta(weeks=day),
            ends_at=edition.starts_at + timedelta(weeks=day, hours=7),
            break_minutes=60,
        )
        for edition in editions
        for day in range(4)
    )
