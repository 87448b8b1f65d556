"""What visitors fill in who wait for a date of a course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.actions import Wish
from courses.models import Course, Daypart, Edition, Interest, Location, Mode, Weekday
from lms.kernel.forms import Text
from lms.people.forms import AboutYou
from lms.people.lookup import EmployerInput
from lms.people.models import User

NO_PREFERENCE = _("No preference")


def places_of(course: Course) -> list[tuple[str, str]]:
    """Where this course may be given: the towns of its house and labs, of its editions, and online."""
    houses = [course.provider_id, *course.labs.values_list("pk", flat=True)]
    cities = set(Location.objects.filter(organisation__in=houses).values_list("city", flat=True))
    cities |= set(Edition.objects.filter(course=course).values_list("location__city", flat=True))
    return [*((city, city) for city in sorted(filter(None, cities))), (Mode.ONLINE.value, str(_("Online")))]


class InterestForm(AboutYou):
    """Who waits, for how many, and what would suit. ``user`` is who is signed in: what we know is not asked."""

    who = forms.ChoiceField(
        label=_("For whom?"),
        choices=[("me", _("For myself")), ("group", _("For a group from my company"))],
        widget=forms.RadioSelect,
        initial="me",
        error_messages={"required": _("Choose for whom you ask.")},
    )
    organisation_name = Text(
        label=_("Name of the company"),
        required=False,
        max_length=200,
        autocomplete="organization",
        widget=EmployerInput(),
    )
    persons = forms.IntegerField(
        label=_("How many people?"),
        required=False,
        min_value=2,
        max_value=Interest.MOST_PERSONS,
        widget=forms.NumberInput(attrs={"class": "in in--s", "inputmode": "numeric"}),
        error_messages={
            "invalid": _("Fill in a number, for example 6."),
            "min_value": _("A group is two people or more. Ask for yourself otherwise."),
            "max_value": _("Fill in at most %(limit_value)s. Call us for a larger group."),
        },
    )
    course_language = forms.ChoiceField(
        label=_("In which language?"),
        choices=[("", NO_PREFERENCE), ("nl", _("Dutch")), ("en", _("English"))],
        required=False,
        widget=forms.RadioSelect,
    )
    place = forms.ChoiceField(label=_("Where?"), required=False, widget=forms.Select(attrs={"class": "sel w-auto"}))
    days = forms.MultipleChoiceField(
        label=_("On which days?"), choices=Weekday.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    dayparts = forms.MultipleChoiceField(
        label=_("At what time?"), choices=Daypart.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    period = forms.ChoiceField(
        label=_("When would you like to start?"),
        choices=[("", NO_PREFERENCE), *(one for one in Interest.Period.choices if one[0])],
        required=False,
        widget=forms.Select(attrs={"class": "sel w-auto"}),
    )
    PREFERENCES = ("course_language", "place", "days", "dayparts", "period")
    GROUP = ("organisation_name", "persons")

    def __init__(
        self, *args: Any, user: User | None = None, places: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["place"].choices = [("", NO_PREFERENCE), *places]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What a group is asked counts for a group alone; what else stands there is neither checked nor kept."""
        said = super().clean() or self.cleaned_data
        if said.get("who") != "group":
            for name in self.GROUP:
                self.errors.pop(name, None)
                said.pop(name, None)
            return said
        if not said.get("organisation_name") and "organisation_name" not in self.errors:
            self.add_error("organisation_name", _("Fill in the name of the company."))
        if not said.get("persons") and "persons" not in self.errors:
            self.add_error("persons", _("Fill in for how many people you ask."))
        return said

    @property
    def wish(self) -> Wish:
        """What was asked for, of a valid form."""
        said = self.cleaned_data
        return Wish(
            persons=said.get("persons") or 1,
            organisation_name=said.get("organisation_name") or "",
            course_language=said["course_language"],
            place=said["place"],
            days=tuple(said["days"]),
            dayparts=tuple(said["dayparts"]),
            period=said["period"],
        )

    @property
    def name(self) -> dict[str, str]:
        """What was asked of the name; empty when it is known."""
        names = ("given_name", "name_prefix", "family_name")
        return {name: self.cleaned_data[name] for name in names if name in self.fields}

    def preference_fields(self) -> list[Any]:
        return [self[name] for name in self.PREFERENCES]

    def group_fields(self) -> list[Any]:
        return [self[name] for name in self.GROUP]
