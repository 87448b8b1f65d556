"""People and organisations in the back office. Roles are the programme office's to give."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.urls import URLPattern, reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.widgets.button import Button

from lms.kernel.back_office import Decision, ReadOnlyViewSet, ScopedViewSet, register_decision
from lms.people import claims_office, doubles_office, new_employers_office
from lms.people.actions import save_person
from lms.people.claims_office import ClaimViewSet
from lms.people.doubles_office import LikelyDoubleViewSet, MergeViewSet
from lms.people.forms import MembershipForm, PersonField, PersonForm
from lms.people.models import ApiToken, Employment, Membership, Organisation, Role, User
from lms.people.new_employers_office import EmployerMergeViewSet
from lms.people.providers_office import ProviderViewSet
from lms.people.tokens import revoke_token, tell_of_tokens


class OrganisationViewSet(ScopedViewSet):
    model = Organisation
    icon = "group"
    may_view = (Role.COORDINATOR, Role.AUDITOR)
    may_write = (Role.OFFICER,)
    list_display = ["name", "code", "kvk_number", "city", "reviewed_at"]
    list_filter = ["is_provider", "is_employer", "is_partner", "is_funder", "lab_kind", "size"]
    search_fields = ["name", "code", "kvk_number"]
    form_fields = [
        "name", "full_name", "code", "kvk_number", "vat_number", "country", "region", "is_provider", "is_employer",
        "is_partner", "is_funder", "is_programme_office", "lab_kind", "partner_role", "description_nl",
        "description_en", "street", "postcode", "city", "website", "size", "sbi_code", "sbi_version",
        "approves_enrolments", "revokes_in_pairs", "reviewed_at",
    ]  # fmt: skip

    says = {
        "organisation.entered": gettext_lazy("Typed in by someone who enrolled or asked something"),
        "organisation.reviewed": gettext_lazy("Approved as a company of its own"),
        "organisation.asks_hr_first": gettext_lazy("From then on HR approves enrolments first"),
        "organisation.asks_nobody": gettext_lazy("From then on people enrol without asking HR"),
        "organisation.merged": gettext_lazy("Another employer was merged into this one"),
        "organisation.merged_into": gettext_lazy("Merged into another employer"),
        "organisation.parted": gettext_lazy("A merge was undone"),
        "organisation.reopened": gettext_lazy("An employer of its own again"),
    }

    def links(self, thing: Organisation) -> list[Button]:
        if not thing.is_employer:
            return []
        return [Button(_("Invite HR"), url=reverse("invite_hr", args=[thing.pk]), icon_name="mail", priority=40)]


class PersonViewSet(ScopedViewSet):
    model = User
    icon = "user"
    speaks_for_model = False  # Wagtail's own screens about users ask AdministratorsOnly
    may_view = (Role.AUDITOR,)
    may_write = (Role.OFFICER,)
    may_delete = ()  # an account is closed; erasing is the privacy run's
    list_display = ["email", "full_name", "language", "is_active"]
    list_filter = ["is_active", "memberships__role"]
    search_fields = ["email", "given_name", "family_name"]
    ordering = "email"
    inspect_view_fields = [
        "email", "given_name", "initials", "name_prefix", "family_name", "language", "is_active", "date_joined",
    ]  # fmt: skip
    says = {
        "person.joined": gettext_lazy("Account made by enrolling"),
        "person.address_verified": gettext_lazy("Address confirmed"),
        "person.address_changed": gettext_lazy("Address changed"),
        "person.password_removed": gettext_lazy("Password removed"),
        "person.merged": gettext_lazy("Another account was merged into this one"),
        "person.merged_into": gettext_lazy("Merged into another account"),
        "person.parted": gettext_lazy("A merge was undone"),
        "person.reopened": gettext_lazy("A merge was undone: an account of its own again"),
        "person.asked_to_merge": gettext_lazy("Confirmed an address of another account"),
    }

    def scope(self, rows: models.QuerySet, user: User, verb: str) -> models.QuerySet:
        """Who changes the address of a superuser could sign in as one."""
        return rows.filter(is_superuser=False) if verb == "edit" and not user.is_superuser else rows

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return PersonForm

    def save(self, form: Any, *, by: User) -> User:
        return save_person(form.save(commit=False), by=by)


class OfPerson(ScopedViewSet):
    """What someone is for an organisation; the person is found by e-mail address."""

    may_write = (Role.OFFICER,)
    list_filter = ["organisation"]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__email", "user__given_name", "user__family_name", "organisation__name"]
    ordering = "-starts_on"

    def formfield_for_dbfield(self, db_field: models.Field, **kwargs: Any) -> forms.Field:
        if db_field.name == "user":
            return PersonField(queryset=User.objects.all(), label=gettext_lazy("E-mail address"))
        return super().formfield_for_dbfield(db_field, **kwargs)


class MembershipViewSet(OfPerson):
    model = Membership
    icon = "key"
    list_display = ["user", "role", "organisation", "starts_on", "ends_on"]
    list_filter = ["role", "organisation"]
    says = {"membership.given": gettext_lazy("Given"), "membership.ended": gettext_lazy("Ended")}

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return forms.modelform_factory(Membership, form=MembershipForm, formfield_callback=self.formfield_for_dbfield)

    def save(self, form: Any, *, by: User) -> Membership:
        membership: Membership = super().save(form, by=by)
        if "ends_on" in form.changed_data and membership.ends_on:
            tell_of_tokens(membership, at=timezone.now())
        return membership


class EmploymentViewSet(OfPerson):
    model = Employment
    icon = "user"
    list_display = ["user", "organisation", "starts_on", "ends_on"]
    form_fields = ["user", "organisation", "starts_on", "ends_on"]
    says = {
        "employment.started": gettext_lazy("Started"),
        "employment.placed": gettext_lazy("Put in a department"),
        "employment.ended": gettext_lazy("Ended"),
    }

    def narrow(self, name: str, rows: models.QuerySet) -> models.QuerySet:
        return rows.filter(is_employer=True) if name == "organisation" else rows


class ApiTokenViewSet(ReadOnlyViewSet):
    """The keys of all employers; HR makes them, the office can stop them."""

    model = ApiToken
    icon = "key"
    menu_label = gettext_lazy("API keys")
    may_view = (Role.OFFICER,)
    list_display = ["name", "organisation", "start", "made_at", "expires_at", "used_at", "revoked_at"]
    list_filter = ["organisation"]
    list_select_related = ["organisation"]
    search_fields = ["name", "start", "organisation__name"]
    ordering = "-made_at"
    inspect_view_fields = [
        "name", "organisation", "start", "scopes", "made_by", "made_at", "expires_at", "used_at", "revoked_at",
        "revoked_by",
    ]  # fmt: skip
    says = {
        "token.made": gettext_lazy("Made"),
        "token.used": gettext_lazy("Used, first time that day"),
        "token.revoked": gettext_lazy("Revoked"),
    }


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
        LikelyDoubleViewSet("likely-doubles"),
        MergeViewSet("merges"),
        EmployerMergeViewSet("employer-merges"),
        ClaimViewSet("claims"),
        ApiTokenViewSet("api_tokens"),
        ProviderViewSet("sign-in-providers"),
    )


@hooks.register("register_admin_viewset")
def people_in_the_back_office() -> PeopleGroup:
    return PeopleGroup()


@hooks.register("register_admin_urls")
def hr_in_the_back_office() -> list[URLPattern]:
    return [*claims_office.addresses(), *new_employers_office.addresses()]


class OfTheOffice(MenuItem):
    """An entry for the programme office."""

    def is_shown(self, request: Any) -> bool:
        return request.user.holds(Role.OFFICER)


@hooks.register("register_admin_menu_item")
def new_employers_in_the_menu() -> MenuItem:
    label = gettext_lazy("New employers")
    return OfTheOffice(label, reverse_lazy("new_employers"), name="new_employers", icon_name="group", order=131)


def _revoke(token: ApiToken, by: User) -> str:
    revoke_token(token, by=by, at=timezone.now())
    return _("The key is revoked. It opens nothing any more.")


@hooks.register("register_admin_urls")
def decisions_about_tokens() -> list:
    return register_decision(
        Decision(
            model=ApiToken,
            name="revoke",
            label=gettext_lazy("Revoke"),
            question=gettext_lazy("Revoke this key? The system that uses it gets no answer from that moment on."),
            verb="revoke",
            icon="cross",
            carry_out=_revoke,
            possible=lambda token: token.revoked_at is None,
            is_serious=True,
        )
    )


@hooks.register("register_admin_urls")
def decisions_about_doubles() -> list[URLPattern]:
    return [*doubles_office.decisions(), *new_employers_office.decisions()]
