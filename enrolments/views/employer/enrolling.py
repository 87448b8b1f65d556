"""One enrolment as far as an employer may know of it, and enrolling someone from the matrix."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from courses.models import Course, Edition
from enrolments.actions import AlreadyEnrolled, EnrolmentClosed
from enrolments.actions.staff import AnotherEmployer
from enrolments.actions.staff import enrol_staff as enrol_one_of_staff
from enrolments.employers import Seen, name_of, seen_by
from enrolments.models import Enrolment
from enrolments.views.employer.company import Company, for_hr, show
from lms.kernel.formats import date_range
from lms.kernel.forms import AccessibleForm
from lms.people.models import Employment
from lms.people.requests import SignedInRequest


def _words_for(edition: Edition) -> str:
    """An edition as a choice: when, where, and how many places are free."""
    when = date_range(edition.starts_at, edition.ends_at) if edition.starts_at and edition.ends_at else edition.code
    where = edition.location.city if edition.location else edition.get_mode_display()
    seats = edition.seats_free
    free = ngettext("%(n)s place free", "%(n)s places free", seats) % {"n": seats} if seats else _("full: waiting list")
    return f"{when}, {where} ({free})"


class EditionChoice(AccessibleForm, forms.Form):
    """Which edition; the first that begins is chosen already."""

    edition = forms.ModelChoiceField(
        label=gettext_lazy("Edition"),
        queryset=Edition.objects.none(),
        to_field_name="code",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"invalid_choice": gettext_lazy("This edition takes no enrolments any more. Choose another.")},
    )

    def __init__(self, *args: object, editions: list[Edition], **kwargs: object) -> None:
        if editions:
            kwargs.setdefault("initial", {"edition": editions[0].code})
        super().__init__(*args, **kwargs)
        field = self.fields["edition"]
        field.queryset = Edition.objects.filter(pk__in=[one.pk for one in editions])  # type: ignore[attr-defined]
        field.choices = [(one.code, _words_for(one)) for one in editions]  # type: ignore[attr-defined]


@for_hr
@require_http_methods(["GET", "HEAD", "POST"])
def enrol_staff(request: SignedInRequest, company: Company, pk: int, course: str) -> HttpResponse:
    """Choose an edition of a course for someone who works here, and enrol them."""
    at = timezone.now()
    here = Employment.objects.current(timezone.localdate(at)).filter(organisation=company.organisation)
    employment = get_object_or_404(here.select_related("user", "organisation"), pk=pk)
    taught = get_object_or_404(Course.objects.filter(editions__state=Edition.State.PUBLISHED).distinct(), code=course)
    open_now = Edition.objects.open_at(at).filter(Q(ends_at=None) | Q(ends_at__gt=at), course=taught)
    editions = list(open_now.select_related("location").order_by("starts_at", "code"))
    form = EditionChoice(request.POST or None, editions=editions)
    name = name_of(employment.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = enrol_one_of_staff(employment, form.cleaned_data["edition"], by=request.user, at=at)
        except AlreadyEnrolled:
            form.add_error("edition", _("%(name)s is enrolled in this edition already.") % {"name": name})
        except EnrolmentClosed:
            form.add_error("edition", _("This edition takes no enrolments any more. Choose another."))
        except AnotherEmployer:
            form.add_error(None, _("We do not know the KvK number of your company yet. Ask the programme office."))
        else:
            if made.state == Enrolment.State.CONFIRMED:
                messages.success(request, _("%(name)s is enrolled and gets a mail about it.") % {"name": name})
            else:
                messages.info(
                    request,
                    _("%(name)s does not have a place yet, and gets a mail about how it goes on.") % {"name": name},
                )
            return company.back_to("enrolments:employer")
    return show(
        request,
        company,
        "enrolments/employer/enrol_staff.html",
        {"form": form, "employment": employment, "course": taught, "name": name, "editions": editions},
    )


@for_hr
@require_GET
def staff_enrolment(request: SignedInRequest, company: Company, code: str) -> HttpResponse:
    """What the employer may know of one enrolment, and what it would take to know more."""
    found = seen_by(company.organisation, timezone.now()).select_related("edition__location", "edition__provider")
    enrolment = get_object_or_404(found, code=code)
    return show(
        request,
        company,
        "enrolments/employer/enrolment.html",
        {
            "enrolment": enrolment,
            "name": name_of(enrolment.learner),
            "seen_label": Seen(enrolment.seen).label,
            "shared_hours": enrolment.shared_minutes and enrolment.shared_minutes / 60,
        },
    )
