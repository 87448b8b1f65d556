"""The back office's list of who else may sign people in, for who administers the platform."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialApp
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button

from lms.kernel.back_office import Remark, RolePolicy, ScopedViewSet
from lms.kernel.forms import GuardedForm, Text
from lms.people.models import Organisation, Role, User
from lms.people.providers import OIDC, NoProvider, address_of, callback_of, look_at, save_provider

WRONG = {
    "address": gettext_lazy("This is no safe address. It begins with https://, and so do the addresses it names."),
    "silent": gettext_lazy("Nobody answers at this address. See whether you copied all of it, and try again later."),
    "other": gettext_lazy(
        "This address answers, but not as a sign-in (OpenID Connect) does. Ask the provider for the address of its "
        "“discovery document”."
    ),
}


class ProviderForm(GuardedForm, forms.ModelForm):
    """A provider in a few fields. The secret is filled in and never shown; left empty it stays as it is."""

    name = Text(
        label=gettext_lazy("Name"),
        max_length=40,
        help_text=gettext_lazy("Stands on the button: “Log in with …”. For example eduID."),
    )
    provider_id = forms.CharField(
        label=gettext_lazy("Code in the address"),
        max_length=40,
        validators=[validate_slug],
        help_text=gettext_lazy("Letters, digits and dashes. The provider sends people back to an address with it."),
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Whose sign-in this is"),
        queryset=Organisation.objects.none(),
        required=False,
        to_field_name="uuid",
        help_text=gettext_lazy("For our own list. Signing in this way gives nobody a role or an employer."),
    )
    client_id = Text(label=gettext_lazy("Client ID"), max_length=191, numbers=True)
    secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        max_length=191,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("You cannot read it back here. Leave this empty to keep the one that is there."),
    )
    server_url = forms.URLField(
        label=gettext_lazy("Address of the provider"),
        max_length=300,
        assume_scheme="https",
        help_text=gettext_lazy(
            "For example https://connect.surfconext.nl. When you save we look whether a sign-in answers there."
        ),
    )

    class Meta:
        model = SocialApp
        fields = ["name", "provider_id", "client_id", "secret"]

    field_order = ["name", "provider_id", "organisation", "server_url", "client_id", "secret"]

    def __init__(self, *args: Any, for_user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.instance.settings or {}
        self.initial.update({name: kept.get(name, "") for name in ("server_url", "organisation")})
        organisations: Any = self.fields["organisation"]
        organisations.queryset = Organisation.objects.order_by("name")
        if self.instance.pk:
            self.fields["provider_id"].disabled = True
            self.fields["provider_id"].help_text = _("This stays: accounts are connected under it.")
        else:
            self.fields["secret"].required = True
            self.fields["secret"].help_text = _("You cannot read it back here later.")
        self.was = (self.instance.secret, kept.get("server_url"))

    def clean_provider_id(self) -> str:
        said: str = self.cleaned_data["provider_id"]
        if SocialApp.objects.filter(provider_id=said).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a provider with this code already. Choose another one."))
        return said

    def clean_secret(self) -> str:
        return self.cleaned_data["secret"] or self.was[0]

    def clean_server_url(self) -> str:
        address = address_of(self.cleaned_data["server_url"])
        if address != self.was[1]:
            try:
                look_at(address)
            except NoProvider as refused:
                raise ValidationError(str(WRONG[refused.why])) from None
        return address

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        organisation = said.get("organisation")
        self.instance.settings = (self.instance.settings or {}) | {
            "server_url": said.get("server_url", ""),
            "organisation": str(organisation.uuid) if organisation else "",
        }
        return said


class AdministratorsAlone(RolePolicy):
    """No role opens this: only who administers the platform."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return bool(user.is_active and user.is_superuser)


class ProviderViewSet(ScopedViewSet):
    model = SocialApp
    icon = "key"
    menu_label = gettext_lazy("Signing in elsewhere")
    policy_class = AdministratorsAlone
    may_write = (Role.OFFICER,)  # of which the policy above asks nothing
    inspect_view_enabled = False
    list_display = [
        "name",
        Column("organisation", label=gettext_lazy("Whose sign-in this is"), accessor=lambda app: organisation_of(app)),
        Column("code", label=gettext_lazy("Code in the address"), accessor="provider_id"),
        Column("address", label=gettext_lazy("Address of the provider"), accessor=lambda app: where(app)),
    ]
    ordering = "name"
    form_fields = ["name"]

    def left_out(self) -> set[str]:
        return super().left_out() | {"inspect"}

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**{"inspect_url_name": None, **kwargs})

    def scope(self, rows: models.QuerySet, user: User, verb: str) -> models.QuerySet:
        return rows.filter(provider=OIDC)

    def choices(self, name: str, model: type[models.Model], user: User) -> models.QuerySet:
        return model._default_manager.all()

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return ProviderForm

    def remarks(self, thing: SocialApp, user: User) -> list[Remark]:
        words = _("Enter this address with the provider, as the one to send people back to")
        return [Remark(words, [callback_of(thing.provider_id)], is_warning=False)]

    def links(self, thing: SocialApp) -> list[Button]:
        address = reverse("openid_connect_login", args=[thing.provider_id])
        return [Button(_("Try it"), url=address, icon_name="link-external", priority=2)]

    def save(self, form: Any, *, by: User) -> SocialApp:
        return save_provider(form.save(commit=False), by=by)


def where(provider: SocialApp) -> str:
    return str((provider.settings or {}).get("server_url", "")).partition("/.well-known/")[0]


def organisation_of(provider: SocialApp) -> str:
    number = (provider.settings or {}).get("organisation")
    found = Organisation.objects.filter(uuid=number).first() if number else None
    return found.name if found else "–"
