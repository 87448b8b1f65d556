"""The programme office's side of HR roles: judging claims, inviting HR of an employer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from lms.kernel.back_office import Decision, ReadOnlyViewSet, Refused, Remark, register_decision
from lms.kernel.forms import GuardedForm
from lms.kernel.languages import current_language
from lms.kernel.office_pages import office_page
from lms.kernel.states import TransitionRefused
from lms.people import hr_actions
from lms.people.hr_forms import InvitationForm
from lms.people.models import Claim, Organisation, Role, User
from lms.people.requests import SignedInRequest


def for_the_office(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The programme office alone; for all others the page is not there."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.holds(Role.OFFICER):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


class ClaimViewSet(ReadOnlyViewSet):
    """Who wants to be HR of which company; the oldest that waits stands on top with the filter on its state."""

    model = Claim
    icon = "key"
    may_write = (Role.OFFICER,)
    list_display = ["organisation_name", "kvk_number", "claimant", "state", "asked_at"]
    list_filter = ["state"]
    list_select_related = ["claimant"]
    search_fields = ["organisation_name", "kvk_number", "claimant__email", "claimant__family_name"]
    ordering = "-asked_at"
    inspect_view_fields = [
        "organisation_name", "kvk_number", "claimant", "explanation", "state", "asked_at", "decided_at", "reason",
    ]  # fmt: skip
    says = {
        "claim.made": gettext_lazy("Asked"),
        "claim.approved": gettext_lazy("Approved"),
        "claim.declined": gettext_lazy("Declined"),
        "claim.withdrawn": gettext_lazy("Withdrawn"),
    }

    def remarks(self, thing: Claim, user: User) -> Sequence[Remark]:  # type: ignore[override]
        if thing.state != Claim.State.WAITING:
            return []
        decline = (_("Decline this, with a reason"), reverse("decline_claim", args=[thing.pk]))
        return [Remark(heading=_("What to look at before you decide"), items=[*_to_look_at(thing), decline])]


def _to_look_at(claim: Claim) -> list[str | tuple[str, str]]:
    """Whether we know the company, who is its HR now, and whose address this is."""
    said: list[str | tuple[str, str]] = [
        _("The address is %(email)s. An address at the company proves nothing by itself.")
        % {"email": claim.claimant.email}
    ]
    company = Organisation.objects.filter(kvk_number=claim.kvk_number).first()
    if company is None:
        said.append(_("We do not know this KvK number yet: approving enters the company. Look it up at kvk.nl first."))
        return said
    known = _("This KvK number is of %(company)s.") % {"company": company.name}
    said.append((known, reverse("organisations:edit", args=[company.pk])))
    held = company.memberships.current(timezone.localdate()).filter(role=Role.HR).select_related("user")
    names = ", ".join(f"{one.user} ({one.user.email})" for one in held)
    said.append(_("HR there now: %(names)s.") % {"names": names} if names else _("Nobody is HR there yet."))
    return said


class ReasonForm(GuardedForm, forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The person who asked reads this in a mail."),
        error_messages={"required": gettext_lazy("Say why, in a sentence: it is mailed to who asked.")},
    )


@for_the_office
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """Decline a claim with a reason."""
    claim = get_object_or_404(Claim.objects.allowing(request.user, "decide").select_related("claimant"), pk=pk)
    back = reverse("claims:inspect", args=[pk])
    form = ReasonForm(request.POST or None)
    if claim.state != Claim.State.WAITING:
        messages.warning(request, _("This was decided already."))
        return redirect(back)
    if request.method == "POST" and form.is_valid():
        try:
            hr_actions.decline_claim(claim, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except TransitionRefused:
            messages.warning(request, _("This was decided already."))
        else:
            messages.success(request, _("Declined. The reason is on its way by mail."))
        return redirect(back)
    return office_page(
        request,
        "back_office/ask.html",
        title=_("Decline"),
        icon="cross",
        above=[(reverse("claims:index"), _("Claims on companies")), (back, str(claim))],
        form=form,
        heading=_("Decline: %(claim)s") % {"claim": claim},
        submit=_("Decline"),
        back=back,
        is_serious=True,
    )


@for_the_office
def invite(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask someone to be HR of an employer."""
    employer = get_object_or_404(Organisation.objects.filter(is_employer=True), pk=pk)
    back = reverse("organisations:edit", args=[pk])
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            hr_actions.invite_hr(employer, email=email, language=current_language(), by=request.user, at=timezone.now())
        except hr_actions.AlreadyHR:
            form.add_error("email", _("Who has this address is HR here already."))
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": email})
            return redirect(back)
    return office_page(
        request,
        "back_office/ask.html",
        title=_("Invite HR"),
        icon="mail",
        above=[(reverse("organisations:index"), _("Organisations")), (back, employer.name)],
        form=form,
        heading=_("Invite HR of %(company)s") % {"company": employer.name},
        submit=_("Send the invitation"),
        back=back,
    )


def _approve(claim: Claim, by: User) -> str:
    try:
        hr_actions.approve_claim(claim, by=by, at=timezone.now())
    except TransitionRefused:
        raise Refused(_("This was decided already.")) from None
    return _("%(name)s is HR of %(company)s. A mail about it is on its way.") % {
        "name": claim.claimant,
        "company": claim.organisation,
    }


def addresses() -> list[URLPattern]:
    """For the hook ``register_admin_urls``."""
    return [
        *register_decision(
            Decision(
                model=Claim,
                name="approve",
                label=gettext_lazy("Approve"),
                question=gettext_lazy(
                    "Make this person HR of the company? They then see who of the company learns what, and what is "
                    "shared with it."
                ),
                verb="decide",
                icon="check",
                carry_out=_approve,
                possible=lambda claim: claim.state == Claim.State.WAITING,
            )
        ),
        path("claims/decline/<int:pk>/", decline, name="decline_claim"),
        path("organisations/invite-hr/<int:pk>/", invite, name="invite_hr"),
    ]
