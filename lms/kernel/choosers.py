"""A searchable way to choose one of many rows, within the scope of who chooses: for forms that would load them all.

Wagtail's own chooser offers every row of the table, and names any row whose key it is given. Ours asks the same scope
as our lists do, at each of its addresses.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser

from lms.kernel.back_office import choosable, viewset_of

if TYPE_CHECKING:
    from lms.people.requests import SignedInRequest

LONGEST_QUESTION = 80


class ScopedChooser(BaseChooser):
    """Names only rows that its field offers, whatever key a crafted form or address brings."""

    show_edit_link = False

    def get_instance(self, value: Any) -> models.Model | None:
        if value is None or isinstance(value, models.Model):
            return value
        try:
            found: models.Model | None = self.choices.queryset.filter(pk=value).first()
        except (ValueError, OverflowError):
            return None
        return found


class _Guarded:
    """For each view: who may not see the list of these rows finds no page."""

    model_class: type[models.Model]
    request: Any

    def setup(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> None:
        viewset = viewset_of(self.model_class)
        if not viewset.policy.user_has_permission(request.user, "view"):
            raise Http404
        super().setup(request, *args, **kwargs)  # type: ignore[misc]  # mixed into a view

    def get_object_list(self) -> models.QuerySet:
        return choosable(self.model_class, self.request.user, "view")

    def get_object(self, pk: str) -> models.Model:
        if not pk.isdecimal() or len(pk) > 18:
            raise Http404
        return get_object_or_404(self.get_object_list(), pk=pk)

    def get_objects(self, pks: Collection[str]) -> list[models.Model]:
        return [self.get_object(pk) for pk in pks]

    def can_create(self) -> bool:
        return False


class _Listed(_Guarded):
    list_columns: Collection[str] = ()

    def get_object_list(self) -> models.QuerySet:
        return super().get_object_list().select_related(*self.list_columns)

    @property
    def columns(self) -> list[Column]:
        field = self.model_class._meta.get_field
        extra = [Column(name, label=capfirst(field(name).verbose_name)) for name in self.list_columns]  # type: ignore[union-attr]
        return [*super().columns, *extra]  # type: ignore[misc]


class _Choose(_Listed, chooser.ChooseView):
    pass


class _ChooseResults(_Listed, chooser.ChooseResultsView):
    pass


class _Chosen(_Guarded, chooser.ChosenView):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self.get_chosen_response(self.get_object(pk))


class _ChosenMultiple(_Guarded, chooser.ChosenMultipleView):
    pass


class ScopedChooserViewSet(ChooserViewSet):
    """A chooser for a model that has a ScopedViewSet; ``search_fields`` are looked through."""

    search_fields: Collection[str] = ()
    list_columns: Collection[str] = ()  # foreign keys that tell rows apart
    ordering: str | None = None
    per_page = 20
    choose_view_class = _Choose
    choose_results_view_class = _ChooseResults
    chosen_view_class = _Chosen
    chosen_multiple_view_class = _ChosenMultiple
    base_widget_class = ScopedChooser

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        ours = {
            "filter_form_class": self.filter_form_class,
            "list_columns": self.list_columns,
            "ordering": self.ordering,
        }
        return super().get_common_view_kwargs(**{**ours, **kwargs})

    @property
    def filter_form_class(self) -> type[forms.Form]:
        fields = self.search_fields

        class FilterForm(BaseFilterForm):
            q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=LONGEST_QUESTION)

            def filter(self, objects: models.QuerySet) -> models.QuerySet:
                asked = self.cleaned_data.get("q", "")
                for word in asked.split():
                    objects = objects.filter(Q(*((f"{name}__icontains", word) for name in fields), _connector=Q.OR))
                if asked:
                    self.is_searching, self.search_query = True, asked
                return objects

        return FilterForm

    def get_urlpatterns(self) -> list[Any]:
        return [one for one in super().get_urlpatterns() if one.name != "create"]

    @property
    def create_view(self) -> Any:
        """Not there: rows are made on their own pages, by their own actions."""
        return self.chosen_view
