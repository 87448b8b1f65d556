"""What an app says of a model in the back office: roles, scope, and what is particular about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import Permission
from django.db import models
from django.urls import URLPattern
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import formfield_for_dbfield
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.permissions import register_permission_policy

from lms.kernel.back_office import views
from lms.kernel.back_office.decisions import Remark
from lms.kernel.back_office.scopes import RolePolicy, choosable, enter
from lms.kernel.models import Event

if TYPE_CHECKING:
    from lms.people.models import User


class ScopedViewSet(ModelViewSet):
    """A model in the back office. Subclasses name the roles and, where the model has none itself, the scope."""

    may_view: Collection[str] = ()
    may_write: Collection[str] = ()
    may_delete: Collection[str] | None = None  # None: who may write
    list_select_related: Collection[str] = ()
    policy_class: type[RolePolicy] = RolePolicy
    # For the history: verbs of events and what they say. Created, revised and deleted are told already.
    says: Mapping[str, str | Promise] = {}
    index_view_class = views.IndexView
    add_view_class = views.CreateView
    edit_view_class = views.EditView
    delete_view_class = views.DeleteView
    inspect_view_class = views.InspectView
    history_view_class = views.EventHistoryView
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
        enter(self)
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
