"""What those fill in who decide on a request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.kernel.forms import AccessibleForm, Text


class RefusalForm(AccessibleForm, forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=600,
        widget=forms.Textarea,
        help_text=_("The learner reads this, nobody else does. Write nothing about health."),
    )


class TalkForm(AccessibleForm, forms.Form):
    """When and where the intake talk is."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date", "class": "in in--s"}))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time", "class": "in in--s"}))
    place = Text(
        label=_("Where"),
        max_length=200,
        numbers=True,
        help_text=_("A room, a phone number, or the address of a meeting."),
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("day") and said.get("time"):
            said["talk_at"] = timezone.make_aware(datetime.combine(said["day"], said["time"]))
            if said["talk_at"] <= self.at:
                self.add_error("day", _("This moment is over. Choose a later one."))
        return said
