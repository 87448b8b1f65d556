"""Wagtail's admin as our back office: permissions from our roles, rows from our scopes, events for every change.

Wagtail's own viewsets ask per model, not per row (measured on 8.0.1: a policy that denies an instance still shows it
in list, export and edit form). So every viewset of ours derives from ScopedViewSet, whose every view reads its rows
through ``scope``, and whose form fields offer only what the user may see.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import models, transaction
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history, usage
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from lms.kernel.models import Event

if TYPE_CHECKING:
    from lms.people.models import User


class RolePolicy(BasePermissionPolicy):
    """Model-level permissions from roles: who may look, who may write. Which rows is the scope's matter."""

    def __init__(self, model: type[models.Model], *, view: Collection[str], write: Collection[str]) -> None:
        super().__init__(model)
        self.roles = {"view": {*view, *write}, "add": set(write), "change": set(write), "delete": set(write)}

    def user_has_permission(self, user: User, action: str) -> bool:
        if not user.is_active or not user.is_authenticated:
            return False
        return user.is_superuser or user.holds(*self.roles.get(action, ()))

    def users_with_any_permission(self, actions: Collection[str]) -> models.QuerySet:
        from django.contrib.auth import get_user_model

        roles = set().union(*(self.roles.get(action, set()) for action in actions))
        today = timezone.localdate()
        people = get_user_model()._default_manager
        return people.filter(
            models.Q(memberships__role__in=roles, memberships__starts_on__lte=today)
            & (models.Q(memberships__ends_on=None) | models.Q(memberships__ends_on__gte=today))
        ).distinct()


class DecisionRefused(Exception):
    """A decision could not be carried out; the text is for the person who took it."""


@dataclass(frozen=True)
class Decision:
    """A decision about one row of the back office (publish, cancel): asked again on a page of its own, then carried out.

    ``carry_out(thing, by)`` calls the action and answers what to tell; it raises DecisionRefused with the reason.
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


_DECISIONS: dict[type[models.Model], list[Decision]] = {}


def register_decision(decision: Decision) -> list[URLPattern]:
    """Enter a decision and answer its address, for the hook ``register_admin_urls``.

    An app may enter decisions about a lower app's model: cancelling an edition is known to enrolments, not to courses.
    """
    _DECISIONS.setdefault(decision.model, []).append(decision)

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        rows = decision.model._default_manager.allowing(request.user, decision.verb)  # type: ignore[attr-defined]
        thing = get_object_or_404(rows, pk=pk)
        back = reverse(f"{decision.model._meta.model_name}s:edit", args=[pk])
        if request.method == "POST":
            try:
                messages.success(request, decision.carry_out(thing, request.user))
            except DecisionRefused as refused:
                messages.error(request, str(refused))
            return redirect(back)
        words = {"decision": decision, "thing": thing, "back": back, "page_title": decision.label, "header_icon": decision.icon}
        return render(request, "back_office/decision.html", words)

    name = decision.model._meta.model_name
    return [path(f"{name}s/{decision.name}/<int:pk>/", view, name=decision.url_name)]


class _Decisions:
    """Adds the buttons of the decisions that are possible for this row."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [
            *super().header_more_buttons,
            *(
                Button(one.label, url=reverse(one.url_name, args=[self.object.pk]), icon_name=one.icon, priority=5)
                for one in _DECISIONS.get(type(self.object), [])
                if one.possible(self.object)
            ),
        ]


class _ScopedRows:
    """For the list and its export: the rows this user may see."""

    viewset: ScopedViewSet

    def get_base_queryset(self) -> models.QuerySet:
        return self.viewset.scope(super().get_base_queryset(), self.request.user)


class _ScopedObject:
    """For everything about one row: 404 when it lies outside the user's scope."""

    viewset: ScopedViewSet

    def get_object(self, *args: Any, **kwargs: Any) -> models.Model:
        found = super().get_object(*args, **kwargs)
        rows = self.viewset.scope(type(found)._default_manager.all(), self.request.user)
        if not rows.filter(pk=found.pk).exists():
            raise Http404
        return found


class _ScopedForm:
    """A form that offers only rows of the user's own scope and saves through the viewset's action."""

    viewset: ScopedViewSet

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(*args, **kwargs)
        for field in form.fields.values():
            if isinstance(field, ModelChoiceField) and hasattr(field.queryset, "visible_to"):
                field.queryset = field.queryset.visible_to(self.request.user)
        return form

    def save_instance(self) -> models.Model:
        with transaction.atomic():
            return self.viewset.save(self.form, by=self.request.user)


def _scoped(view: type, *mixins: type) -> type:
    """Wagtail's generic view with our scope; ``viewset`` is filled by the viewset that constructs it."""
    return type(f"Scoped{view.__name__}", (*mixins, view), {"viewset": None})


class ScopedViewSet(ModelViewSet):
    """A model in the back office. Subclasses name the roles and, where the model has none itself, the scope."""

    may_view: Collection[str] = ()
    may_write: Collection[str] = ()
    index_view_class = _scoped(generic.IndexView, _ScopedRows)
    add_view_class = _scoped(generic.CreateView, _ScopedForm)
    edit_view_class = _scoped(generic.EditView, _Decisions, _ScopedForm, _ScopedObject)
    delete_view_class = _scoped(generic.DeleteView, _ScopedObject)
    inspect_view_class = _scoped(generic.InspectView, _ScopedObject)
    history_view_class = _scoped(history.HistoryView, _ScopedObject)
    usage_view_class = _scoped(usage.UsageView, _ScopedObject)
    copy_view_enabled = False
    inspect_view_enabled = True

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        # Before anything asks for the model's policy: Wagtail would otherwise fall back on Django's permissions.
        register_permission_policy(self.model, RolePolicy(self.model, view=self.may_view, write=self.may_write))

    def scope(self, rows: models.QuerySet, user: User) -> models.QuerySet:
        """The rows of this model that the user may see here."""
        return rows.visible_to(user) if hasattr(rows, "visible_to") else rows

    def formfield_for_dbfield(self, db_field: models.Field, **kwargs: Any) -> Any:
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"  # the default of Django 6; saying so silences 5.2's warning
        return super().formfield_for_dbfield(db_field, **kwargs)

    def save(self, form: Any, *, by: User) -> models.Model:
        """Save a valid form and record who did it. Models with actions of their own override this."""
        is_new = form.instance.pk is None
        thing = form.save()
        Event.record(thing, f"{thing._meta.model_name}.{'created' if is_new else 'revised'}", by=by)
        return thing

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**{"viewset": self, **kwargs})


class ReadOnlyViewSet(ScopedViewSet):
    """Rows that only actions write: to look at, not to edit."""

    form_fields: Collection[str] = ()

    def get_urlpatterns(self) -> list:
        return [one for one in super().get_urlpatterns() if one.name in {"index", "index_results", "inspect"}]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        nowhere = dict.fromkeys(("add_url_name", "edit_url_name", "delete_url_name", "history_url_name", "usage_url_name"))
        return super().get_common_view_kwargs(**{**nowhere, **kwargs})
