"""Wagtail's generic views with our scopes: what each shows, offers, saves and deletes lies within them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError, Q, RestrictedError
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history
from wagtail.admin.widgets import BaseChooser
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.coreutils import multigetattr

from lms.kernel.back_office.decisions import Refused, open_decisions
from lms.kernel.back_office.scopes import choosable, viewset_of
from lms.kernel.forms import guard
from lms.kernel.models import Event
from lms.kernel.spreadsheets import csv_file, xlsx_file

if TYPE_CHECKING:
    from lms.people.requests import SignedInRequest

SPREADSHEETS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class _Screen:
    """For every view: who has no business here at all finds no page, as with a row outside their scope."""

    viewset: Any  # a ScopedViewSet
    request: SignedInRequest
    object: Any

    def setup(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> None:
        if not self.viewset.policy.user_has_permission(request.user, "view"):
            raise Http404
        super().setup(request, *args, **kwargs)  # type: ignore[misc]  # mixed into a view


class ScopedFilterSet(WagtailFilterSet):
    """Filters whose choices are rows that the user may see: a list of names is a leak like any other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        viewset = viewset_of(self._meta.model)
        for name, one in self.filters.items():
            if isinstance(one, django_filters.ModelChoiceFilter):
                rows = choosable(one.queryset.model, self.request.user, "view")
                one.queryset = viewset.narrow(name.split("__")[-1], rows)


