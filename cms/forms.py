"""The forms in which editors write pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import StreamValue

from lms.kernel.forms import GuardedForm, refuse_bsn


class PageForm(GuardedForm, WagtailAdminPageForm):
    """Everyone reads a page: no number of a person in any of its texts, also not inside its blocks."""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for name, value in list(said.items()):
            if isinstance(value, StreamValue):
                try:
                    refuse_bsn(" ".join(value.stream_block.get_searchable_content(value)))
                except ValidationError as wrong:
                    self.add_error(name, wrong)
        return said


class HousePageForm(PageForm):
    """A page about a house's course, or its lab: a coordinator chooses from their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from cms.policies import HOUSE_OF, rows_to_write_about  # it reads the models that use this form

        super().__init__(*args, **kwargs)
        model = self._meta.model
        field = self.fields.get(HOUSE_OF[model].partition("__")[0])
        if field and self.for_user:
            field.queryset = rows_to_write_about(self.for_user, model, field.queryset)
