"""Certificates: frozen, drawn, verified."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    label = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        from certificates import letter_kinds, panels, receivers  # noqa: F401  importing receivers connects them
        from lms.kernel import menu, merging
        from lms.kernel import panels as rooms
        from lms.kernel.letter_kinds import declare_kinds

        declare_kinds(*letter_kinds.KINDS)
        merging.stays("certificates.RevocationProposal", "proposed_by", "decided_by")

        rooms.register(panels.COCKPIT)
        rooms.register(panels.EARLIER)
        rooms.register(panels.TO_COME)
        rooms.register(panels.MINE)
        rooms.register(panels.EXPIRING)
        rooms.register(panels.LINKS)
        rooms.register(panels.DOWNLOADS)
        rooms.register_column(panels.PARTICIPANTS)
        menu.register(menu.Item(label=_("Check a certificate"), url="verify_search", place="learn", order=80))
        menu.register(
            menu.Item(
                label=_("Certificates"),
                url="certificates:office",
                place="user",
                order=60,
                icon="badge-check",
                for_user=panels.keeps_certificates,
            )
        )
        menu.register(menu.Item(_("Certificates"), "certificates:employer", place="employer", order=40))
