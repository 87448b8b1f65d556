"""The site's identity in the back office."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy
from wagtail import hooks

from lms.kernel.back_office import ScopedViewSet
from lms.kernel.context import forget_identity
from lms.kernel.models import SiteIdentity

OFFICE = ("officer",)  # lms.people names the roles; the kernel may not import it


class SiteIdentityViewSet(ScopedViewSet):
    model = SiteIdentity
    icon = "site"
    menu_label = gettext_lazy("Identity of the site")
    menu_order = 160
    add_to_admin_menu = True
    may_write = OFFICE
    may_delete = ()
    list_display = ["name", "email", "phone"]
    form_fields = [
        "name", "subline_nl", "subline_en", "about_nl", "about_en", "funding_nl", "funding_en", "email", "phone",
    ]  # fmt: skip

    def left_out(self) -> set[str]:
        """It is there from the first migration on: there is one to change."""
        return super().left_out() | {"add", "delete"}

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**{"add_url_name": None, "delete_url_name": None, **kwargs})

    def save(self, form: Any, *, by: Any) -> Any:
        saved = super().save(form, by=by)
        forget_identity()
        return saved


@hooks.register("register_admin_viewset")
def identity_in_the_back_office() -> SiteIdentityViewSet:
    return SiteIdentityViewSet("identity")
