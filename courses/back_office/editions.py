"""Editions and their sessions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import ModelChoiceFilter
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets.button import Button

from courses.actions import ScheduleLocked, remove_session, save_edition, save_session
from courses.back_office.facts import HOUSE, lacks_remark
from courses.clashes import Clash, Slot, clashes_of, slot_of
from courses.completeness import edition_lacks
from courses.models import Edition, Session
from courses.trainers import trainers_of
from lms.kernel.back_office import Refused, Remark, ScopedFilterSet, ScopedViewSet
from lms.kernel.choosers import ScopedChooserViewSet
from lms.people.models import Organisation, Role, User


def clashes_remark(slots: list[Slot], user: User) -> Remark:
    """What is taken already, by whom as far as this user may know."""
    found = [clash for clashes in clashes_of(slots, user=user) for clash in clashes]
    return Remark(_("Clashes with other sessions"), [_line(clash) for clash in found])


def _line(clash: Clash) -> str | tuple[str, str]:
    return (str(clash), reverse("sessions:inspect", args=[clash.other.pk])) if clash.other else str(clash)


class AsksAboutClashes(WagtailAdminModelForm):
    """Shows a clash beside the field that causes it, and saves only when told that it may be so: two groups can share
    a hall, and a trainer can be in two groups that meet together.
    """

    despite_clash = forms.BooleanField(
        label=gettext_lazy("Save it all the same"), required=False, widget=forms.HiddenInput
    )

    def ask_about(self, clashes: Iterable[tuple[str, Clash]]) -> None:
        """Refuse these unless the box was ticked; without clashes nobody sees the box."""
        if not (found := list(clashes)):
            return
        box = self.fields["despite_clash"]
        box.widget = forms.CheckboxInput()
        if self.cleaned_data.get("despite_clash"):
            return
        for field, clash in found:
            self.add_error(field, str(clash))
        self.add_error("despite_clash", _("Choose something else, or tick this box."))


class EditionForm(AsksAboutClashes):
    """Keeps trainers to the house that gives the edition, and what was published to its course."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.state != Edition.State.DRAFT:
            # Who enrolled did so for this course, and its certificates will say so.
            self.fields["course"].disabled = True

    def clean_trainers(self) -> Any:
        """Of the provider's house; whom another put there may stay, and the programme office may send anyone."""
        trainers, provider = self.cleaned_data["trainers"], self.cleaned_data.get("provider")
        if self.for_user is None or self.for_user.holds(Role.OFFICER) or provider is None:
            return trainers
        known = {one.pk for one in trainers_of(Organisation.objects.filter(pk=provider.pk))}
        known |= {one.pk for one in self.initial.get("trainers", [])}
        if strangers := [str(one) for one in trainers if one.pk not in known]:
            words = {"names": ", ".join(strangers), "provider": provider}
            raise forms.ValidationError(_("Not a trainer of %(provider)s: %(names)s.") % words)
        return trainers

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        known = {one.pk for one in self.initial.get("trainers", [])}
        added = [one for one in cleaned.get("trainers", ()) if one.pk not in known]
        if self.instance.pk and added and self.for_user is not None:
            slots = [
                Slot(one.starts_at, one.ends_at, None, added, one.pk, self.instance.pk)
                for one in self.instance.sessions.all()
            ]
            found = clashes_of(slots, user=self.for_user)
            self.ask_about(("trainers", clash) for clashes in found for clash in clashes)
        return cleaned


