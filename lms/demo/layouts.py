"""Layouts of certificates in the demo: one for every house, one of a house's own, and logos of two labs."""

from __future__ import annotations

from datetime import datetime

from certificates.actions.layouts import make_default, save_course_certificate, save_layout, save_organisation_logo
from certificates.logos import read_logo
from certificates.models import CertificateLayout, CourseCertificate, OrganisationLogo
from courses.models import Course
from lms.people.models import Organisation

_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 40">{shapes}</svg>'
# Made for the demo: an arm that reaches, and layers of a weld. They are nobody's trade mark.
ARM = _HEAD.format(
    width=96,
    shapes='<g fill="none" stroke="#2b363c" stroke-width="5" stroke-linecap="round" stroke-linejoin="round">'
    '<path d="M10 35h26M22 34L34 14 62 8"/><path d="M62 8l14 8M62 8l16-3"/></g>'
    '<circle cx="34" cy="14" r="5" fill="#de4e0b"/><circle cx="62" cy="8" r="4.5" fill="#de4e0b"/>',
)
LAYERS = _HEAD.format(
    width=72,
    shapes='<g fill="none" stroke="#7a2f14" stroke-width="4.5" stroke-linecap="round">'
    '<path d="M8 33h56M14 24q22-8 44 0M20 14q16-7 32 0"/></g><circle cx="36" cy="5" r="4" fill="#de4e0b"/>',
)
LOGOS = {"ROBO": ARM, "RAM": LAYERS}


def put_down_layouts(at: datetime) -> None:
    """Before the first certificate is asked for: what is issued freezes what stands here."""
    for code, drawing in LOGOS.items():
        mark = OrganisationLogo(organisation=Organisation.objects.get(code=code))
        save_organisation_logo(mark, logo=read_logo(drawing.encode()), by=None, at=at)
    calm = CertificateLayout(name="Rustig, staand", design=CertificateLayout.Design.CALM)
    save_layout(calm, by=None, at=at)
    house = Organisation.objects.get(code="ROBO")
    own = CertificateLayout(
        name="Huisstijl",
        organisation=house,
        design=CertificateLayout.Design.BANNER,
        colour="#2b363c",
        words_nl="Geleerd aan echte machines, op de werkvloer van morgen.",
        words_en="Learned on real machines, on the shop floor of tomorrow.",
        signatories=[{"role": {"nl": "Hoofd opleidingen", "en": "Head of training"}, "name": ""}],
    )
    make_default(save_layout(own, logo=read_logo(ARM.encode()), by=None, at=at), by=None, at=at)
    elsewhere = Course.objects.exclude(provider=house).filter(kind=Course.Kind.PROGRAMME).order_by("code").first()
    if elsewhere is not None:
        save_course_certificate(CourseCertificate(course=elsewhere, layout=calm), by=None, at=at)
