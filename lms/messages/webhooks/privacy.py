"""What webhooks keep about people."""

from django.utils.translation import gettext_lazy as _

from lms.kernel.privacy import Term, counted, declare, remove
from lms.messages.webhooks.models import KEPT, Delivery, Webhook

declare(
    Webhook,
    personal=["made_by"],
    purpose=_("Knowing who let an organisation's own system be told."),
    ground=_("legitimate interest (security)"),
    keep=_("until HR removes it; who made it goes with the account"),
    owner=["made_by"],
    secret=["sealed_secret"],
    erase=counted,
    follows="people.User",
)
declare(
    Delivery,
    personal=["about"],
    purpose=_("Telling an employer's system what the employer may know, and showing that it was told."),
    ground=_("legitimate interest of the employer; the learner's grant where a certificate is shared"),
    keep=_("30 days"),
    elsewhere="Holds the key of an enrolment or certificate alone, and goes after 30 days.",
    terms=[
        Term(
            "webhooks.delivery",
            _("The log of webhooks goes after 30 days."),
            lambda at: Delivery.objects.filter(happened_at__lte=at - KEPT),
            remove,
        )
    ],
)