class _ScopedRows(_Screen):
    """For the list and its export: the rows this user may see, with links to those they may change."""

    base_filterset_class = ScopedFilterSet
    list_export: Collection[str]
    _shown: Collection[models.Model] = ()

    def get_base_queryset(self) -> models.QuerySet:
        return self.viewset.rows(self.request.user, "view").select_related(*self.viewset.list_select_related)

    @cached_property
    def _editable(self) -> set[Any]:
        rows = self.viewset.rows(self.request.user, "edit")
        return set(rows.filter(pk__in=[one.pk for one in self._shown]).values_list("pk", flat=True))

    def paginate_queryset(self, *args: Any) -> Any:
        found = super().paginate_queryset(*args)  # type: ignore[misc]
        self._shown = list(found[2])
        return found

    def _url_for_change(self, url: str | None, thing: models.Model) -> str | None:
        return url if url and thing.pk in self._editable else None

    def get_edit_url(self, instance: models.Model) -> str | None:
        return self._url_for_change(super().get_edit_url(instance), instance)  # type: ignore[misc]

    def get_delete_url(self, instance: models.Model) -> str | None:
        return self._url_for_change(super().get_delete_url(instance), instance)  # type: ignore[misc]

    def as_spreadsheet(self, queryset: models.QuerySet, spreadsheet_format: str) -> HttpResponse:
        """Our own writer: Wagtail's gives UTC, commas and cells that a spreadsheet runs as formulas."""
        headings = [str(self.get_heading(queryset, name)) for name in self.list_export]  # type: ignore[attr-defined]
        rows = [[_cell(thing, name) for name in self.list_export] for thing in queryset]
        if spreadsheet_format == "csv":
            content = csv_file([headings, *rows])
        else:
            content = xlsx_file(headings, rows, title=str(self.viewset.menu_label))
        name = f"{self.viewset.name}_{timezone.localdate():%Y-%m-%d}.{spreadsheet_format}"
        return HttpResponse(
            content,
            content_type=SPREADSHEETS[spreadsheet_format],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _cell(thing: models.Model, name: str) -> Any:
    """A value as a person reads it: the label of a choice, the local clock."""
    display = getattr(thing, f"get_{name}_display", None)
    value = display() if display else multigetattr(thing, name)
    if isinstance(value, datetime):
        return timezone.make_naive(value)
    return value if value is None or isinstance(value, int | float | str) else str(value)


class _ScopedObject(_Screen):
    """For everything about one row: 404 when it lies outside the user's scope, refused when only to be looked at."""

    verb = "edit"

    def setup(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> None:
        for verb in ("view", self.verb):
            if not self.viewset.rows(request.user, verb).filter(pk=kwargs["pk"]).exists():
                raise Http404 if verb == "view" else PermissionDenied
        super().setup(request, *args, **kwargs)


class _Decisions:
    """Adds the buttons of the decisions about this row."""

    object: models.Model
    request: SignedInRequest

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [
            HeaderButton(
                one.label, url=reverse(one.url_name, args=[self.object.pk]), icon_name=one.icon, priority=number
            )
            for number, one in enumerate(open_decisions(self.object, self.request.user))
        ]


class _Remarks:
    """Adds what is to be known about this row."""

    object: Any
    viewset: Any
    request: SignedInRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        remarks = [one for one in self.viewset.remarks(self.object, self.request.user) if one.items]
        return super().get_context_data(**kwargs) | {"remarks": remarks}  # type: ignore[misc]


class _InspectedObject(_Remarks, _Decisions, _ScopedObject):
    verb = "view"

    def get_edit_url(self) -> str | None:
        return super().get_edit_url() if self._may("change") else None  # type: ignore[misc]

    def get_delete_url(self) -> str | None:
        return super().get_delete_url() if self._may("delete") else None  # type: ignore[misc]

    def _may(self, action: str) -> bool:
        return self.viewset.policy.user_has_permission_for_instance(self.request.user, action, self.object)

    def get_field_display_value(self, field_name: str, field: models.Field | None) -> Any:
        """Moments on the local clock, yes and no in words, and nothing as a dash."""
        value = super().get_field_display_value(field_name, field)  # type: ignore[misc]
        match value:
            case None | "":
                return "–"
            case bool():
                return _("Yes") if value else _("No")
            case datetime():
                return timezone.localtime(value)
        return value

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        told = Button(
            _("History"),
            url=reverse(self.viewset.get_url_name("history"), args=[self.object.pk]),
            icon_name="history",
            priority=30,
        )
        return [*super().header_more_buttons, *([told] if self.viewset.has_history else [])]  # type: ignore[misc]


class _EditedObject(_Remarks, _Decisions, _ScopedObject):
    """With what else belongs to the row at hand."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [*super().header_more_buttons, *self.viewset.links(self.object)]  # type: ignore[misc]

    def get_last_updated_info(self) -> None:
        """Not from Wagtail's log, in which our rows do not stand: the history page has our events."""


class _ScopedForm(_Screen):
    """A form that offers only rows within the user's scope, says what the database would refuse, and saves through the
    viewset's action."""

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        form = guard(super().get_form(*args, **kwargs))  # type: ignore[misc]
        for name, field in form.fields.items():
            if isinstance(field, ModelChoiceField):
                self._offer(form, name, field)
        return form

    def _offer(self, form: forms.ModelForm, name: str, field: Any) -> None:
        rows = self.viewset.choices(name, field.queryset.model, self.request.user)
        # What stands may stay, or saving a row would silently drop what another put there.
        now = form.initial.get(name) if form.instance.pk else None
        standing = [getattr(one, "pk", one) for one in (now if isinstance(now, list | tuple) else [now]) if one]
        field.queryset = field.queryset.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=standing))
        if form.is_bound or form.instance.pk or not isinstance(field.widget, forms.Select | BaseChooser):
            return
        if isinstance(field, ModelMultipleChoiceField):
            return
        if name in self.request.GET:  # begun from another row: ?edition=12
            form.initial[name] = self.request.GET[name]
        elif field.required and len(only := list(field.queryset[:2])) == 1:
            form.initial[name] = only[0].pk

    def is_valid(self, form: forms.ModelForm) -> bool:
        """Also by the constraints about columns that are not in the form, which Django leaves to the database."""
        if super().is_valid(form):  # type: ignore[misc]
            try:
                form.instance.validate_constraints()
            except ValidationError as wrong:
                for name, errors in wrong.error_dict.items():
                    form.add_error(name if name in form.fields else None, errors)
        if form.errors:
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
        return not form.errors

    def form_valid(self, form: forms.ModelForm) -> HttpResponse:
        was = form.instance.pk
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except Refused as refused:
            form.add_error(None, str(refused))
        except IntegrityError:  # someone else changed what this depends on, between our look and our write
            form.add_error(None, _("Meanwhile something changed that does not go with this. Look again and save."))
        form.instance.pk, form.instance._state.adding = was, was is None  # noqa: SLF001  (Django documents it)
        self.is_valid(form)
        return self.form_invalid(form)  # type: ignore[attr-defined]

    def save_instance(self) -> models.Model:
        user = self.request.user
        with transaction.atomic():
            thing = self.viewset.save(self.form, by=user)  # type: ignore[attr-defined]
            if not self.viewset.rows(user, "edit").filter(pk=thing.pk).exists():
                raise PermissionDenied(f"User {user.pk} may not put {type(thing).__name__} {thing.pk} where it is.")
        return thing


