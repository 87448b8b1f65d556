"""Who else is HR here, and who is asked to be."""

from __future__ import annotations

from datetime import datetime

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from enrolments.views.employer.company import Company, for_hr, show
from lms.kernel.forms import refuse_haste
from lms.kernel.languages import current_language
from lms.kernel.states import TransitionRefused
from lms.people import hr_actions
from lms.people.hr_forms import InvitationForm
from lms.people.models import Invitation, Organisation, Role
from lms.people.requests import SignedInRequest


@for_hr
@require_http_methods(["GET", "HEAD", "POST"])
def colleagues(request: SignedInRequest, company: Company) -> HttpResponse:
    """The people with this role, the open invitations, and a form to ask one more."""
    at = timezone.now()
    employer = company.organisation
    form, status = InvitationForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if not ratelimit.consume(request, action="invite", key=str(request.user.pk)):
            refuse_haste(form)
            status = 429
        elif _invited(request, employer, form, at):
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": email})
            return company.back_to("enrolments:colleagues")
    held = employer.memberships.current(timezone.localdate(at)).filter(role=Role.HR).select_related("user")
    return show(
        request,
        company,
        "enrolments/employer/colleagues.html",
        {
            "form": form,
            "memberships": held.order_by("user__family_name", "user__given_name", "pk"),
            "invitations": employer.invitations.filter(state=Invitation.State.OPEN).select_related("invited_by"),
            "now": at,
        },
        status=status,
    )


def _invited(request: SignedInRequest, employer: Organisation, form: InvitationForm, at: datetime) -> bool:
    email = form.cleaned_data["email"]
    try:
        hr_actions.invite_hr(employer, email=email, language=current_language(), by=request.user, at=at)
    except hr_actions.AlreadyHR:
        form.add_error("email", _("Who has this address is HR here already."))
        return False
    return True


@for_hr
@require_POST
def end_colleague(request: SignedInRequest, company: Company, pk: int) -> HttpResponse:
    """Take the role away from a colleague, or lay down one's own."""
    at = timezone.now()
    held = company.organisation.memberships.current(timezone.localdate(at)).filter(role=Role.HR).select_related("user")
    membership = get_object_or_404(held, pk=pk)
    is_self = membership.user_id == request.user.pk
    try:
        hr_actions.end_hr(membership, by=request.user, at=at)
    except hr_actions.LastOfHR:
        messages.error(
            request,
            _(
                "You are the last one who is HR here, so nobody could manage this company any more. "
                "Invite a colleague first, or ask the programme office to end it."
            ),
        )
        return company.back_to("enrolments:colleagues")
    if is_self:
        messages.success(request, _("You are no longer HR of %(company)s.") % {"company": company.organisation.name})
        return redirect("enrolments:my")
    messages.success(request, _("%(name)s is no longer HR here.") % {"name": membership.user})
    return company.back_to("enrolments:colleagues")


@for_hr
@require_POST
def withdraw_invitation(request: SignedInRequest, company: Company, pk: int) -> HttpResponse:
    """The mailed link opens nothing any more."""
    found = get_object_or_404(company.organisation.invitations, pk=pk)
    try:
        hr_actions.withdraw_invitation(found, by=request.user, at=timezone.now())
    except TransitionRefused:
        messages.warning(request, _("This invitation is no longer open."))
    else:
        messages.success(request, _("The invitation is withdrawn."))
    return company.back_to("enrolments:colleagues")
