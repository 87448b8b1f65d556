"""About a certificate."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from certificates.models import Certificate
from lms.kernel.post import Letter
from lms.messages.letters.parts import absolute


def certificate_ready(certificate: Certificate) -> dict[str, Any]:
    """Where to find it, and the address at which anyone can check it. Nothing is attached: mail gets forwarded."""
    learner = certificate.enrolment.learner
    language = certificate.enrolment.language  # in which they enrolled; the document may be in the course's
    with translation.override(language):
        context = {
            "greeting_name": learner.given_name,
            "course": certificate.snapshot["title"][language],
            "kicker": f"{certificate.snapshot['course']['code']} · {certificate.snapshot['provider']['name']}",
            "is_assessed": certificate.kind == "assessed",
            "replaces": certificate.supersedes_id is not None,
            "facts": [(_("Number"), certificate.grouped_number)],
            "action_url": absolute("certificates:detail", certificate.grouped_number),
            "action_label": _("Look at your certificate"),
            "second_url": certificate.snapshot["verify_url"],
            "second_label": _("The page where others check it"),
            "funding": (certificate.snapshot["funding"]["statement"] or {}).get(language, ""),
            "emblem": certificate.snapshot["funding"]["emblem"] or "",
        }
    return vars(Letter("certificate_ready", learner.email, language, context, learner, certificate))
