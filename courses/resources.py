"""Courses, editions and sessions as rows of a spreadsheet, each known by its code.

A Resource (django-import-export) turns a row into a model and back. What is particular to ours:

* Only what may be used is known: the codes of another house are as unknown as codes that never existed.
* What a row leaves as it stands is not looked at, so a value that one could not choose today may stay.
* Trying a row writes nothing at all, not even in a transaction that is rolled back: on SQLite that would keep everyone
  else waiting. A course that an earlier row would make counts as known to the rows after it.
* Saving goes through the actions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export import resources

from courses.actions.courses import save_course
from courses.actions.editions import save_edition, save_session
from courses.audiences import learner_categories
from courses.cells import LANGUAGES, ByCode, ByName, Choice, Choices, Codes, plain_cell, unguarded
from courses.models import Course, Edition, Location, Room, Session, Theme
from courses.trainers import trainers_of
from lms.people.models import Organisation, Role, User

# What is known --------------------------------------------------------------------------------------------------------


class Known:
    """The rows that someone may refer to and change, by code; what earlier rows would make is added to them."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def houses(self) -> models.QuerySet:
        return Organisation.objects.allowing(self.user, "edit")

    @cached_property
    def providers(self) -> dict[str, Organisation]:
        return {one.code: one for one in self.houses.filter(is_provider=True).exclude(code=None)}

    @cached_property
    def labs(self) -> dict[str, Organisation]:
        return {one.code: one for one in Organisation.objects.labs().exclude(code=None)}

    @cached_property
    def themes(self) -> dict[str, Theme]:
        return {one.code: one for one in Theme.objects.all()}

    @cached_property
    def courses(self) -> dict[str, Course]:
        rows = Course.objects.allowing(self.user, "edit").select_related("provider")
        return {one.code: one for one in rows.prefetch_related("labs", "themes")}

    @cached_property
    def editions(self) -> dict[str, Edition]:
        rows = Edition.objects.allowing(self.user, "edit").select_related("course", "provider", "location")
        return {one.code: one for one in rows.prefetch_related("trainers")}

    @cached_property
    def sessions(self) -> dict[tuple[str, int], Session]:
        rows = Session.objects.allowing(self.user, "edit").select_related("edition", "room")
        return {(one.edition.code, one.number): one for one in rows}

    @cached_property
    def locations(self) -> dict[str, list[Location]]:
        return _by_name(Location.objects.filter(organisation__in=self.houses), "name")

    @cached_property
    def rooms(self) -> dict[str, list[Room]]:
        return _by_name(Room.objects.filter(location__organisation__in=self.houses), "name_nl", "name_en")

    @cached_property
    def trainers(self) -> dict[str, User]:
        """Of the own houses. Nobody looks an address up here: one that is no trainer's is as good as unknown."""
        rows = trainers_of(Organisation.objects.all() if self.user.holds(Role.OFFICER) else self.houses)
        return {one.email: one for one in rows}

    @cached_property
    def trainers_of_house(self) -> Callable[[int], set[int]]:
        found: dict[int, set[int]] = {}

        def of(house: int) -> set[int]:
            if house not in found:
                rows = trainers_of(Organisation.objects.filter(pk=house))
                found[house] = set(rows.values_list("pk", flat=True))
            return found[house]

        return of


def _by_name(rows: Iterable[Any], *names: str) -> dict[str, list[Any]]:
    """By each of its names and by its uuid, which tells two of one name apart."""
    found: dict[str, list[Any]] = {}
    for one in rows:
        for key in {*(getattr(one, name).casefold() for name in names), str(one.uuid)}:
            found.setdefault(key, []).append(one)
    return found


# Rows -----------------------------------------------------------------------------------------------------------------


