"""Wagtail's admin as our back office: permissions from our roles, rows from our scopes, events for every change.

Wagtail's own viewsets ask per model, not per row (measured on 8.0.1: a policy that denies an instance still shows it
in list, export and edit form). So every viewset of ours derives from ScopedViewSet: each of its views reads its rows
through ``rows``, forms and filters offer only what the user may choose, and what is saved must lie within the scope.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.contrib.auth.models import Permission
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError, Q, RestrictedError
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import formfield_for_dbfield
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import BaseChooser
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.coreutils import multigetattr
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from lms.kernel.forms import guard
from lms.kernel.models import Event
from lms.kernel.spreadsheets import csv_file, xlsx_file

if TYPE_CHECKING:
    from lms.people.models import User
    from lms.people.requests import SignedInRequest

SPREADSHEETS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Refused(Exception):
    """What was asked cannot be done; the text is for the person who asked."""


# Who may what ---------------------------------------------------------------------------------------------------------


class RolePolicy(BasePermissionPolicy):
    """From roles: who may look, who may write, and which rows. Wagtail asks it for menus, links and buttons too."""

    def __init__(self, viewset: ScopedViewSet) -> None:
        super().__init__(viewset.model)
        write: set[str] = set(viewset.may_write)
        self.viewset = viewset
        self.roles = {
            "view": write.union(viewset.may_view),
            "add": write,
            "change": write,
            "delete": write if viewset.may_delete is None else set(viewset.may_delete),
        }

    def user_has_permission(self, user: User, action: str) -> bool:
        roles = self.roles.get(action, set())
        return bool(roles) and user.is_active and (user.is_superuser or user.holds(*roles))

    def user_has_permission_for_instance(self, user: User, action: str, instance: models.Model) -> bool:
        verb = "view" if action == "view" else "edit"
        return self.user_has_permission(user, action) and (
            self.viewset.rows(user, verb).filter(pk=instance.pk).exists()
        )

    def instances_user_has_any_permission_for(self, user: User, actions: Collection[str]) -> models.QuerySet:
        return self.viewset.rows(user, "view" if "view" in actions else "edit")

    def users_with_any_permission(self, actions: Collection[str]) -> models.QuerySet:
        from django.contrib.auth import get_user_model  # not there yet while Wagtail loads its hooks

        roles = {role for action in actions for role in self.roles.get(action, ())}
        today = timezone.localdate()
        people = get_user_model()._default_manager
        return people.filter(
            Q(memberships__role__in=roles, memberships__starts_on__lte=today)
            & (Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=today))
        ).distinct()


_VIEWSETS: dict[type[models.Model], ScopedViewSet] = {}


def choosable(model: type[models.Model], user: User, verb: str) -> models.QuerySet:
    """The rows of a model that a form (``edit``) or a filter (``view``) may offer this user.

    Fails for a model about which nobody said who may see it: a list that shows too much is found too late.
    """
    rows = model._default_manager.all()
    if hasattr(rows, "allowing"):
        return rows.allowing(user, verb)
    if model in _VIEWSETS:
        return _VIEWSETS[model].rows(user, "view")
    raise ImproperlyConfigured(f"Nobody says who may choose a {model.__name__}: give it a ScopedViewSet or a scope.")


def viewset_of(model: type[models.Model]) -> ScopedViewSet:
    return _VIEWSETS[model]


# Decisions ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decision:
    """A decision about one row of the back office (publish, cancel): asked again on a page of its own, then taken.

    ``carry_out(thing, by)`` calls the action and answers what to tell; it raises Refused with the reason.
    ``possible(thing)`` says whether the button is shown.
    """

    model: type[models.Model]
    name: str
    label: str | Promise
    question: str | Promise
    verb: str
    icon: str
    carry_out: Callable[[Any, User], str]
    possible: Callable[[Any], bool]
    is_serious: bool = False

    @property
    def url_name(self) -> str:
        return f"decide_{self.model._meta.model_name}_{self.name}"


@dataclass(frozen=True)
class Remark:
    """What someone should know who looks at a row: above its form, as a list. An item may lead somewhere."""

    heading: str
    items: Collection[str | tuple[str, str]]
    is_warning: bool = True

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Text and address (which may be empty) of each item."""
        return [one if isinstance(one, tuple) else (one, "") for one in self.items]


