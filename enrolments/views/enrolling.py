"""Getting a seat: the enrolment page, and the page where a mailed code confirms the address."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.models import Edition
from courses.phases import TAKES_ENROLMENTS, Phase
from enrolments import actions
from enrolments.forms import EnrolForm
from enrolments.models import Enrolment, GroupEnrolment, SeatHold
from enrolments.terms import starts_within_the_term
from lms.kernel.forms import refuse_haste
from lms.kernel.languages import current_language
from lms.people.actions import verify_address
from lms.people.code_pages import mail_new_code
from lms.people.forms import CodeForm
from lms.people.models import User
from lms.people.sign_in import opens_by_code


def _edition_on_show(code: str) -> Edition:
    """What the page needs of an edition; one that was never published is not there for anyone."""
    shown = Edition.objects.exclude(state=Edition.State.DRAFT).select_related("course", "location", "provider")
    return get_object_or_404(shown.prefetch_related("course__prices", "sessions"), code=code)


def _about(edition: Edition, at: datetime) -> dict[str, Any]:
    """What the card beside the form says."""
    sessions = list(edition.sessions.all())
    phase = edition.phase(at)
    # Seats may be free and yet spoken for: who waits goes first, so that a newcomer joins the list.
    groups = GroupEnrolment.objects.in_line().filter(edition=edition)
    waiting = edition.enrolments.filter(state=Enrolment.State.WAITLISTED).count() + groups.seats_unnamed()
    return {
        "edition": edition,
        "course": edition.course,
        "sessions": sessions,
        "first_session": sessions[0] if sessions else None,
        "phase": phase.value,
        "is_open": phase in TAKES_ENROLMENTS,
        "is_request": edition.asks_approval or edition.asks_intake,
        "is_waiting_list": phase == Phase.FULL or bool(waiting),
        "waiting": waiting,
    }


def _held(request: HttpRequest, edition: Edition, at: datetime) -> SeatHold | None:
    """The earlier attempt whose answers are being changed: its token came along, from the code page."""
    try:
        token = UUID(request.POST.get("hold") or request.GET.get("hold") or "")
    except ValueError:
        return None
    return SeatHold.objects.open().kept_at(at).filter(edition=edition, token=token).first()


def _initial(user: User | None, held: SeatHold | None) -> dict[str, Any]:
    """What the form starts from: the earlier attempt, else what a learner said of themselves the last time."""
    if held is not None:
        return {**held.answers, "email": held.email}
    last = user.enrolments.select_related("employer").order_by("-created_at").first() if user else None
    if last is None:
        return {}
    return {
        "category": last.category,
        "employer_name": last.employer.name if last.employer else "",
        "employer_kvk": last.employer.kvk_number if last.employer else "",
        "institution": last.institution,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, edition: str) -> HttpResponse:
    """One page: choose what suits you, say who you are, get a seat or a place on the waiting list."""
    at = timezone.now()
    found = _edition_on_show(edition)
    user = request.user if request.user.is_authenticated else None
    mine = Enrolment.objects.live().filter(edition=found, learner=user).first() if user else None
    held = None if user else _held(request, found, at)
    prices = list(found.course.prices.all())
    about = _about(found, at)
    form = EnrolForm(
        request.POST or None,
        initial=_initial(user, held),
        user=user,
        prices=prices,
        needs_early_start=starts_within_the_term(found.starts_at, at),
        # The waiting list binds to nothing: taking the offered place does.
        is_order=about["is_request"] or not about["is_waiting_list"] or bool(held and held.has_seat),
    )
    status = 200
    if request.method == "POST" and about["is_open"] and mine is None and form.is_valid():
        try:
            if user is not None:
                return _enrol_known(request, found, user, form, at)
            if ratelimit.consume(request, action="enrol", key=form.cleaned_data["email"].lower()):
                return _hold_for_visitor(found, form, held, at)
            refuse_haste(form)
            status = 429
        except actions.EnrolmentClosed:
            about = _about(_edition_on_show(edition), at)
    return render(request, "enrolments/enrol.html", {**about, "form": form, "mine": mine, "held": held}, status=status)


def _enrol_known(request: HttpRequest, edition: Edition, user: User, form: EnrolForm, at: datetime) -> HttpResponse:
    try:
        enrolment = actions.enrol(edition, user, form.answers, language=current_language(), by=user, at=at)
    except actions.AlreadyEnrolled as there:
        messages.info(request, _("You were enrolled here already."))
        enrolment = there.enrolment
    else:
        _tell_of_offer(request, enrolment)
    return redirect("enrolments:enrolment", code=enrolment.code)


def _hold_for_visitor(edition: Edition, form: EnrolForm, held: SeatHold | None, at: datetime) -> HttpResponse:
    hold = actions.hold_seat(
        edition,
        email=form.cleaned_data["email"],
        answers=form.answers,
        language=current_language(),
        at=at,
        instead_of=held,
    )
    return redirect("enrolments:code", token=hold.token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, token: UUID) -> HttpResponse:
    """Six digits confirm the address: then the seat is theirs. The address of this page stands in the mail as well."""
    at = timezone.now()
    hold = get_object_or_404(SeatHold.objects.select_related("edition__course", "enrolment"), token=token)
    edition = _edition_on_show(hold.edition.code)
    if hold.state == SeatHold.State.USED:
        return _confirmed(request, hold, edition)
    if hold.created_at <= at - SeatHold.KEPT:
        return render(request, "enrolments/code_gone.html", {"edition": edition}, status=410)
    if edition.state != Edition.State.PUBLISHED:
        return redirect("enrolments:enrol", edition=edition.code)
    form = CodeForm(request.POST or None)
    context = {**_about(edition, at), "hold": hold, "form": form}
    if form.is_valid():
        accepts = not hold.was_promised_a_seat or "accept_waiting_list" in request.POST
        try:
            enrolment = actions.confirm_hold(hold, form.cleaned_data["code"], at=at, accept_waiting_list=accepts)
        except actions.CodeRefused as refused:
            form.refuse(refused.attempts_left)
        except actions.SeatGone:
            return render(request, "enrolments/code_seat_gone.html", {**context, "digits": form.cleaned_data["code"]})
        except actions.EnrolmentClosed:
            return redirect("enrolments:enrol", edition=edition.code)
        except actions.AlreadyEnrolled as there:
            messages.info(request, _("You were enrolled here already."))
            return _let_in(request, hold, there.enrolment, at)
        else:
            _tell_of_offer(request, enrolment)
            return _let_in(request, hold, enrolment, at)
    hold.refresh_from_db()
    return render(request, "enrolments/code.html", {**context, **_holding(hold, at)})


def _tell_of_offer(request: HttpRequest, enrolment: Enrolment) -> None:
    """Who asked for the waiting list sees an offer instead."""
    if enrolment.state == Enrolment.State.OFFERED:
        messages.info(
            request, _("A place came free meanwhile. Take it if you still want it; until then you owe nothing.")
        )


def _holding(hold: SeatHold, at: datetime) -> dict[str, Any]:
    """How the seat stands while the digits are on their way."""
    left = int((hold.expires_at - at).total_seconds())
    return {
        "seat": "none" if not hold.was_promised_a_seat else "held" if hold.has_seat and left > 0 else "lapsed",
        "seconds_left": max(left, 0),
        "minutes_left": max(-(-left // 60), 0),
        "is_exhausted": hold.attempts >= SeatHold.ATTEMPTS,
    }


def _let_in(request: HttpRequest, hold: SeatHold, enrolment: Enrolment, at: datetime) -> HttpResponse:
    """The address was proved: sign its owner in, unless the account asks for more than six digits."""
    learner = enrolment.learner
    verify_address(learner, email=hold.email, at=at)
    if not request.user.is_authenticated and opens_by_code(learner):
        login(request, learner, backend="django.contrib.auth.backends.ModelBackend")
    if request.user == learner:
        return redirect("enrolments:enrolment", code=enrolment.code)
    if hold.enrolment_id is None:  # enrolled before, and not let in by this code: nothing more may be told here
        return redirect("enrolments:my")
    return redirect("enrolments:code", token=hold.token)


def _confirmed(request: HttpRequest, hold: SeatHold, edition: Edition) -> HttpResponse:
    """What this address shows once it has done its work: no names, and nobody is signed in by an old mail."""
    if hold.enrolment is not None and request.user == hold.enrolment.learner:
        return redirect("enrolments:enrolment", code=hold.enrolment.code)
    return render(request, "enrolments/code_done.html", {"edition": edition, "enrolment": hold.enrolment})


@require_POST
def renew_code(request: HttpRequest, token: UUID) -> HttpResponse:
    """Mail new digits for the same seat."""
    at = timezone.now()
    hold = get_object_or_404(SeatHold.objects.kept_at(at), token=token)
    try:
        answer = mail_new_code(request, action="enrol", email=hold.email, send=lambda: actions.renew_code(hold, at=at))
    except actions.EnrolmentClosed:
        return redirect("enrolments:enrol", edition=hold.edition.code)
    return answer or redirect("enrolments:code", token=hold.token)