class CatalogueResource(resources.ModelResource):
    """What courses, editions and sessions have in common."""

    sheet: ClassVar[str]
    title: ClassVar[Any]
    key: ClassVar[tuple[str, ...]] = ("code",)

    class Meta:
        skip_diff = True  # the package's is HTML with styles in it, and costs a copy of every row
        use_transactions = False

    def __init__(self, known: Known) -> None:
        super().__init__()
        self.known = known
        self._new = False
        self._was: dict[str, str] = {}
        self._many: dict[str, list[Any]] = {}
        self.last_changes: dict[str, tuple[str, str]] = {}  # of the row that went last
        for name in self._meta.fields:
            self.fields[name].widget = plain_cell(self._meta.model._meta.get_field(name))
        for name, widget in self.cells().items():
            self.fields[name].widget = widget

    # What subclasses say

    def cells(self) -> dict[str, Any]:
        """The widgets of columns that are more than text and numbers."""
        return {}

    def find(self, row: dict[str, str]) -> Any:
        """The row of the database that this row of the file is about; None for a new one."""
        raise NotImplementedError

    def check(self, instance: Any) -> dict[str, str]:
        """What is wrong with it beyond single cells, per column."""
        return {}

    def write(self, instance: Any) -> None:
        """Save through the action."""
        raise NotImplementedError

    def add(self, instance: Any) -> None:
        """Let later rows refer to it."""
        raise NotImplementedError

    def everything(self) -> Iterable[Any]:
        """What is exported: what may be changed, in the order of its codes."""
        raise NotImplementedError

    # Headings

    @classmethod
    def heading(cls, name: str) -> str:
        return str(capfirst(cls._meta.model._meta.get_field(name).verbose_name))

    @classmethod
    def columns(cls) -> dict[str, str]:
        """From every way to write a heading to the column: its name in the code, its label in either language."""
        found = {name: name for name in cls._meta.fields}
        for language in LANGUAGES:
            with override(language):
                found |= {cls.heading(name).casefold(): name for name in cls._meta.fields}
        return found

    # One row

    def text_of(self, instance: Any, name: str) -> str:
        """One cell as it stands now, or will after the row is saved."""
        if name in self._many:
            return str(self.fields[name].widget.render(self._many[name]))
        if isinstance(self.fields[name].widget, Codes):
            return str(self.fields[name].widget.render(getattr(instance, name) if instance.pk else []))
        return str(self.fields[name].widget.render(getattr(instance, name, None)))

    def get_or_init_instance(self, instance_loader: Any, row: dict[str, str]) -> tuple[Any, bool]:
        self._many = {}
        instance = self.find(row)
        self._new = instance is None
        if instance is None:
            instance = self.init_instance(row)
        self._was = {name: "" if self._new else self.text_of(instance, name) for name in self._named(row)}
        return instance, self._new

    def _named(self, row: dict[str, str]) -> list[str]:
        return [name for name in self._meta.fields if name in row]

    def import_instance(self, instance: Any, row: dict[str, str], **kwargs: Any) -> None:
        errors: dict[str, Any] = {}
        for name in self._named(row):
            if not self._new and unguarded(row[name]) == self._was[name]:
                continue  # what stands may stay
            try:
                self._fill(instance, name, self.fields[name].widget.clean(row[name], row))
            except ValueError as error:
                errors[name] = ValidationError(str(error), code="invalid")
        if not errors:
            errors = {name: ValidationError(text) for name, text in self.check(instance).items()}
        if errors:
            raise ValidationError(errors)

    def _fill(self, instance: Any, name: str, value: Any) -> None:
        if isinstance(self.fields[name].widget, Codes):
            self._many[name] = value
            return
        field = instance._meta.get_field(name)
        if value is None and not field.null:
            if not field.has_default():
                raise ValueError(_("Fill this in."))
            value = field.get_default()
        setattr(instance, name, value)

    def changes(self, instance: Any) -> dict[str, tuple[str, str]]:
        """Per column what stands there and what would; nothing for a row that is the same."""
        now = {name: self.text_of(instance, name) for name in self._was}
        return {name: (was, now[name]) for name, was in self._was.items() if was != now[name]}

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        return not import_validation_errors and not self._new and not self.changes(instance)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        if not errors:
            # What an earlier row will make has no key yet, and lists may be empty.
            linked = [field.name for field in instance._meta.concrete_fields if field.is_relation]
            cached = instance._state.fields_cache  # noqa: SLF001  (asking the field itself would fetch)
            unsaved = {name for name in linked if cached.get(name) is not None and cached[name].pk is None}
            try:
                instance.full_clean(exclude={*unsaved, "categories"})
            except ValidationError as error:
                errors = error.update_error_dict({})
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        self.last_changes = self.changes(instance)
        if not kwargs.get("dry_run"):
            self.write(instance)
            for name, rows in self._many.items():
                getattr(instance, name).set(rows)
        self.add(instance)

    def save_m2m(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Done with the row itself."""


def _is_elsewhere(model: type[models.Model], code: str) -> bool:
    return model._default_manager.filter(code=code).exists()


def _not_yours(code: str) -> ValidationError:
    """Says no more than that this code will not do: whose it is, or what of, is not this reader's to know."""
    return ValidationError({"code": _("Choose another code than “%(code)s”.") % {"code": code[:40]}})


def _choices(model: type[models.Model], name: str) -> Callable[[], Any]:
    return lambda: model._meta.get_field(name).choices  # type: ignore[union-attr]


class CourseResource(CatalogueResource):
    sheet = "courses"
    title = Course._meta.verbose_name_plural

    class Meta(CatalogueResource.Meta):
        model = Course
        import_id_fields = ("code",)
        fields = (
            "code", "kind", "provider", "labs", "themes", "title_nl", "title_en", "summary_nl", "summary_en",
            "audience_nl", "audience_en", "admission_nl", "admission_en", "bring_nl", "bring_en", "categories",
            "level_label_nl", "level_label_en", "nlqf_level", "nlqf_register_number", "mode", "format_nl", "format_en",
            "contact_minutes", "self_study_minutes", "assessment_minutes", "attendance_share", "certificate_kind",
            "certificate_months", "assessment_type", "assessment_nl", "assessment_en", "quality_nl", "quality_en",
            "signatory_role_nl", "signatory_role_en", "signatory_name", "vat_regime", "cover", "is_new",
        )  # fmt: skip

    def cells(self) -> dict[str, Any]:
        return {
            "kind": Choice(_choices(Course, "kind")),
            "provider": ByCode(lambda: self.known.providers),
            "labs": Codes(lambda: self.known.labs),
            "themes": Codes(lambda: self.known.themes),
            "categories": Choices(lambda: learner_categories),
            "mode": Choice(_choices(Course, "mode")),
            "certificate_kind": Choice(_choices(Course, "certificate_kind")),
            "vat_regime": Choice(_choices(Course, "vat_regime")),
        }

    def find(self, row: dict[str, str]) -> Course | None:
        code = row["code"]
        if code not in self.known.courses and code and _is_elsewhere(Course, code):
            raise _not_yours(code)
        return self.known.courses.get(code)

    def write(self, instance: Course) -> None:
        save_course(instance, by=self.known.user)

    def add(self, instance: Course) -> None:
        self.known.courses[instance.code] = instance

    def everything(self) -> Iterable[Course]:
        return [self.known.courses[code] for code in sorted(self.known.courses)]


class EditionResource(CatalogueResource):
    sheet = "editions"
    title = Edition._meta.verbose_name_plural

    class Meta(CatalogueResource.Meta):
        model = Edition
        import_id_fields = ("code",)
        fields = (
            "code", "course", "provider", "language", "mode", "location", "trainers", "capacity", "minimum",
            "enrolment_opens_at", "enrolment_closes_at", "decide_by",
        )  # fmt: skip

    def cells(self) -> dict[str, Any]:
        return {
            "course": ByCode(lambda: self.known.courses),
            "provider": ByCode(lambda: self.known.providers),
            "language": Choice(_choices(Edition, "language")),
            "mode": Choice(_choices(Edition, "mode")),
            "location": ByName(lambda: self.known.locations, "name"),
            "trainers": Codes(lambda: self.known.trainers, "email"),
        }

    def find(self, row: dict[str, str]) -> Edition | None:
        code = row["code"]
        if code not in self.known.editions and code and _is_elsewhere(Edition, code):
            raise _not_yours(code)
        return self.known.editions.get(code)

    def check(self, instance: Edition) -> dict[str, str]:
        found = {}
        if not self._new and instance.state != Edition.State.DRAFT and "course" in self.changes(instance):
            found["course"] = _("Who enrolled did so for this course: it cannot be changed any more.")
        if "trainers" in self._many and not self.known.user.holds(Role.OFFICER):
            standing = set() if self._new else {one.pk for one in instance.trainers.all()}
            known = self.known.trainers_of_house(instance.provider_id) | standing
            if strangers := [one.email for one in self._many["trainers"] if one.pk not in known]:
                found["trainers"] = _("“%(value)s” is unknown, or not yours.") % {"value": ", ".join(strangers)}
        return found

    def write(self, instance: Edition) -> None:
        save_edition(instance, by=self.known.user)

    def add(self, instance: Edition) -> None:
        self.known.editions[instance.code] = instance

    def everything(self) -> Iterable[Edition]:
        return [self.known.editions[code] for code in sorted(self.known.editions)]


class SessionResource(CatalogueResource):
    sheet = "sessions"
    title = Session._meta.verbose_name_plural
    key = ("edition", "number")

    class Meta(CatalogueResource.Meta):
        model = Session
        import_id_fields = ("edition", "number")
        fields = (
            "edition", "number", "title_nl", "title_en", "starts_at", "ends_at", "break_minutes", "mode", "room",
            "online_url",
        )  # fmt: skip

    def cells(self) -> dict[str, Any]:
        return {
            "edition": ByCode(lambda: self.known.editions),
            "mode": Choice(_choices(Session, "mode")),
            "room": ByName(lambda: self.known.rooms, "name_nl"),
        }

    def find(self, row: dict[str, str]) -> Session | None:
        number = row["number"]
        if not re.fullmatch(r"[0-9]{1,4}", number):
            raise ValidationError({"number": _("“%(value)s” is not a whole number.") % {"value": number[:40]}})
        if row["edition"] not in self.known.editions:
            raise ValidationError(
                {"edition": _("“%(value)s” is unknown, or not yours.") % {"value": row["edition"][:80]}}
            )
        return self.known.sessions.get((row["edition"], int(number)))

    def check(self, instance: Session) -> dict[str, str]:
        if instance.state == Session.State.SIGNED_OFF and self.changes(instance):
            return {"number": _("This session was signed off. The programme office can reopen it.")}
        return {}

    def write(self, instance: Session) -> None:
        save_session(instance, by=self.known.user)

    def add(self, instance: Session) -> None:
        self.known.sessions[instance.edition.code, instance.number] = instance

    def everything(self) -> Iterable[Session]:
        return [self.known.sessions[key] for key in sorted(self.known.sessions)]


# In the order in which they need each other.
RESOURCES: tuple[type[CatalogueResource], ...] = (CourseResource, EditionResource, SessionResource)
BY_SHEET = {one.sheet: one for one in RESOURCES}
