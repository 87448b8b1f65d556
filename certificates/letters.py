"""What certificates writes itself: one function per kind. The words stand in ``templates/email/…``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.models import Bundle, Certificate, HeldCertificate, RevocationProposal
from courses.models import Course
from lms.kernel.formats import date_time, long_date, plain_date
from lms.kernel.post import Letter
from lms.people.models import Organisation, Role, User

MOST_NAMED = 25  # in one letter; the page names them all


def absolute(name: str, *args: Any) -> str:
    """The whole address of a page in the active language."""
    return settings.LMS_BASE_URL + reverse(name, args=args)


def bundle_ready(bundle: Bundle) -> Letter:
    """To who asked for a file: it lies ready, until when. Nothing is attached: the page looks who asks, and when."""
    reader = bundle.asked_by
    with translation.override(reader.language):
        about = bundle.edition.code if bundle.edition else bundle.company.name if bundle.company else ""
        context = {
            "greeting_name": reader.given_name,
            "kicker": about,
            "about": about,
            "number": bundle.done,
            "facts": [
                (_("Certificates"), str(bundle.done)),
                (_("You can download it until"), date_time(bundle.expires_at)),
            ],
            "action_url": absolute("certificates:file", bundle.uuid),
            "action_label": _("Download the file"),
        }
        return Letter("bundle_ready", reader.email, reader.language, context, recipient=reader, about=bundle)


def revocation_proposed(proposal: RevocationProposal, *, on: date) -> Iterator[Letter]:
    """To everyone who may confirm it: look at it. Whose certificate it is, and why, stands on the page alone."""
    certificate = proposal.certificate
    house = certificate.programme.provider_id if certificate.programme else certificate.enrolment.edition.provider_id
    current = Q(memberships__starts_on__lte=on) & (Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=on))
    may = Q(memberships__role=Role.OFFICER) | Q(memberships__role=Role.COORDINATOR, memberships__organisation=house)
    readers = User.objects.filter(current & may, is_active=True).exclude(pk=proposal.proposed_by_id)
    for reader in readers.distinct().order_by("pk"):
        with translation.override(reader.language):
            context = {
                "greeting_name": reader.given_name,
                "kicker": certificate.grouped_number,
                "number": certificate.grouped_number,
                "facts": [(_("Number"), certificate.grouped_number)],
                "action_url": absolute("certificates:office_detail", certificate.grouped_number),
                "action_label": _("Look at the proposal"),
            }
            yield Letter(
                "revocation_proposed", reader.email, reader.language, context, recipient=reader, about=certificate
            )


def certificate_refused(held: HeldCertificate) -> Letter:
    """To the learner: which certificate they do not get, why in plain words, and whom to ask."""
    reader, provider = held.enrolment.learner, held.provider.name
    with translation.override(reader.language):
        context = {
            "greeting_name": reader.given_name,
            "kicker": f"{held.course.code} · {provider}",
            "course": held.course.title,
            "is_assessed": held.kind == Course.CertificateKind.ASSESSED,
            "reason": held.get_public_reason_display(),
            "provider": provider,
            "facts": [],
            "action_url": absolute("enrolments:my") + "#certificates-to-come",
            "action_label": _("Go to my page"),
        }
        return Letter("certificate_refused", reader.email, reader.language, context, recipient=reader, about=held)


def _last_day(certificate: Certificate) -> date:
    """Of one that runs out."""
    if certificate.expires_on is None:
        raise ValueError(f"Certificate {certificate.number} does not expire.")
    return certificate.expires_on


def certificate_expires(certificate: Certificate) -> Letter:
    """To the holder: until when, and where to take the course again."""
    reader = certificate.enrolment.learner
    course = certificate.programme or certificate.enrolment.edition.course
    with translation.override(reader.language):
        context = {
            "greeting_name": reader.given_name,
            "kicker": certificate.grouped_number,
            "course": certificate.snapshot["title"][reader.language],
            "expires": long_date(_last_day(certificate)),
            "facts": [
                (_("Number"), certificate.grouped_number),
                (_("Valid until"), plain_date(_last_day(certificate))),
            ],
            "action_url": absolute("cms:course", course.code),
            "action_label": _("See when you can take it again"),
            "second_url": absolute("certificates:detail", certificate.grouped_number),
            "second_label": _("Look at your certificate"),
        }
        return Letter(
            "certificate_expires", reader.email, reader.language, context, recipient=reader, about=certificate
        )


def certificates_expire(company: Organisation, reader: User, certificates: Sequence[Certificate]) -> Letter:
    """To HR: whose certificates, of those that are shared at this moment, run out and when."""
    with translation.override(reader.language):
        facts = [
            (
                one.snapshot["learner"]["name"],
                f"{one.snapshot['title'][reader.language]}, {plain_date(_last_day(one))}",
            )
            for one in certificates[:MOST_NAMED]
        ]
        context = {
            "greeting_name": reader.given_name,
            "kicker": company.name,
            "company": company.name,
            "facts": facts,
            "action_url": f"{absolute('certificates:employer')}?company={company.uuid}",
            "action_label": _("See which, and enrol again"),
        }
        return Letter("certificates_expire", reader.email, reader.language, context, recipient=reader, about=company)
