"""Who takes part: enrolments, attendance, completion."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrolmentsConfig(AppConfig):
    name = "enrolments"
    label = "enrolments"
    verbose_name = _("Enrolments")

    def ready(self) -> None:
        from enrolments import merging  # models and addresses are not there before
        from lms.kernel import menu
        from lms.people.models import Role

        merging.register()

        menu.register(menu.Item(_("My learning"), "enrolments:my", place="user", order=10, icon="graduation-cap"))
        menu.register(
            menu.Item(
                _("My sessions"),
                "enrolments:trainer",
                place="user",
                order=20,
                icon="calendar-days",
                for_user=lambda user: user.holds(Role.TRAINER, Role.COORDINATOR, Role.OFFICER),
            )
        )
        menu.register(
            menu.Item(
                _("My editions"),
                "enrolments:cockpit_editions",
                place="user",
                order=15,
                icon="gauge",
                for_user=lambda user: user.holds(Role.COORDINATOR, Role.OFFICER),
            )
        )
        menu.register(
            menu.Item(
                _("Learning in your company"),
                "enrolments:employer",
                place="user",
                order=30,
                icon="factory",
                for_user=lambda user: user.holds(Role.HR),
            )
        )
        menu.register(
            menu.Item(
                _("Groups of companies"),
                "enrolments:groups",
                place="user",
                order=25,
                icon="users",
                for_user=lambda user: user.holds(Role.COORDINATOR, Role.OFFICER) and not user.holds(Role.HR),
            )
        )
        # The pages of the employer's room; other apps add theirs in between.
        for label, url, order in (
            (_("Overview"), "enrolments:employer", 10),
            (_("Groups"), "enrolments:groups", 15),
            (_("People"), "enrolments:staff", 20),
            (_("Requests"), "enrolments:employer_approvals", 25),
            (_("Departments"), "enrolments:departments", 30),
            (_("HR colleagues"), "enrolments:colleagues", 90),
        ):
            menu.register(menu.Item(label, url, place="employer", order=order))
        menu.register(menu.Item(_("Become HR of your company"), "enrolments:claim", place="employers", order=30))
