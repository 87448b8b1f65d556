"""A trainer's own words on the course page: written, shown and taken away by the trainer alone."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.actions import save_trainer_line
from courses.models import TrainerLine
from enrolments.trainer_forms import TrainerLineForm
from lms.people.models import Role
from lms.people.requests import SignedInRequest


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def trainer_line(request: SignedInRequest) -> HttpResponse:
    """One form; what is not ticked is kept and not shown."""
    if not request.user.holds(Role.TRAINER):
        raise Http404
    line = TrainerLine.objects.filter(user=request.user).first()
    form = TrainerLineForm(request.POST or None, instance=line)
    if request.method == "POST" and form.is_valid():
        saved = save_trainer_line(form.save(commit=False), by=request.user)
        if saved.is_shown:
            messages.success(request, _("Your line is on the pages of your courses."))
        else:
            messages.success(request, _("Your line is kept, and not shown."))
        return redirect("enrolments:trainer_line")
    return render(request, "enrolments/trainer_line.html", {"form": form})
