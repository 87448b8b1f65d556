"""How a layout looks before anything is issued: on sample data, short or as long as we expect, in both languages.

The texts are no translations of an interface but stand-ins for what a course would say, so they are written here.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from certificates.drawing import draw_certificate
from certificates.drawing.pictures import Picture
from certificates.making import pictures_of
from certificates.models import CertificateLayout, OrganisationLogo
from certificates.numbers import grouped
from certificates.snapshots import VERSION, layout_frozen
from courses.models import Course
from lms.people.models import Organisation

SHORT, LONG = "short", "long"
NOBODYS = "0" * 17  # no certificate can have this number

NAMES = {
    SHORT: "Robin de Wit",
    LONG: "Prof. dr. ir. Maria Wilhelmina Johanna van den Heuvel-Vroegindeweij tot Bennebroek en Vogelenzang",
}
TITLES = {
    SHORT: {"nl": "Werken met cobots", "en": "Working with cobots"},
    LONG: {
        "nl": "Mensgerichte technologie in de maritieme maakindustrie: digitale werkinstructies, hulp op afstand en "
        "augmented reality op de werkvloer",
        "en": "Human-centred technology in the maritime manufacturing industry: digital work instructions, remote "
        "assistance and augmented reality on the shop floor",
    },
}
OUTCOMES = [
    {
        "nl": "Je programmeert zelfstandig een eenvoudige oppak- en plaatstaak.",
        "en": "You independently program a simple pick-and-place task.",
    },
    {
        "nl": "Je maakt een risicobeoordeling van een werkplek waar mens en robot samenwerken.",
        "en": "You carry out a risk assessment of a workplace where people and robots work together.",
    },
    {
        "nl": "Je stelt met collega's een invoeringsplan op voor werk, veiligheid en opbrengst.",
        "en": "Together with colleagues you draw up a plan covering work, safety and returns.",
    },
]
SKILL = {
    "framework": "ESCO",
    "code": "",
    "uri": "",
    "label": {"nl": "samenwerking tussen mens en robot", "en": "human-robot collaboration"},
    "level": "",
}


def preview(
    layout: CertificateLayout, *, sample: str, language: str, kind: str, logo: Picture | None = None, digest: str = ""
) -> bytes:
    """The PDF that this layout, saved or not, would give. ``logo`` is one that was not saved yet, with its digest."""
    snapshot = sample_snapshot(layout, sample=sample, language=language, kind=kind)
    pictures = pictures_of(snapshot)
    if logo is not None:
        snapshot["layout"]["logo"] = digest
        pictures[digest] = logo
    return draw_certificate(snapshot, pictures=pictures)


def sample_snapshot(layout: CertificateLayout, *, sample: str, language: str, kind: str) -> dict[str, Any]:
    """What a certificate with this layout could state, for nobody."""
    issuer = Organisation.objects.filter(is_programme_office=True).first() or layout.organisation
    provider = layout.organisation or Organisation.objects.providers().order_by("pk").first() or issuer
    partners = list(Organisation.objects.labs().exclude(pk=provider.pk if provider else None).order_by("pk")[:4])
    houses = [one for one in (issuer, provider, *partners) if one]
    logos = dict(OrganisationLogo.objects.filter(organisation__in=houses).values_list("organisation", "logo__digest"))
    is_long, is_assessed = sample == LONG, kind == Course.CertificateKind.ASSESSED
    role = {"nl": "Programmamanager", "en": "Programme manager"}
    return {
        "version": VERSION,
        "number": NOBODYS,
        "kind": kind,
        "language": language,
        "layout": layout_frozen(layout),
        "learner": {"name": NAMES[sample]},
        "title": TITLES[sample],
        "course": {"code": "SMZ-00", "kind": Course.Kind.COURSE},
        "edition": {"code": "SMZ-00-2026A"},
        "parts": [],
        "period": {"start": "2026-09-03", "end": "2026-12-18" if is_long else "2026-09-24"},
        "issued_on": "2026-12-21",
        "expires_on": "2028-12-21" if is_long else None,
        "issuer": {
            "name": issuer.name if issuer else settings.LMS_SITE,
            "country": "NL",
            "region": issuer.region if issuer else "",
            "kvk_number": "",
            "logo": logos.get(issuer.pk) if issuer else None,
        },
        "provider": {
            "name": provider.name if provider else settings.LMS_SITE,
            "city": provider.city if provider else "",
            "logo": logos.get(provider.pk) if provider else None,
        },
        "co_issuers": [
            {"name": one.name, "logo": logos.get(one.pk)} for one in (partners if is_long else partners[:1])
        ],
        "outcomes": OUTCOMES * (3 if is_long else 1),
        "workload": {"contact_minutes": 1560, "total_minutes": 2400, "ects": None},
        "attended_minutes": 1500,
        "level": {
            "label": {"nl": "mbo-4 werk- en denkniveau", "en": "Vocational level (mbo-4)"},
            "nlqf": None,
            "eqf": None,
            "register_number": None,
        },
        "assessment": {
            "type": "practical_assignment" if is_assessed else "none",
            "text": {
                "nl": "Praktijkopdracht, beoordeeld door de trainer.",
                "en": "Practical assignment, marked by the trainer.",
            }
            if is_assessed
            else {"nl": "", "en": ""},
        },
        "participation": {"form": "blended"},
        "quality": {"nl": "Een evaluatie na elke editie.", "en": "An evaluation after every edition."},
        "skills": [SKILL] * (2 if is_long else 1),
        "signatories": [{"role": role, "name": "Maarten van Rijn"}, *layout.signatories],
        "funding": {
            "statement": {"nl": "Medegefinancierd door de Europese Unie", "en": "Co-funded by the European Union"},
            "emblem": "eu",
        }
        if is_long
        else {"statement": None, "emblem": None},
        "cover": 2,
        "verify_url": f"{settings.LMS_BASE_URL}/v/{grouped(NOBODYS)}",
        "seal": None,
        "credential": None,
    }
