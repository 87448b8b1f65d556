"""People, their organisations and their roles."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    name = "lms.people"
    label = "people"
    verbose_name = _("People")
    default = True

    def ready(self) -> None:
        from lms.kernel import menu
        from lms.kernel.letter_kinds import declare_kinds
        from lms.people import employer_merging, letter_kinds, merging

        declare_kinds(*letter_kinds.KINDS)
        merging.register()
        employer_merging.register()
        menu.register(menu.Item(_("How you sign in"), "mfa_index", place="user", order=90, icon="shield-check"))


class AdministratorsConfig(WagtailUsersAppConfig):
    """Wagtail's own screens for users and groups, in the place of ``wagtail.users``: for who installs the platform.

    Everyone else meets people in the back office's own screens, within their role.
    """

    user_viewset = "lms.people.administrators.AdministratorViewSet"

    def ready(self) -> None:
        super().ready()
        from lms.people.administrators import close_to_others  # needs the models

        close_to_others()
