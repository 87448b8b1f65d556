"""What a coordinator fills in about an edition and its people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Edition
from enrolments import placeholders
from enrolments.actions import Said
from enrolments.forms import ASKED, EnrolForm, MoveForm
from enrolments.models import Announcement, Enrolment, LearnerCategory
from enrolments.reasons import OutOfTurn, Withdrawing
from lms.kernel import formats
from lms.kernel.forms import AccessibleForm, OnceForm, Text, Words
from lms.people.forms import AboutYou

LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]


class CapacityForm(AccessibleForm, forms.Form):
    """How many places there are."""

    capacity = forms.IntegerField(
        label=_("Places"),
        min_value=1,
        max_value=999,
        widget=forms.NumberInput(attrs={"class": "in in--s", "inputmode": "numeric"}),
        error_messages={
            "invalid": _("Fill in a whole number, for example 12."),
            "min_value": _("An edition has at least one place."),
            "max_value": _("An edition has at most 999 places."),
        },
    )


class WithdrawForm(AccessibleForm, forms.Form):
    """Why someone is withdrawn on their behalf."""

    reason = forms.ChoiceField(label=_("Why?"), choices=Withdrawing.choices, widget=forms.RadioSelect)


class OfferForm(AccessibleForm, forms.Form):
    """A place for someone on the waiting list; ``before`` is how many wait longer, ``full`` whether none is free."""

    reason = forms.ChoiceField(label=_("Why before the others?"), choices=OutOfTurn.choices, widget=forms.RadioSelect)
    extra = forms.BooleanField(
        label=_("Add one place for this"),
        required=False,
        error_messages={"required": _("Every place is taken. Tick “Add one place for this”, or wait for a free one.")},
    )

    def __init__(self, *args: Any, before: int, full: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not before:
            del self.fields["reason"]
        if full:
            self.fields["extra"].required = True
        else:
            del self.fields["extra"]


class ExtendForm(AccessibleForm, forms.Form):
    """Until the end of which day a place is kept."""

    until = forms.DateField(label=_("Keep the place until"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, offer: Enrolment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer

    @property
    def moment(self) -> datetime:
        """The last minute of that day; on the day the edition begins, the moment it does."""
        end = timezone.make_aware(datetime.combine(self.cleaned_data["until"], time(23, 59)))
        starts_at = self.offer.edition.starts_at
        if starts_at and timezone.localdate(starts_at) == self.cleaned_data["until"]:
            return min(end, starts_at)
        return end

    def refuse(self) -> None:
        """Say between which days it has to be."""
        until, starts_at = self.offer.offer_expires_at, self.offer.edition.starts_at
        self.add_error(
            "until",
            _("Choose a day after %(until)s, and not after the start on %(start)s.")
            % {
                "until": formats.plain_date(until) if until else "–",
                "start": formats.plain_date(starts_at) if starts_at else "–",
            },
        )


class Category:
    """One category to choose, with the fields it opens."""

    def __init__(self, option: Any, fields: Sequence[BoundField]) -> None:
        self.tag, self.id, self.label, self.fields = option.tag(), option.id_for_label, option.choice_label, fields


class EnrolByHandForm(EnrolForm):
    """Who called or wrote. What an employer may see is the learner's own to say, so it is not asked here."""

    language = forms.ChoiceField(
        label=_("Language of our messages"), choices=LANGUAGES, widget=forms.RadioSelect, initial="nl"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["shares"]
        said = {
            "category": _("In which category?"),
            "sector_left": _("Sector now, or last worked in"),
            "sector_sought": _("Sector to move to"),
        }
        for name, label in said.items():
            self.fields[name].label = label
        for name in ("sector_left", "sector_sought", "institution"):
            self.fields[name].help_text = ""
        self.fields["employer_kvk"].help_text = _("The eight digits under which the employer is in the trade register.")
        self.fields["email"].help_text = _("The confirmation goes here. There is no account needed yet.")
        self.fields["category"].error_messages["required"] = _("Choose a category.")
        for name, attrs in ((name, field.widget.attrs) for name, field in self.fields.items()):
            if name not in ("category", "language"):
                attrs["autocomplete"] = "off"  # the browser would fill in the coordinator

    def categories(self) -> Iterator[Category]:
        for option in self["category"]:
            value = LearnerCategory(str(option.data["value"]))
            yield Category(option, [self[name] for name in ASKED.get(value, ()) if name in self.fields])

    def personal_fields(self) -> list[BoundField]:
        return [self[name] for name in (*AboutYou.NAME, "email", "language")]


class AnnouncementForm(OnceForm):
    """Subject and text in each language that the readers read."""

    audience = forms.ChoiceField(label=_("To"), choices=Announcement.Audience.choices, widget=forms.RadioSelect)
    chosen = forms.MultipleChoiceField(
        label=_("People"), required=False, widget=forms.CheckboxSelectMultiple, choices=[]
    )
    subject_nl = Text(label=_("Subject in Dutch"), max_length=150, required=False)
    text_nl = Words(label=_("Text in Dutch"), rows=7, required=False)
    subject_en = Text(label=_("Subject in English"), max_length=150, required=False)
    text_en = Words(label=_("Text in English"), rows=7, required=False)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Enrolment.objects.live().filter(edition=edition).select_related("learner")
        self.people = sorted(people, key=lambda one: one.learner.list_name.casefold())
        self.fields["chosen"].choices = [  # type: ignore[attr-defined]
            (one.code, one.learner.list_name) for one in self.people
        ]
        for language in ("nl", "en"):
            self.fields[f"text_{language}"].help_text = _("These words are filled in for each reader: %(words)s") % {
                "words": placeholders.known(language)
            }

    def needs(self, languages: set[str]) -> bool:
        """Say what is missing for who reads one of these languages. Whether all was there."""
        complete = True
        for language in sorted(languages, reverse=True):
            for part in ("subject", "text"):
                name = f"{part}_{language}"
                if name in self.errors:
                    complete = False
                elif not self.cleaned_data.get(name):
                    self.add_error(
                        name,
                        {
                            "nl": _("Some of these people read Dutch. Fill this in too."),
                            "en": _("Some of these people read English. Fill this in too."),
                        }[language],
                    )
                    complete = False
        return complete

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        for language in ("nl", "en"):
            for part in ("subject", "text"):
                name = f"{part}_{language}"
                if strange := placeholders.unknown(said.get(name) or "", language):
                    self.add_error(
                        name,
                        _("We do not know {%(word)s}. These are filled in: %(words)s")
                        % {"word": strange[0], "words": placeholders.known(language)},
                    )
            if bool(said.get(f"subject_{language}")) != bool(said.get(f"text_{language}")):
                missing = "text" if said.get(f"subject_{language}") else "subject"
                self.add_error(f"{missing}_{language}", _("Fill in both the subject and the text, or neither."))
        if said.get("audience") == Announcement.Audience.CHOSEN and not said.get("chosen"):
            self.add_error("chosen", _("Choose at least one person."))
        return said

    @property
    def said(self) -> dict[str, Said]:
        """What was written, by language; one that was left empty is not there."""
        words = self.cleaned_data
        return {
            language: Said(words[f"subject_{language}"], words[f"text_{language}"])
            for language in ("nl", "en")
            if words.get(f"subject_{language}") and words.get(f"text_{language}")
        }


class CallOffForm(AccessibleForm, forms.Form):
    """Cancelling, with the other edition in which places are kept."""

    alternative = forms.ChoiceField(label=_("Keep places in another edition?"), widget=forms.RadioSelect)
    sure = forms.BooleanField(
        label=_("I want to cancel this edition. This cannot be undone."),
        error_messages={"required": _("Tick this if you want to cancel the edition.")},
    )

    def __init__(self, *args: Any, alternatives: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alternative"].choices = [  # type: ignore[attr-defined]
            *alternatives,
            ("none", _("No, only name the other dates in the message")),
        ]


class MovePeopleForm(MoveForm):
    """Who goes along, and to which edition."""

    people = forms.MultipleChoiceField(
        label=_("Who?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who you want to move.")},
    )

    field_order = ["people", "edition"]

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = list(people)  # type: ignore[attr-defined]
