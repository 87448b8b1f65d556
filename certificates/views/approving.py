"""The certificates that wait for approval: decided one by one or many at once."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certificates import lacking
from certificates.actions.approving import approve, reconsider, refuse
from certificates.forms import Words
from certificates.models import HeldCertificate
from certificates.panels import keeps_certificates
from certificates.snapshots import SnapshotIncomplete
from certificates.to_come import letters_lacking
from lms.kernel.forms import AccessibleForm, keys_among
from lms.kernel.states import TransitionRefused
from lms.people.models import Role, User
from lms.people.requests import SignedInRequest

PER_PAGE = 100
MOST_REFUSED = 50  # the last ones; of older ones nobody asks any more
MOST_NAMED = 10  # in one message


class RefuseForm(AccessibleForm, forms.Form):
    public_reason = forms.ChoiceField(
        label=gettext_lazy("Reason for the learner"),
        choices=[("", gettext_lazy("Choose a reason")), *HeldCertificate.Reason.choices],
        help_text=gettext_lazy("The learner gets a letter with this reason. It says that they can ask the provider."),
        error_messages={"required": gettext_lazy("Choose the reason that the learner reads.")},
    )
    reason = Words(
        label=gettext_lazy("Reason for ourselves"),
        max_length=1000,
        rows=2,
        help_text=gettext_lazy("Only the office, auditors and coordinators read this. Write nothing about health."),
        error_messages={"required": gettext_lazy("Write why, so that it can be explained later.")},
    )


@never_cache
@login_required
@require_safe
def waiting(request: SignedInRequest) -> HttpResponse:
    """What waits, the longest first."""
    return _show(request, RefuseForm())


@login_required
@require_POST
def decide(request: SignedInRequest) -> HttpResponse:
    """Approve or refuse what was ticked. What somebody else decided meanwhile is left alone."""
    _may_look(request.user)
    if not request.user.holds(Role.COORDINATOR, Role.OFFICER):
        raise PermissionDenied
    answer = request.POST.get("answer")
    ticked = keys_among(request.POST.getlist("held")[:PER_PAGE])
    if ticked and not HeldCertificate.objects.allowing(request.user, "view").filter(pk__in=ticked).exists():
        raise Http404
    may = HeldCertificate.objects.allowing(request.user, "decide").filter(pk__in=ticked)
    if answer == "reconsider":
        return _reconsider(request, may.refused())
    about = ("enrolment__learner", "enrolment__edition__course", "enrolment__edition__provider", "programme__provider")
    chosen = list(may.waiting().select_related(*about))
    form = RefuseForm(request.POST)
    is_refusal = answer == "refuse"
    if ticked and not chosen:
        messages.info(request, _("Somebody else decided about these meanwhile."))
        return redirect("certificates:waiting")
    if not chosen:
        messages.warning(request, _("Tick the certificates that you want to decide about."))
        typed = {name: request.POST.get(name, "") for name in RefuseForm.base_fields}
        return _show(request, RefuseForm(initial=typed), status=422)
    if is_refusal and not form.is_valid():
        return _show(request, form, ticked=ticked, status=422)
    done = lapsed = 0
    incomplete: list[str] = []
    for held in chosen:
        try:
            if is_refusal:
                refuse(held, **form.cleaned_data, by=request.user, at=timezone.now())
            elif approve(held, by=request.user, at=timezone.now()) is None:
                lapsed += 1
                continue
        except TransitionRefused:
            continue
        except SnapshotIncomplete as trouble:
            incomplete.append(f"{held.enrolment.learner.full_name}: {lacking.said(trouble.lacking)}.")
        else:
            done += 1
    if done:
        text = (
            ngettext("%(n)s refused.", "%(n)s refused.", done)
            if is_refusal
            else ngettext("%(n)s approved.", "%(n)s approved.", done)
        )
        messages.success(request, text % {"n": done})
    if lapsed:
        text = ngettext("%(n)s is no longer earned.", "%(n)s are no longer earned.", lapsed)
        messages.warning(request, text % {"n": lapsed})
    if incomplete:
        text = ngettext("%(n)s cannot be made yet. Missing:", "%(n)s cannot be made yet. Missing:", len(incomplete))
        shown = incomplete[:MOST_NAMED] + (["…"] if len(incomplete) > MOST_NAMED else [])
        messages.warning(request, " ".join([text % {"n": len(incomplete)}, *shown]))
    return redirect("certificates:waiting")


def _reconsider(request: SignedInRequest, refused: QuerySet[HeldCertificate]) -> HttpResponse:
    """Have what was refused wait again."""
    for held in refused:
        with suppress(TransitionRefused):  # somebody else did
            reconsider(held, by=request.user, at=timezone.now())
    messages.success(request, _("It waits for approval again."))
    return redirect("certificates:waiting")


def _may_look(user: User) -> None:
    if not keeps_certificates(user):
        raise Http404


def _show(
    request: SignedInRequest, form: RefuseForm, *, ticked: Collection[int] = (), status: int = 200
) -> HttpResponse:
    _may_look(request.user)
    found = HeldCertificate.objects.allowing(request.user, "view").waiting()
    rows = found.select_related("enrolment__learner", "enrolment__edition__course", "programme")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for held in page:
        held.letters = letters_lacking(held.enrolment.learner)
    refused = HeldCertificate.objects.allowing(request.user, "view").refused()
    about = ("enrolment__learner", "enrolment__edition__course", "programme", "decided_by")
    context = {
        "page": page,
        "form": form,
        "ticked": ticked,
        "may_decide": request.user.holds(Role.COORDINATOR, Role.OFFICER),
        "refused": refused.select_related(*about)[:MOST_REFUSED],
    }
    return render(request, "certificates/waiting.html", context, status=status)
