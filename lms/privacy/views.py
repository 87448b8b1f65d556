"""One's own data: view, correct, take along, erase."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates.erasing import AfterErasure
from certificates.models import Certificate
from lms.kernel.privacy import holds_on
from lms.kernel.states import TransitionRefused
from lms.people.actions import CodeNotSent, CodeRefused
from lms.people.models import User
from lms.people.requests import SignedInRequest
from lms.privacy import actions
from lms.privacy.forms import AskForm, CorrectionForm, ErasureForm, IdentityForm
from lms.privacy.models import PrivacyRequest
from lms.privacy.own_data import SHOWN, how_much, kept_about
from lms.privacy.tasks import make_download

PROVED, PROVED_FOR = "privacy_proved_at", 15 * 60
AT_ONCE = 300  # rows; a larger file is made by the worker
LEADS_TO = ("privacy:mine", "privacy:erase")


@never_cache
@login_required
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """Everything kept, by what it is for, with until when; and what one can do with it."""
    requests = PrivacyRequest.objects.filter(person=request.user)
    return render(
        request,
        "privacy/mine.html",
        {
            "kept": kept_about(actions.subject_of(request.user), most=SHOWN),
            "holds": holds_on(request.user, timezone.localdate()),
            "erasure": requests.open().filter(kind=PrivacyRequest.Kind.ERASURE).first(),
            "files": [one for one in requests.filter(kind=PrivacyRequest.Kind.DOWNLOAD) if one.has_file or one.is_open],
            "asked": requests.exclude(kind=PrivacyRequest.Kind.DOWNLOAD)[:10],
        },
    )


def _given(request: SignedInRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedInRequest) -> HttpResponse:
    """Name and language."""
    # The form writes into its instance while it checks: not into the person of this request.
    form = CorrectionForm(_given(request), instance=User.objects.get(pk=request.user.pk))
    if form.is_bound and form.is_valid():
        actions.correct_person(request.user, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Your data is corrected. Certificates keep what they state."))
        return redirect("privacy:mine")
    return render(request, "privacy/correct.html", {"form": form})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: SignedInRequest) -> HttpResponse:
    """Have the office correct what one cannot correct oneself, such as a certificate."""
    form = AskForm(_given(request))
    if form.is_bound and form.is_valid():
        actions.ask_correction(request.user, form.cleaned_data["note"], by=request.user, at=timezone.now())
        messages.success(request, _("We got your question. You hear from us within a month."))
        return redirect("privacy:mine")
    return render(request, "privacy/ask.html", {"form": form})


# Who is there ---------------------------------------------------------------------------------------------------------


def _is_proved(request: SignedInRequest) -> bool:
    return time.time() - request.session.get(PROVED, 0) < PROVED_FOR


def _prove_first(name: str) -> HttpResponse:
    return redirect(f"{reverse('privacy:confirm')}?{urlencode({'for': name})}")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: SignedInRequest) -> HttpResponse:
    """Once more who it is, by mailed digits or by password; good for a quarter of an hour."""
    given = request.POST if request.method == "POST" else request.GET
    leads_to = given.get("for", "") if given.get("for") in LEADS_TO else "privacy:mine"
    at, user = timezone.now(), request.user
    form = IdentityForm(request.POST if request.POST.get("step") == "check" else None, user=user)
    if request.method == "POST" and request.POST.get("step") == "send":
        _send_digits(request)
        return _prove_first(leads_to)
    if form.is_bound and form.is_valid():
        if not ratelimit.consume(request, action="prove", user=user):
            return ratelimit.respond_429(request)
        if _proves(form, request, at):
            request.session[PROVED] = time.time()
            return redirect(leads_to)
    return render(request, "privacy/confirm.html", {"form": form, "leads_to": leads_to})


def _send_digits(request: SignedInRequest) -> None:
    try:
        actions.send_proof(request.user, by=request.user, at=timezone.now())
    except CodeNotSent:
        messages.info(request, _("We mailed you a code already. Wait a minute before you ask for another one."))
    else:
        messages.success(request, _("We mailed you six digits. They work for one day."))


def _proves(form: IdentityForm, request: SignedInRequest, at: Any) -> bool:
    if password := form.cleaned_data.get("password"):
        if request.user.check_password(password):
            return True
        form.add_error("password", _("This is not your password."))
        return False
    try:
        actions.prove(request.user, form.cleaned_data["code"], by=request.user, at=at)
    except CodeRefused as refused:
        if refused.attempts_left:
            form.add_error("code", _("These are not the digits we mailed last. Try again."))
        else:
            form.add_error("code", _("This code no longer works. Ask for a new one."))
        return False
    return True


# Taking along ---------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def download(request: SignedInRequest) -> HttpResponse:
    """Ask for a file. A small one is there at once, a large one is made by the worker."""
    file_format = request.POST.get("format", "")
    if file_format not in PrivacyRequest.Format.values:
        raise Http404
    if not _is_proved(request):
        return _prove_first("privacy:mine")
    at = timezone.now()
    asked = actions.ask_download(request.user, file_format, by=request.user, at=at)
    if how_much(actions.subject_of(request.user)) <= AT_ONCE:
        actions.make_download(asked, at=at)
        messages.success(request, _("Your file is ready. You can download it for seven days."))
    else:
        make_download.delay_on_commit(asked.pk)
        messages.success(request, _("Your file is being made. You find it here in a few minutes."))
    return redirect("privacy:mine")


@never_cache
@login_required
@require_safe
def file(request: SignedInRequest, uuid: Any) -> HttpResponse | FileResponse:
    """The file itself, for its owner alone, as long as it is kept."""
    ready = PrivacyRequest.objects.filter(person=request.user, file_until__gt=timezone.now()).exclude(file="")
    found = get_object_or_404(ready, uuid=uuid)
    if not _is_proved(request):
        return _prove_first("privacy:mine")
    kind = "application/pdf" if found.file_format == "pdf" else "application/json"
    name = f"{_('my-data')}-{found.received_at:%Y-%m-%d}.{found.file_format}"
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=name, content_type=kind)


# Erasing --------------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: SignedInRequest) -> HttpResponse:
    """What goes, what stays and why, the choices; and then it is asked for."""
    at, user = timezone.now(), request.user
    certificates = Certificate.objects.filter(enrolment__learner=user).count()
    form = ErasureForm(_given(request), has_certificates=bool(certificates))
    proved = _is_proved(request)
    if proved and form.is_bound and form.is_valid():
        chosen = form.cleaned_data
        try:
            asked = actions.ask_erasure(
                user,
                certificates=chosen.get("certificates", AfterErasure.KEEP),
                at_once=chosen["when"] == "now",
                by=user,
                at=at,
            )
        except actions.HoldsARole:
            form.add_error(None, _("You have a role here, so others depend on your account. Ask the programme office."))
        else:
            return _after(request, asked, at)
    return render(
        request,
        "privacy/erase.html",
        {
            "form": form,
            "proved": proved,
            "kept": kept_about(actions.subject_of(user), most=1),
            "holds": holds_on(user, timezone.localdate(at)),
            "certificates": certificates,
        },
    )


def _after(request: SignedInRequest, asked: PrivacyRequest, at: Any) -> HttpResponse:
    if asked.starts_at is None or asked.starts_at > at:
        messages.success(request, _("Your data will be erased in seven days. Until then you can take it back here."))
        return redirect("privacy:mine")
    done = actions.erase_person(asked, at=at)
    logout(request)
    return render(request, "privacy/erased.html", {"kept": done.kept_projects})


@login_required
@require_POST
def cancel(request: SignedInRequest, uuid: Any) -> HttpResponse:
    """Take a request back, as long as it is not done."""
    found = get_object_or_404(PrivacyRequest.objects.filter(person=request.user), uuid=uuid)
    try:
        actions.cancel_request(found, by=request.user, at=timezone.now())
    except TransitionRefused:
        messages.info(request, _("This can no longer be taken back."))
    else:
        messages.success(request, _("You took it back. Nothing was changed."))
    return redirect("privacy:mine")
