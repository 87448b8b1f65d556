"""One's own account in the back office: Wagtail's page, with our names and our language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import (
    AccountView,
    BaseSettingsPanel,
    LocaleSettingsPanel,
    NameEmailSettingsPanel,
)

from lms.people.forms import OwnAccountForm


class OwnAccountPanel(BaseSettingsPanel):
    """In the place of two of Wagtail's: a name it would not keep, and a language beside the person's own."""

    name = "person"
    title = _("Name and language")
    order = 100
    form_class = OwnAccountForm


class OwnAccountView(AccountView):
    def get_panels(self) -> list[Any]:
        replaced = (NameEmailSettingsPanel, LocaleSettingsPanel)
        kept = [panel for panel in super().get_panels() if not isinstance(panel, replaced)]
        return [OwnAccountPanel(self.request, self.request.user, None), *kept]


own_account = require_admin_access(OwnAccountView.as_view())
