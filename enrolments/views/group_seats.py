"""Seats of a group after its run: giving one a name, sending someone else, changing with a colleague, giving back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from enrolments import actions
from enrolments.group_forms import PersonForm, SwapForm
from enrolments.models import Enrolment, GroupEnrolment, GroupRow
from enrolments.views.groups import ONE_BY_ONE, about, group_of, offers_change
from lms.kernel.states import TransitionRefused
from lms.people.requests import SignedInRequest

NO_TAKING_OVER = gettext_lazy(
    "People are approved one by one for this edition, so nobody takes over a place. Send a list with the other person; "
    "the provider withdraws who does not come."
)


@login_required
@require_POST
def name_seat(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Put a name on a seat that was reserved."""
    one = group_of(request, uuid)
    form = PersonForm(request.POST, auto_id="id_name_%s")
    if form.is_valid():
        try:
            actions.name_seat(one, form.cleaned_data, by=request.user, at=timezone.now())
        except actions.RowRefused as refused:
            form.refuse(refused.problem)
        except actions.ApprovedOneByOne:
            form.add_error(None, ONE_BY_ONE)
        except actions.AlreadyEnrolled:
            form.add_error("email", _("This person cannot take this place. Ask them, or send someone else."))
        except TransitionRefused:
            messages.warning(request, _("There is no place left that takes a name."))
            return redirect("enrolments:group", uuid=uuid)
        else:
            messages.success(request, _("This place has a name now, and the person got a letter."))
            return redirect("enrolments:group", uuid=uuid)
    return render(request, "enrolments/groups/report.html", about(request, one, person=form))


@login_required
@require_POST
def give_back(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Give back the seats without a name."""
    one = group_of(request, uuid)
    seats = actions.release_seats(one, by=request.user, at=timezone.now())
    messages.success(
        request,
        ngettext("%(seats)s place was given back.", "%(seats)s places were given back.", seats) % {"seats": seats},
    )
    return redirect("enrolments:group", uuid=uuid)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, uuid: UUID, number: int) -> HttpResponse:
    """Send someone else, or let two colleagues change editions.

    The page is the same for the row of who enrolled alone; only trying says that this place is not the company's.
    """
    one = group_of(request, uuid)
    now = timezone.now()
    rows = one.rows.select_related("enrolment__edition__course", "enrolment__group", "enrolment__employer")
    row = get_object_or_404(rows.select_related("enrolment__learner"), number=number)
    if not offers_change(row, one, now):
        raise Http404
    enrolment = row.enrolment
    others = _colleagues(request, one, now)
    if row.outcome != GroupRow.Outcome.PLACED if enrolment is None else enrolment.state != Enrolment.State.CONFIRMED:
        others = others.none()
    wants_swap = "other" in request.POST
    person = PersonForm(request.POST if request.method == "POST" and not wants_swap else None)
    swap = SwapForm(request.POST if wants_swap else None, others=others)
    if request.method == "POST":
        form = swap if wants_swap else person
        if enrolment is None:
            if form.is_valid():
                form.add_error(None, _("This place cannot be changed here."))
        elif form.is_valid() and _changed(request, enrolment, form):
            messages.success(request, _("Changed. Everyone whom it concerns got a letter."))
            return redirect("enrolments:group", uuid=uuid)
    context = {"group": one, "row": row, "person": person, "swap": swap if others.exists() else None}
    return render(request, "enrolments/groups/change.html", context)


def _colleagues(request: SignedInRequest, one: GroupEnrolment, now: Any) -> Any:
    """People of this company with a seat in another edition of the course that has not begun."""
    mine = GroupEnrolment.objects.allowing(request.user, "edit")
    elsewhere = Enrolment.objects.filter(employer=one.employer, edition__course=one.edition.course, group__in=mine)
    elsewhere = elsewhere.filter(state=Enrolment.State.CONFIRMED, edition__starts_at__gt=now)
    elsewhere = elsewhere.exclude(edition=one.edition).select_related("learner", "edition")
    return elsewhere.order_by("edition__starts_at", "pk")


def _changed(request: SignedInRequest, enrolment: Enrolment, form: Any) -> bool:
    now = timezone.now()
    try:
        if isinstance(form, SwapForm):
            actions.swap_people(enrolment, form.cleaned_data["other"], by=request.user, at=now)
        else:
            actions.replace_person(enrolment, form.cleaned_data, by=request.user, at=now)
    except actions.RowRefused as refused:
        form.refuse(refused.problem)
    except actions.AlreadyEnrolled:
        form.add_error(None, _("This person cannot take this place. Ask them, or send someone else."))
    except actions.ApprovedOneByOne:
        form.add_error(None, NO_TAKING_OVER)
    except actions.HasBegun:
        form.add_error(None, _("This edition has begun. Now only the provider changes who takes part."))
    except TransitionRefused:
        form.add_error(None, _("Meanwhile something changed. Look at the group again."))
    else:
        return True
    return False