class EditionViewSet(ScopedViewSet):
    model = Edition
    icon = "date"
    may_view = (Role.AUDITOR,)
    may_write = HOUSE
    list_display = ["code", "course", "state", "starts_at", "seats_taken", "capacity"]
    list_filter = ["state", "course", "provider", "location", "language", "mode"]
    list_select_related = ["course"]
    list_export = [
        "code", "course", "state", "provider", "language", "mode", "location", "starts_at", "ends_at", "seats_taken",
        "capacity", "minimum", "enrolment_opens_at", "enrolment_closes_at",
    ]  # fmt: skip
    ordering = "-starts_at"
    search_fields = ["code", "course__code", "course__title_nl", "course__title_en"]
    form_fields = [
        "code", "course", "provider", "language", "mode", "location", "trainers", "capacity", "minimum",
        "enrolment_opens_at", "enrolment_closes_at", "needs_approval", "needs_intake", "decide_by",
    ]  # fmt: skip
    inspect_view_fields = [
        "code", "course", "provider", "state", "language", "mode", "location", "trainers", "starts_at", "ends_at",
        "seats_taken", "capacity", "minimum", "enrolment_opens_at", "enrolment_closes_at", "needs_approval",
        "needs_intake", "decide_by", "go_decided_at", "funding_notice_nl", "funding_notice_en",
    ]  # fmt: skip
    says = {
        "edition.planned": gettext_lazy("Planned"),
        "edition.copied": gettext_lazy("Made after an earlier edition"),
        "edition.scheduled": gettext_lazy("Sessions laid down"),
        "edition.session_removed": gettext_lazy("A session removed"),
        "edition.published": gettext_lazy("Published"),
        "edition.go_decided": gettext_lazy("Decided to go ahead"),
        "edition.cancelled": gettext_lazy("Cancelled"),
        "edition.funding_announced": gettext_lazy("Funding notice changed"),
    }

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return forms.modelform_factory(
            Edition, form=EditionForm, fields=self.form_fields, formfield_callback=self.formfield_for_dbfield
        )

    def formfield_for_dbfield(self, db_field: models.Field, **kwargs: Any) -> forms.Field:
        if db_field.name == "trainers":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_dbfield(db_field, **kwargs)

    def choices(self, name: str, model: type[models.Model], user: User) -> models.QuerySet:
        if name == "trainers":
            return trainers_of(Organisation.objects.allowing(user, "edit"))
        return super().choices(name, model, user)

    def narrow(self, name: str, rows: models.QuerySet) -> models.QuerySet:
        return rows.filter(is_provider=True) if name == "provider" else rows

    def links(self, thing: Any) -> list[Button]:
        listed, new = (
            f"{reverse('sessions:index')}?edition={thing.code}",
            f"{reverse('sessions:add')}?edition={thing.pk}",
        )
        copy = reverse("copy_edition", args=[thing.pk])
        # By its name alone: the room is served by enrolments, which stands above.
        room = reverse("enrolments:cockpit", args=[thing.code])
        return [
            Button(_("Cockpit"), url=room, icon_name="group", priority=1),
            Button(_("Sessions"), url=listed, icon_name="time", priority=2),
            Button(_("New session"), url=new, icon_name="plus", priority=3),
            Button(_("New edition from this one"), url=copy, icon_name="copy", priority=4),
        ]

    def remarks(self, thing: Any, user: User) -> list[Remark]:
        """What it lacks, as long as that can be mended, and what is taken of the sessions to come."""
        found = []
        if thing.state != Edition.State.CANCELLED and (thing.ends_at is None or thing.ends_at > timezone.now()):
            found += lacks_remark(edition_lacks(thing), published=thing.state == Edition.State.PUBLISHED)
        if thing.state != Edition.State.CANCELLED:
            coming = thing.sessions.filter(ends_at__gt=timezone.now()).select_related("room")
            trainers = list(thing.trainers.all())
            found.append(clashes_remark([slot_of(one, trainers) for one in coming], user))
        return found

    def save(self, form: Any, *, by: User) -> Edition:
        edition = save_edition(form.save(commit=False), by=by)
        form.save_m2m()
        return edition

    def delete(self, thing: Any, *, by: User) -> None:
        if thing.state != Edition.State.DRAFT:
            raise Refused(_("Only a draft can be deleted. Cancel this edition instead."))
        super().delete(thing, by=by)