_DECISIONS: dict[type[models.Model], list[Decision]] = {}


def register_decision(decision: Decision) -> list[URLPattern]:
    """Enter a decision and answer its address, for the hook ``register_admin_urls``.

    An app may enter decisions about a lower app's model: cancelling an edition is known to enrolments, not to courses.
    """
    _DECISIONS.setdefault(decision.model, []).append(decision)

    def view(request: SignedInRequest, pk: int) -> HttpResponse:
        rows = decision.model._default_manager.allowing(request.user, decision.verb)  # type: ignore[attr-defined]
        thing = get_object_or_404(rows, pk=pk)
        viewset = _VIEWSETS[decision.model]
        back = reverse(viewset.get_url_name(viewset.page_of_one), args=[pk])
        if request.method == "POST":
            try:
                messages.success(request, decision.carry_out(thing, request.user))
            except Refused as refused:
                messages.error(request, str(refused))
            return redirect(back)
        if not decision.possible(thing):
            messages.warning(request, _("This was decided already."))
            return redirect(back)
        listed = reverse(viewset.get_url_name("index"))
        return render(
            request,
            "back_office/decision.html",
            {
                "decision": decision,
                "thing": thing,
                "back": back,
                "header_title": f"{decision.label}: {thing}",
                "header_icon": decision.icon,
                "breadcrumbs_items": [
                    {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                    {"url": listed, "label": capfirst(decision.model._meta.verbose_name_plural)},
                    {"url": back, "label": str(thing)},
                    {"url": "", "label": decision.label},
                ],
            },
        )

    name = decision.model._meta.model_name
    return [path(f"{name}s/{decision.name}/<int:pk>/", view, name=decision.url_name)]


# Views ----------------------------------------------------------------------------------------------------------------


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
        viewset = _VIEWSETS[self._meta.model]
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
    """Adds the buttons of the decisions about this row that are possible, and this user's to take."""

    object: models.Model
    request: SignedInRequest

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [
            HeaderButton(
                one.label, url=reverse(one.url_name, args=[self.object.pk]), icon_name=one.icon, priority=number
            )
            for number, one in enumerate(_DECISIONS.get(type(self.object), []))
            if one.possible(self.object)
            and type(self.object)._default_manager.allowing(self.request.user, one.verb).filter(pk=self.object.pk)  # type: ignore[attr-defined]
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
        return _VIEWSETS[self.model].told(instance)

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


# Viewsets -------------------------------------------------------------------------------------------------------------


class ScopedViewSet(ModelViewSet):
    """A model in the back office. Subclasses name the roles and, where the model has none itself, the scope."""

    may_view: Collection[str] = ()
    may_write: Collection[str] = ()
    may_delete: Collection[str] | None = None  # None: who may write
    list_select_related: Collection[str] = ()
    policy_class: type[RolePolicy] = RolePolicy
    # For the history: verbs of events and what they say. Created, revised and deleted are told already.
    says: Mapping[str, str | Promise] = {}
    index_view_class = _scoped(generic.IndexView, _ScopedRows)
    add_view_class = _scoped(generic.CreateView, _ScopedForm)
    edit_view_class = _scoped(generic.EditView, _ScopedForm, _EditedObject)
    delete_view_class = _scoped(generic.DeleteView, _ScopedDelete)
    inspect_view_class = _scoped(generic.InspectView, _InspectedObject)
    history_view_class = EventHistoryView
    edit_template_name = "back_office/edit.html"
    inspect_template_name = "back_office/inspect.html"
    copy_view_enabled = False
    inspect_view_enabled = True
    has_history = True
    page_of_one = "edit"
    # Wagtail's index of references costs queries at every save of a row, and its usage pages would name rows of other
    # houses. What hangs on a row is the database's to say, when someone deletes it.
    add_to_reference_index = False
    # Whether Wagtail at large asks this viewset about the model, or something stricter.
    speaks_for_model = True

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.policy = self.policy_class(self)
        _VIEWSETS[self.model] = self
        if self.speaks_for_model:
            # Before anything asks for the model's policy: Wagtail would otherwise fall back on Django's permissions.
            register_permission_policy(self.model, self.policy)

    # What subclasses say

    def scope(self, rows: models.QuerySet, user: User, verb: str) -> models.QuerySet:
        """Of these rows those that the user may ``view`` or ``edit`` here."""
        return rows.allowing(user, verb) if hasattr(rows, "allowing") else rows

    def choices(self, name: str, model: type[models.Model], user: User) -> models.QuerySet:
        """The rows that the form field ``name`` may offer."""
        return self.narrow(name, choosable(model, user, "edit"))

    def narrow(self, name: str, rows: models.QuerySet) -> models.QuerySet:
        """Of the rows within scope those that make sense for this field or filter."""
        return rows

    def links(self, thing: Any) -> list[Button]:
        """What else belongs to a row, for the menu of its edit page."""
        return []

    def remarks(self, thing: Any, user: User) -> list[Remark]:
        """What this user should know about a row who edits or inspects it; remarks without items are left out."""
        return []

    def save(self, form: Any, *, by: User) -> Any:
        """Save a valid form and record who did it. Models with actions of their own override this."""
        is_new = form.instance._state.adding  # noqa: SLF001  (Django documents it)
        thing = form.save()
        Event.record(thing, f"{thing._meta.model_name}.{'created' if is_new else 'revised'}", by=by)
        return thing

    def delete(self, thing: Any, *, by: User) -> None:
        Event.record(thing, f"{thing._meta.model_name}.deleted", by=by)
        thing.delete()

    # What follows from it

    def rows(self, user: User, verb: str) -> models.QuerySet:
        """Every row that this user may ``view`` or ``edit``: by role, then by scope."""
        rows = self.model._default_manager.all()
        if not self.policy.user_has_permission(user, "view" if verb == "view" else "change"):
            return rows.none()
        return self.scope(rows, user, verb)

    def told(self, event: Event) -> str:
        """An event in words; one that nobody has words for keeps its verb."""
        general = {
            "created": gettext_lazy("Created"),
            "revised": gettext_lazy("Changed"),
            "deleted": gettext_lazy("Deleted"),
        }
        return str(self.says.get(event.verb) or general.get(event.verb.partition(".")[2]) or event.verb)

    def formfield_for_dbfield(self, db_field: models.Field, **kwargs: Any) -> Any:
        """Wagtail's widgets, also without panels; but its slug field would write our codes in lower case."""
        if isinstance(db_field, models.SlugField):
            kwargs.setdefault("widget", forms.TextInput)
        return formfield_for_dbfield(db_field, **kwargs)

    @cached_property
    def menu_item_class(self) -> type:
        policy = self.policy
        shown = {"is_shown": lambda _item, request: policy.user_has_permission(request.user, "view")}
        return type(f"{self.model.__name__}MenuItem", (super().menu_item_class,), shown)

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        ours = {"viewset": self, "permission_policy": self.policy, "usage_url_name": None}
        return super().get_common_view_kwargs(**{**ours, **kwargs})

    def get_permissions_to_register(self) -> models.QuerySet:
        """None: a tick in Wagtail's form for groups would do nothing, since roles decide."""
        return Permission.objects.none()

    def get_urlpatterns(self) -> list[URLPattern]:
        return [one for one in super().get_urlpatterns() if one.name not in self.left_out()]

    def left_out(self) -> set[str]:
        """Names of the views that this viewset does not have."""
        return {"usage"} | (set() if self.has_history else {"history", "history_results"})


class ReadOnlyViewSet(ScopedViewSet):
    """Rows that only actions write: to look at, not to edit."""

    form_fields: Collection[str] = ()
    page_of_one = "inspect"

    def left_out(self) -> set[str]:
        return super().left_out() | {"add", "edit", "delete"}

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        nowhere = dict.fromkeys(("add_url_name", "edit_url_name", "delete_url_name"))
        return super().get_common_view_kwargs(**{**nowhere, **kwargs})