class _ScopedDelete(_ScopedObject):
    """Deletes through the viewset's action, and says why when something hangs on the row."""

    def delete_action(self) -> None:
        with transaction.atomic():
            self.viewset.delete(self.object, by=self.request.user)

    def form_valid(self, form: Any) -> HttpResponse:
        thing, pk = self.object, self.object.pk
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except Refused as refused:
            reason = str(refused)
        except ProtectedError as protected:
            reason = _hanging_on(thing, protected.protected_objects)
        except RestrictedError as restricted:
            reason = _hanging_on(thing, restricted.restricted_objects)
        messages.error(self.request, reason)
        return redirect(self.viewset.get_url_name(self.viewset.page_of_one), pk)


def _hanging_on(thing: models.Model, others: Collection[models.Model]) -> str:
    """Which kinds of rows stand in the way; not which rows, since they may be another house's."""
    kinds = sorted({str(type(one)._meta.verbose_name_plural) for one in others})
    return _("%(thing)s cannot be deleted: %(kinds)s hang on it.") % {"thing": thing, "kinds": ", ".join(kinds)}


class _Told(Column):
    """What happened, in words."""

    def get_value(self, instance: Event) -> str:
        return viewset_of(self.model).told(instance)

    def __init__(self, model: type[models.Model], **kwargs: Any) -> None:
        super().__init__("verb", **kwargs)
        self.model = model


class EventHistoryView(_ScopedObject, history.HistoryView):
    """Our own events, newest first: Wagtail's log knows nothing of what actions and background work do."""

    viewset: Any = None  # filled by the viewset that constructs the view
    verb = "view"
    any_permission_required = ["view"]
    filterset_class = None
    is_searchable = False

    @cached_property
    def columns(self) -> list[Column]:
        return [
            _Told(self.model, label=_("What")),
            Column("by", label=_("By"), accessor=lambda event: event.by or _("the platform"), width="30%"),
            DateColumn("at", label=_("When"), width="20%"),
        ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return super().header_buttons if self.get_edit_url(self.object) else []

    def get_edit_url(self, instance: models.Model) -> str | None:
        may = self.viewset.policy.user_has_permission_for_instance(self.request.user, "change", instance)
        return super().get_edit_url(instance) if may else None

    def get_base_queryset(self) -> models.QuerySet:
        return Event.objects.about(self.object).select_related("by").order_by("-at", "-pk")

    @cached_property
    def verbose_name_plural(self) -> str:
        return str(Event._meta.verbose_name_plural)


def _scoped(view: type, *mixins: type) -> type:
    """Wagtail's generic view with our scope; ``viewset`` is filled by the viewset that constructs it."""
    return type(f"Scoped{view.__name__}", (*mixins, view), {"viewset": None})


IndexView = _scoped(generic.IndexView, _ScopedRows)
CreateView = _scoped(generic.CreateView, _ScopedForm)
EditView = _scoped(generic.EditView, _ScopedForm, _EditedObject)
DeleteView = _scoped(generic.DeleteView, _ScopedDelete)
InspectView = _scoped(generic.InspectView, _InspectedObject)
