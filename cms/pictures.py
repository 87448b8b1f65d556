"""The form for a picture: what it shows, in words, before it can stand anywhere."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm

from lms.kernel.forms import GuardedForm


class PictureForm(GuardedForm, BaseImageForm):
    """Wagtail's, in which the description is asked for: it is what every page shows who cannot see the picture."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if description := self.fields.get("description"):
            description.required = True
            description.label = _("What the picture shows")
            description.help_text = _(
                "One sentence, for who cannot see it: “Two people set up a robot arm.” Not “image”, not a file's name."
            )

    def clean_description(self) -> str:
        """A name of a file says nothing to anyone."""
        said = " ".join(self.cleaned_data["description"].split())
        if said.lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")):
            self.add_error("description", _("This is the name of a file. Say what the picture shows."))
        return said