class SessionForm(AsksAboutClashes):
    """Refuses to change a session whose register is locked, beside what is wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Attendance may hang on it: a session stays with its edition.
            edition = self.fields["edition"]
            edition.disabled, edition.widget = True, forms.Select()
            edition.queryset = Edition.objects.filter(pk=self.instance.edition_id)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and self.instance.state == Session.State.SIGNED_OFF:
            raise forms.ValidationError(_("This session was signed off. The programme office can reopen it."))
        if self.for_user is not None and {"starts_at", "ends_at", "room"} & set(self.changed_data):
            self.ask_about(self._clashes(cleaned, self.for_user))
        return cleaned

    def _clashes(self, cleaned: dict[str, Any], user: User) -> list[tuple[str, Clash]]:
        """With the field that each belongs to; none before both moments are there."""
        edition, start, end = (cleaned.get(name) for name in ("edition", "starts_at", "ends_at"))
        if edition is None or start is None or end is None or start >= end:
            return []
        slot = Slot(start, end, cleaned.get("room"), list(edition.trainers.all()), self.instance.pk, edition.pk)
        [clashes] = clashes_of([slot], user=user)
        return [("room" if clash.is_of_a_room else "starts_at", clash) for clash in clashes]


class EditionChooserViewSet(ScopedChooserViewSet):
    """There are a thousand of them: found by typing, not by scrolling."""

    model = Edition
    icon = "date"
    choose_one_text = gettext_lazy("Choose an edition")
    choose_another_text = gettext_lazy("Choose another edition")
    list_columns = ("course",)
    ordering = "-starts_at"
    search_fields = ("code", "course__title_nl", "course__title_en")


class SessionFilterSet(ScopedFilterSet):
    """Of one edition by its code, since a list of a thousand is no filter."""

    edition = ModelChoiceFilter(
        label=Session._meta.get_field("edition").verbose_name,
        queryset=Edition.objects.all(),
        to_field_name="code",
        widget=forms.TextInput,
    )

    class Meta:
        model = Session
        fields = ["edition", "state", "mode", "room"]


class SessionViewSet(ScopedViewSet):
    model = Session
    icon = "time"
    may_view = (Role.AUDITOR,)
    may_write = HOUSE
    list_display = ["__str__", "title_nl", "starts_at", "ends_at", "state"]
    filterset_class = SessionFilterSet
    list_select_related = ["edition"]
    list_export = [
        "edition", "number", "title_nl", "title_en", "starts_at", "ends_at", "break_minutes", "mode", "room", "state",
    ]  # fmt: skip
    ordering = "-starts_at"
    search_fields = ["edition__code", "title_nl", "title_en"]
    form_fields = [
        "edition", "number", "title_nl", "title_en", "starts_at", "ends_at", "break_minutes", "mode", "room",
        "online_url",
    ]  # fmt: skip
    inspect_view_fields = [*form_fields, "state", "signed_off_at", "signed_off_by"]
    says = {
        "session.planned": gettext_lazy("Planned"),
        "session.signed_off": gettext_lazy("Signed off"),
        "session.reopened": gettext_lazy("Reopened"),
    }

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return forms.modelform_factory(
            Session, form=SessionForm, fields=self.form_fields, formfield_callback=self.formfield_for_dbfield
        )

    def remarks(self, thing: Any, user: User) -> list[Remark]:
        if thing.edition.state == Edition.State.CANCELLED or thing.ends_at < timezone.now():
            return []
        return [clashes_remark([slot_of(thing, list(thing.edition.trainers.all()))], user)]

    def save(self, form: Any, *, by: User) -> Session:
        try:
            return save_session(form.save(commit=False), by=by)
        except ScheduleLocked:
            raise Refused(_("This session was signed off. The programme office can reopen it.")) from None

    def delete(self, thing: Any, *, by: User) -> None:
        try:
            remove_session(thing, by=by)
        except ScheduleLocked:
            raise Refused(_("This session cannot be deleted: its register has been used.")) from None
