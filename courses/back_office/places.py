"""Where sessions are held: buildings and their rooms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from courses.back_office.facts import HOUSE
from courses.models import ClosedPeriod, Location, Room
from lms.kernel.back_office import ScopedViewSet
from lms.people.models import Organisation, Role, User


class LocationViewSet(ScopedViewSet):
    model = Location
    icon = "site"
    may_write = HOUSE
    list_display = ["name", "city", "organisation"]
    list_export = ["name", "street", "postcode", "city", "organisation"]
    list_select_related = ["organisation"]
    search_fields = ["name", "city"]
    form_fields = ["organisation", "name", "street", "postcode", "city"]

    def scope(self, rows: models.QuerySet, user: User, verb: str) -> models.QuerySet:
        return rows.filter(organisation__in=Organisation.objects.allowing(user, "edit"))

    def narrow(self, name: str, rows: models.QuerySet) -> models.QuerySet:
        return rows.filter(Q(is_provider=True) | ~Q(lab_kind=""))


class RoomViewSet(ScopedViewSet):
    model = Room
    icon = "home"
    may_write = HOUSE
    list_display = ["name_nl", "location", "capacity"]
    list_export = ["name_nl", "name_en", "location", "capacity", "is_wheelchair_accessible", "has_hearing_loop"]
    search_fields = ["name_nl", "name_en", "location__name"]
    list_filter = ["location"]
    list_select_related = ["location"]
    form_fields = [
        "location", "name_nl", "name_en", "capacity", "is_wheelchair_accessible", "has_hearing_loop",
    ]  # fmt: skip

    def scope(self, rows: models.QuerySet, user: User, verb: str) -> models.QuerySet:
        return rows.filter(location__organisation__in=Organisation.objects.allowing(user, "edit"))


class ClosedPeriodForm(WagtailAdminModelForm):
    """A house's own; only the programme office closes the whole programme, by naming no house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None and not self.for_user.holds(Role.OFFICER):
            house = self.fields["organisation"]
            house.required, house.help_text = True, ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and (last - first).days > 366:
            self.add_error("ends_on", _("A closed period is at most a year."))
        return cleaned


class ClosedPeriodViewSet(ScopedViewSet):
    model = ClosedPeriod
    icon = "calendar-alt"
    may_write = HOUSE
    list_display = ["__str__", "organisation", "starts_on", "ends_on"]
    list_select_related = ["organisation"]
    ordering = "-starts_on"
    form_fields = ["organisation", "name_nl", "name_en", "starts_on", "ends_on"]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return forms.modelform_factory(
            ClosedPeriod, form=ClosedPeriodForm, fields=self.form_fields, formfield_callback=self.formfield_for_dbfield
        )

    def narrow(self, name: str, rows: models.QuerySet) -> models.QuerySet:
        return rows.filter(Q(is_provider=True) | ~Q(lab_kind=""))
