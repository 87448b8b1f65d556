"""New edition from this one: choose the first day, look at what falls when, change what must be, make the draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin import messages

from courses.actions import PlannedSession, copy_edition
from courses.back_office.pages import for_the_house, office_page
from courses.clashes import Slot, clashes_of
from courses.closed_days import closed_days
from courses.copying import Shifted, shifted, suggested_code, suggested_day, terms_of
from courses.models import Edition, Mode, Room, Session
from courses.trainers import trainers_of
from lms.kernel.forms import GuardedForm
from lms.people.models import Organisation, User
from lms.people.requests import SignedInRequest

# How far ahead holidays and closed periods are looked up: a course with pauses takes a year or two.
HORIZON = timedelta(days=3 * 366)
LATEST = date(2100, 1, 1)

DayInput = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
TimeInput = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class CopyForm(GuardedForm, forms.Form):
    """What is asked of the new edition as a whole."""

    code = forms.CharField(label=gettext_lazy("Code of the new edition"), max_length=40, validators=[validate_slug])
    first_day = forms.DateField(label=gettext_lazy("First day"), widget=DayInput)
    online_url = forms.URLField(
        label=gettext_lazy("Address of the online meetings"),
        required=False,
        help_text=gettext_lazy("Not taken over: who took part in the old edition still knows that one."),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if Edition.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is already an edition with this code."))
        return code

    def clean_first_day(self) -> date:
        day: date = self.cleaned_data["first_day"]
        if not timezone.localdate() <= day < LATEST:
            raise forms.ValidationError(_("Choose a day that is still to come."))
        return day


class SessionLineForm(forms.Form):
    """When and where one session is held, to be changed before anything is saved."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=DayInput)
    start = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput)
    end = forms.TimeField(label=gettext_lazy("Until"), widget=TimeInput)
    room = forms.ModelChoiceField(label=gettext_lazy("Room"), queryset=Room.objects.none(), required=False)

    def __init__(self, *args: Any, rooms: Any, days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = days  # that a session ends after the day it begins
        self.rooms_field.queryset = rooms

    @property
    def rooms_field(self) -> Any:
        return self.fields["room"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"day", "start", "end"} <= cleaned.keys():
            if not timezone.localdate() <= cleaned["day"] < LATEST:
                self.add_error("day", _("Choose a day that is still to come."))
            elif self.moments()[0] >= self.moments()[1]:
                self.add_error("end", _("The session ends before it starts."))
        return cleaned

    def moments(self) -> tuple[datetime, datetime]:
        """Start and end, read from the clock on the wall."""
        said = self.cleaned_data
        start = datetime.combine(said["day"], said["start"])
        end = datetime.combine(said["day"] + timedelta(days=self.days), said["end"])
        return timezone.make_aware(start), timezone.make_aware(end)


@dataclass
class Line:
    """One row of the page."""

    shifted: Shifted
    form: SessionLineForm
    clashes: list[Any]

    @property
    def source(self) -> Session:
        return self.shifted.source

    @property
    def passed_over(self) -> list[str]:
        """ "Thursday 6 May 2027, Ascension Day", one for each closed day."""
        return [f"{date_format(day, 'l j F Y')}, {name}" for day, name in self.shifted.passed_over]


class Plan:
    """The lines of the page for one first day: reckoned anew, or as someone changed them."""

    def __init__(self, edition: Edition, user: User, first_day: date, data: Any = None) -> None:
        self.edition, self.user, self.first_day = edition, user, first_day
        rooms = Room.objects.filter(location__organisation__in=Organisation.objects.allowing(user, "edit"))
        sessions = list(edition.sessions.select_related("room"))
        # What stands may stay, also a room of another house that was lent.
        self.rooms = (rooms | Room.objects.filter(pk__in=[one.room_id for one in sessions])).distinct()
        self.trainers = list(trainers_of(Organisation.objects.filter(pk=edition.provider_id)) & edition.trainers.all())
        self.left_out = [one for one in edition.trainers.all() if one not in self.trainers]
        closed = closed_days(edition.provider, first_day, first_day + HORIZON, language=get_language() or "nl")
        choices = [("", "–"), *((room.pk, str(room)) for room in self.rooms)]
        self.lines = [self._line(one, choices, data) for one in shifted(sessions, first_day, closed)]

    def _line(self, one: Shifted, choices: list[Any], data: Any) -> Line:
        start, end = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
        initial = {"day": start.date(), "start": start.time(), "end": end.time(), "room": one.source.room_id}
        days = (end.date() - start.date()).days
        form = SessionLineForm(
            data, prefix=f"session-{one.source.number}", initial=initial, rooms=self.rooms, days=days
        )
        form.rooms_field.choices = choices  # asked for once, not per session
        return Line(one, form, [])

    def is_valid(self) -> bool:
        wrong = [line for line in self.lines if not line.form.is_valid()]  # all of them, so that each shows its error
        return not wrong

    def look_for_clashes(self) -> None:
        """Of what the lines say now."""
        slots = [self._slot(line) for line in self.lines]
        for line, clashes in zip(self.lines, clashes_of(slots, user=self.user), strict=True):
            line.clashes = clashes

    def _slot(self, line: Line) -> Slot:
        if line.form.is_bound and line.form.is_valid():
            start, end = line.form.moments()
            return Slot(start, end, line.form.cleaned_data["room"], self.trainers)
        return Slot(line.shifted.starts_at, line.shifted.ends_at, line.source.room, self.trainers)

    def sessions(self, online_url: str) -> list[PlannedSession]:
        found = []
        for line in self.lines:
            start, end = line.form.moments()
            same = {name: getattr(line.source, name) for name in ("title_nl", "title_en", "break_minutes", "mode")}
            address = online_url if line.source.mode == Mode.ONLINE else ""
            room = line.form.cleaned_data["room"]
            found.append(PlannedSession(starts_at=start, ends_at=end, room=room, online_url=address, **same))
        return found

    @property
    def begins(self) -> date:
        """The first day on which something is held, which enrolment goes by."""
        days = [line.form.cleaned_data["day"] for line in self.lines if line.form.is_bound and line.form.is_valid()]
        days = days or [timezone.localdate(line.shifted.starts_at) for line in self.lines]
        return min(days, default=self.first_day)


@for_the_house
def copy_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """One page: the first day gives all the others, and what stands in the rows is what becomes the draft."""
    editions = Edition.objects.allowing(request.user, "edit").select_related("course", "provider", "location")
    edition = get_object_or_404(editions, pk=pk)
    today = timezone.localdate()
    day = suggested_day(edition, today)
    if request.method != "POST":
        code = suggested_code(edition.code, day.year, lambda code: Edition.objects.filter(code=code).exists())
        return _shown(request, edition, CopyForm(initial={"code": code, "first_day": day}), day)
    form = CopyForm(request.POST)
    is_valid = form.is_valid()
    first_day = form.cleaned_data.get("first_day") or day
    if "make" not in request.POST or request.POST.get("shown") != first_day.isoformat():
        # Asked for other dates, or changed the first day without looking at what it does to the others.
        return _shown(request, edition, form, first_day)
    plan = Plan(edition, request.user, first_day, request.POST)
    if not (plan.is_valid() and is_valid):
        return _shown(request, edition, form, first_day, plan)
    plan.look_for_clashes()
    if any(line.clashes for line in plan.lines) and "despite_clash" not in request.POST:
        form.add_error(None, _("A room or a trainer is taken. Change the row, or tick the box below the sessions."))
        return _shown(request, edition, form, first_day, plan)
    try:
        made = copy_edition(
            edition,
            code=form.cleaned_data["code"],
            sessions=plan.sessions(form.cleaned_data["online_url"]),
            terms=terms_of(edition, plan.begins),
            trainers=plan.trainers,
            by=request.user,
        )
    except IntegrityError:  # a double click, or two coordinators with one idea
        form.add_error("code", _("There is already an edition with this code."))
        return _shown(request, edition, form, first_day, plan)
    messages.success(request, _("Edition %(code)s is made, as a draft.") % {"code": made.code})
    return redirect("editions:edit", made.pk)


def _shown(
    request: SignedInRequest, edition: Edition, form: CopyForm, first_day: date, plan: Plan | None = None
) -> HttpResponse:
    plan = plan or Plan(edition, request.user, first_day)
    plan.look_for_clashes()
    return office_page(
        request,
        "back_office/copy_edition.html",
        title=_("New edition from %(code)s") % {"code": edition.code},
        icon="copy",
        above=[
            (reverse("editions:index"), str(capfirst(Edition._meta.verbose_name_plural))),
            (reverse("editions:edit", args=[edition.pk]), edition.code),
        ],
        edition=edition,
        form=form,
        plan=plan,
        terms=terms_of(edition, plan.begins),
        has_clashes=any(line.clashes for line in plan.lines),
        has_online=any(line.source.mode == Mode.ONLINE for line in plan.lines),
    )
