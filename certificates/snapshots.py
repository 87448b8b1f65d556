"""What a certificate states, frozen in one versioned dictionary: the eleven elements of the EU recommendation
on micro-credentials and what is printed besides. Drawing, verification and the later credential read only this.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils import timezone

from certificates.drawing import unwritable
from certificates.drawing.look import REFERENCE
from certificates.models.layouts import CertificateLayout, CourseCertificate, OrganisationLogo
from certificates.numbers import grouped
from courses.models import Course, Mode
from enrolments.models import Enrolment
from lms.kernel.languages import both_languages
from lms.people.models import Organisation

if TYPE_CHECKING:
    from certificates.models import Certificate

# 1: no layout and no logos, always the reference design. 2: both, frozen whole.
VERSION = 2


class SnapshotIncomplete(Exception):
    """Something a certificate must state is missing; ``lacking`` names it."""

    def __init__(self, lacking: list[str]) -> None:
        super().__init__(", ".join(lacking))
        self.lacking = lacking


def expiry_of(course: Course, issued_on: date) -> date | None:
    """The last day it is valid; None: it does not expire."""
    return issued_on + relativedelta(months=course.certificate_months) if course.certificate_months else None


def snapshot_of(
    enrolment: Enrolment,
    *,
    kind: str,
    number: str,
    issued_on: date,
    valid_from: date | None = None,
    programme: Course | None = None,
    parts: Sequence[Certificate] = (),
) -> dict[str, Any]:
    """Freeze what this enrolment earned, or what the certificates of a programme's parts earned together.

    Raises SnapshotIncomplete rather than leave an element out.
    """
    edition = enrolment.edition
    course = programme or edition.course
    provider = programme.provider if programme else edition.provider
    issuer = Organisation.objects.filter(is_programme_office=True).first() or provider
    expires_on = expiry_of(course, valid_from or issued_on)
    assessed = kind == Course.CertificateKind.ASSESSED
    settings_of_course = CourseCertificate.objects.filter(course=course).first()
    layout = CertificateLayout.objects.all().for_course(course, provider)
    partners = [lab for lab in course.labs.all() if lab.pk != provider.pk]
    logos = _logos_of([issuer, provider, *partners])
    snapshot: dict[str, Any] = {
        "version": VERSION,
        "number": number,
        "kind": kind,
        "language": (settings_of_course and settings_of_course.language) or enrolment.language,
        "layout": layout_frozen(layout),
        "learner": {"name": enrolment.learner.full_name},
        "title": both_languages(course, "title"),
        "course": {"code": course.code, "kind": course.kind},
        "edition": {"code": "" if programme else edition.code},
        "parts": [
            {"number": one.number, "code": one.snapshot["course"]["code"], "title": one.snapshot["title"]}
            for one in parts
        ],
        "period": _period_of(parts) if programme else {"start": _day(edition.starts_at), "end": _day(edition.ends_at)},
        "issued_on": issued_on.isoformat(),
        "expires_on": expires_on.isoformat() if expires_on else None,
        "issuer": {
            "name": issuer.name,
            "country": issuer.country,
            "region": issuer.region,
            "kvk_number": issuer.kvk_number,
            "logo": logos.get(issuer.pk),
        },
        "provider": {"name": provider.name, "city": provider.city, "logo": logos.get(provider.pk)},
        "co_issuers": [{"name": lab.name, "logo": logos.get(lab.pk)} for lab in partners],
        "outcomes": [both_languages(outcome, "text") for outcome in course.outcomes.all()],
        "workload": {
            "contact_minutes": course.contact_minutes,
            "total_minutes": course.total_minutes,
            "ects": None,
        },
        "attended_minutes": sum(one.snapshot["attended_minutes"] or 0 for one in parts)
        if programme
        else enrolment.attended_minutes,
        "level": {
            "label": both_languages(course, "level_label"),
            "nlqf": course.nlqf_level or None,
            "eqf": course.nlqf_level or None,
            "register_number": course.nlqf_register_number or None,
        },
        "assessment": {
            "type": course.assessment_type if assessed else "none",
            "text": both_languages(course, "assessment") if assessed else {"nl": "", "en": ""},
        },
        "participation": {"form": _form_of(parts) if programme else edition.mode},
        "quality": both_languages(course, "quality"),
        "skills": [
            {
                "framework": f"{one.skill.get_framework_display()} {one.skill.framework_version}".strip(),
                "code": one.skill.code,
                "uri": one.skill.uri,
                "label": both_languages(one.skill, "name"),
                "level": one.level,
            }
            for one in course.course_skills.select_related("skill")
        ],
        "signatories": _signatories(course, settings_of_course, layout),
        "funding": {
            "statement": both_languages(edition, "funding_notice") if edition.funding_notice_nl else None,
            "emblem": edition.funding_emblem or None,
        },
        "cover": course.cover,
        "verify_url": f"{settings.LMS_BASE_URL}/v/{grouped(number)}",
        "seal": None,
        "credential": None,
    }
    lacking = [
        name
        for name, present in {
            "learner.name": snapshot["learner"]["name"],
            "title": snapshot["title"]["nl"],
            "issuer.country": snapshot["issuer"]["country"],
            "issuer.name": snapshot["issuer"]["name"],
            "outcomes": snapshot["outcomes"],
            "workload": snapshot["workload"]["total_minutes"],
            "participation": snapshot["participation"]["form"],
            "quality": snapshot["quality"]["nl"],
            "level": snapshot["level"]["label"]["nl"],
            "assessment": not assessed or snapshot["assessment"]["text"]["nl"],
            "period": snapshot["period"]["start"],
        }.items()
        if not present
    ]
    # A letter that no font of ours has is found now, not when the certificate is being drawn.
    lacking += [f"letter.{letter}" for letter in sorted(unwritable(snapshot))]
    if lacking:
        raise SnapshotIncomplete(lacking)
    return snapshot


def layout_frozen(layout: CertificateLayout | None) -> dict[str, Any]:
    """All of a layout that drawing needs; without one it is the house's own."""
    if layout is None:
        return {"design": REFERENCE, "colour": None, "accent": None, "logo": None, "words": {"nl": "", "en": ""}}
    return {
        "design": layout.design,
        "colour": layout.colour or None,
        "accent": layout.accent or None,
        "logo": layout.logo.digest if layout.logo else None,
        "words": {"nl": layout.words_nl, "en": layout.words_en},
    }


