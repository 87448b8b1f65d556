"""What HR fills in for its systems."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from lms.kernel.forms import AccessibleForm, Text
from lms.messages.webhooks import wire
from lms.messages.webhooks.models import Webhook
from lms.people.models import ApiToken

DAYS = (30, 90, 180, 365)


class KeyForm(AccessibleForm, forms.Form):
    """A key for one system, no wider and no longer than it needs."""

    name = Text(label=_("Name"), max_length=60, help_text=_("Which system uses it, for example: personnel system."))
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=[(scope.value, scope.label) for scope in ApiToken.Scope],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("No more than the system needs. You can make a second key for a second system."),
    )
    days = forms.TypedChoiceField(
        label=_("How long does it work?"),
        choices=[(days, ngettext_lazy("%d day", "%d days", days) % days) for days in DAYS],
        coerce=int,
        initial=365,
        help_text=_("Make a new key before this one ends; both work beside each other."),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        return name


class WebhookForm(AccessibleForm, forms.Form):
    """Where a system listens, and to what."""

    url = forms.CharField(
        label=_("Address"),
        max_length=300,
        help_text=_("Where your system listens. It begins with https:// and is reachable from the internet."),
        widget=forms.URLInput,
    )
    events = forms.MultipleChoiceField(
        label=_("What should it hear?"), choices=Webhook.Event.choices, widget=forms.CheckboxSelectMultiple
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        try:
            wire.checked(url)
        except wire.NotOutward:
            raise forms.ValidationError(
                _("This is not an address that we can send to. Write it like this: https://hr.company.nl/hook.")
            ) from None
        return url
