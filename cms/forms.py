"""The forms in which editors write pages."""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm


class HousePageForm(WagtailAdminPageForm):
    """A page about a house's course, or its lab: a coordinator chooses from their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from cms.policies import HOUSE_OF, rows_to_write_about  # it reads the models that use this form

        super().__init__(*args, **kwargs)
        model = self._meta.model
        field = self.fields.get(HOUSE_OF[model].partition("__")[0])
        if field and self.for_user:
            field.queryset = rows_to_write_about(self.for_user, model, field.queryset)
