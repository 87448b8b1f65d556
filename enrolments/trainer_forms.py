"""What a trainer fills in about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import TrainerLine
from lms.kernel.forms import AccessibleForm


class TrainerLineForm(AccessibleForm, forms.ModelForm):
    """One line in each language, and the tick without which nothing is shown."""

    class Meta:
        model = TrainerLine
        fields = ["text_nl", "text_en", "is_shown"]
        labels = {"is_shown": _("Show this beside my name on the pages of my courses")}
        help_texts = {"is_shown": _("You can take it away again at any time.")}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("is_shown") and not (said.get("text_nl") or said.get("text_en")) and not self.errors:
            self.add_error("text_nl", _("Write a line first, in Dutch or in English."))
        return said
