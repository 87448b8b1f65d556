"""The central desk: companies ask, labs and courses answer, steps follow; and peer groups."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "lms.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from lms.desk import evidence, letter_kinds, merging, policies
        from lms.kernel import counting, menu
        from lms.kernel.letter_kinds import declare_kinds

        declare_kinds(*letter_kinds.KINDS)
        merging.register()

        for model, witness in evidence.WITNESSES.items():
            counting.register_witness(model, witness)
        counting.register_expected(evidence.CONTACT, evidence.keys_of_contacts)
        counting.register_expected(evidence.STEP, evidence.keys_of_steps)

        ask, groups = _("Ask the desk"), _("Peer groups")
        menu.register(menu.Item(ask, "desk:ask", place="employers", order=10))
        menu.register(menu.Item(groups, "desk:groups", place="employers", order=20))
        menu.register(
            menu.Item(_("Desk"), "desk:requests", place="user", order=45, icon="mail", for_user=policies.works_at_desk)
        )
