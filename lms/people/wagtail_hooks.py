"""People and organisations in the back office. Roles are the programme office's to give."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from lms.kernel.back_office import ScopedViewSet
from lms.kernel.models import Event
from lms.people.models import Employment, Membership, Organisation, Role, User


class OrganisationViewSet(ScopedViewSet):
    model = Organisation
    icon = "group"
    may_view = (Role.COORDINATOR, Role.AUDITOR)
    may_write = (Role.OFFICER,)
    list_display = ["name", "code", "kvk_number", "city", "reviewed_at"]
    list_filter = ["is_provider", "is_employer", "is_partner", "is_funder", "lab_kind", "size"]
    search_fields = ["name", "code", "kvk_number"]
    form_fields = [
        "name", "full_name", "code", "kvk_number", "country", "region", "is_provider", "is_employer", "is_partner",
        "is_funder", "is_programme_office", "lab_kind", "partner_role", "description_nl", "description_en", "street", "postcode", "city",
        "website", "size", "sbi_code", "sbi_version", "reviewed_at",
    ]  # fmt: skip


class PersonViewSet(ScopedViewSet):
    model = User
    icon = "user"
    may_view = (Role.AUDITOR,)
    may_write = (Role.OFFICER,)
    list_display = ["email", "full_name", "language", "is_active"]
    search_fields = ["email", "given_name", "family_name"]
    form_fields = ["email", "given_name", "initials", "name_prefix", "family_name", "language", "is_active"]
    inspect_view_fields = ["email", "given_name", "name_prefix", "family_name", "language", "date_joined"]

    def save(self, form: Any, *, by: User) -> User:
        person = form.save(commit=False)
        if is_new := person.pk is None:
            person.set_unusable_password()  # they sign in by code
        person.save()
        Event.record(person, "person.created" if is_new else "person.revised", by=by)
        return person


class MembershipViewSet(ScopedViewSet):
    model = Membership
    icon = "key"
    may_write = (Role.OFFICER,)
    list_display = ["user", "role", "organisation", "starts_on", "ends_on"]
    list_filter = ["role", "organisation"]
    search_fields = ["user__email", "user__family_name", "organisation__name"]
    form_fields = ["user", "organisation", "role", "starts_on", "ends_on"]


class EmploymentViewSet(ScopedViewSet):
    model = Employment
    icon = "user"
    may_write = (Role.OFFICER,)
    list_display = ["user", "organisation", "starts_on", "ends_on"]
    list_filter = ["organisation"]
    search_fields = ["user__email", "user__family_name", "organisation__name"]
    form_fields = ["user", "organisation", "starts_on", "ends_on"]


class PeopleGroup(ViewSetGroup):
    """One menu for people and organisations."""

    menu_label = gettext_lazy("People")
    menu_icon = "user"
    menu_order = 130
    items = (
        OrganisationViewSet("organisations"),
        PersonViewSet("people"),
        MembershipViewSet("memberships"),
        EmploymentViewSet("employments"),
    )


@hooks.register("register_admin_viewset")
def people_in_the_back_office() -> PeopleGroup:
    return PeopleGroup()


@hooks.register("construct_settings_menu")
def people_have_one_home(request: Any, menu_items: list) -> None:
    """Wagtail's own list of users would be a second door to the same people, without our scopes."""
    menu_items[:] = [item for item in menu_items if item.name != "users"]