def _signatories(
    course: Course, settings_of_course: CourseCertificate | None, layout: CertificateLayout | None
) -> list[dict[str, Any]]:
    """The course's own first, then who else of the course, then who of the layout; each once."""
    found = [{"role": both_languages(course, "signatory_role"), "name": course.signatory_name}]
    for one in (
        *(settings_of_course.signatories if settings_of_course else ()),
        *(layout.signatories if layout else ()),
    ):
        if one not in found:
            found.append(one)
    return found


def _logos_of(organisations: Sequence[Organisation]) -> dict[int, str]:
    """Hash of the logo by organisation, of those that have one."""
    rows = OrganisationLogo.objects.filter(organisation__in=organisations)
    return dict(rows.values_list("organisation", "logo__digest"))


def digests_in(snapshot: dict[str, Any]) -> set[str]:
    """The logos that a snapshot names."""
    houses = (snapshot["issuer"], snapshot["provider"], *snapshot["co_issuers"], snapshot.get("layout") or {})
    return {house["logo"] for house in houses if house.get("logo")}


def _period_of(parts: Sequence[Certificate]) -> dict[str, str | None]:
    """From the first day of the first part to the last day of the last."""
    periods = [one.snapshot["period"] for one in parts]
    return {
        "start": min((one["start"] for one in periods if one["start"]), default=None),
        "end": max((one["end"] for one in periods if one["end"]), default=None),
    }


def _form_of(parts: Sequence[Certificate]) -> str:
    """What the parts have in common; of several forms it is a blend."""
    forms = {one.snapshot["participation"]["form"] for one in parts}
    return forms.pop() if len(forms) == 1 else str(Mode.BLENDED)


def _day(moment: Any) -> str | None:
    return timezone.localdate(moment).isoformat() if moment else None
