"""Filling in layouts, giving organisations a logo, and choosing per course. Nothing issued is touched by any of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from certificates.drawing import Picture
from certificates.logos import digest_of
from certificates.models import CertificateLayout, CourseCertificate, Logo, OrganisationLogo
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.people.models import User


@transaction.atomic
def save_layout(
    layout: CertificateLayout, *, logo: Picture | None = None, drops_logo: bool = False, by: User | None, at: datetime
) -> CertificateLayout:
    """Write a layout as filled in, with a new logo if there is one."""
    is_new = layout._state.adding  # noqa: SLF001  (Django documents it)
    if logo is not None:
        layout.logo = kept(logo)
    elif drops_logo:
        layout.logo = None
    layout.save()
    Event.record(layout, f"certificatelayout.{'created' if is_new else 'revised'}", by=by, at=at)
    return layout


@transaction.atomic
def make_default(layout: CertificateLayout, *, by: User | None, at: datetime) -> CertificateLayout:
    """For every course of its house that chooses no other. It takes the place of the one that was."""
    require(by, "edit", layout)
    same_house = CertificateLayout.objects.filter(organisation=layout.organisation).order_by("pk")
    for one in same_house.select_for_update(of=("self",)):
        if one.is_default and one.pk != layout.pk:
            one.is_default = False
            one.save(update_fields=["is_default"])
            Event.record(one, "certificatelayout.no_longer_default", by=by, at=at)
    layout.is_default = True
    layout.save(update_fields=["is_default"])
    Event.record(layout, "certificatelayout.made_default", by=by, at=at)
    return layout


@transaction.atomic
def save_organisation_logo(
    row: OrganisationLogo, *, logo: Picture | None, by: User | None, at: datetime
) -> OrganisationLogo:
    is_new = row._state.adding  # noqa: SLF001  (Django documents it)
    if logo is not None:
        row.logo = kept(logo)
    row.save()
    Event.record(row, f"organisationlogo.{'created' if is_new else 'revised'}", by=by, at=at)
    return row


@transaction.atomic
def save_course_certificate(row: CourseCertificate, *, by: User | None, at: datetime) -> CourseCertificate:
    is_new = row._state.adding  # noqa: SLF001  (Django documents it)
    row.save()
    Event.record(row, f"coursecertificate.{'created' if is_new else 'revised'}", by=by, at=at)
    return row


def kept(picture: Picture) -> Logo:
    """The row of this picture, the same for whoever brings it."""
    logo, _is_new = Logo.objects.get_or_create(
        digest=digest_of(picture),
        defaults={
            "is_drawing": picture.is_drawing,
            "content": picture.content,
            "width": picture.width,
            "height": picture.height,
        },
    )
    return logo
