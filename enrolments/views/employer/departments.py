"""The departments of an employer, and who is in them."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from enrolments.employers import seen_by
from enrolments.views.employer.company import Company, for_hr, show
from lms.people import hr_actions
from lms.people.hr_forms import DepartmentForm
from lms.people.models import Employment
from lms.people.requests import SignedInRequest


@for_hr
@require_http_methods(["GET", "HEAD", "POST"])
def departments(request: SignedInRequest, company: Company) -> HttpResponse:
    """Per department how many people there are and how many of them learn; below it a form for a new one."""
    at = timezone.now()
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = hr_actions.add_department(company.organisation, form.cleaned_data["name"], by=request.user, at=at)
        except hr_actions.NameTaken:
            form.add_error("name", _("There is a department with this name already. Choose another name."))
        else:
            messages.success(request, _("%(name)s is there. Put people in it under People.") % {"name": made.name})
            return company.back_to("enrolments:departments")
    today = timezone.localdate(at)
    here = Q(employments__starts_on__lte=today) & (Q(employments__ends_on=None) | Q(employments__ends_on__gte=today))
    learners = seen_by(company.organisation, at).order_by().values("learner")
    learning = here & Q(employments__user__in=learners)
    rows = company.organisation.departments.annotate(
        people=Count("employments", filter=here, distinct=True),
        learners=Count("employments", filter=learning, distinct=True),
    )
    nowhere = Employment.objects.current(today).filter(organisation=company.organisation, department=None).count()
    return show(
        request,
        company,
        "enrolments/employer/departments.html",
        {"form": form, "departments": rows, "nowhere": nowhere},
    )


@for_hr
@require_http_methods(["GET", "HEAD", "POST"])
def department(request: SignedInRequest, company: Company, pk: int) -> HttpResponse:
    """Rename a department, or take it away."""
    at = timezone.now()
    found = get_object_or_404(company.organisation.departments, pk=pk)
    if request.method == "POST" and "remove" in request.POST:
        hr_actions.remove_department(found, by=request.user, at=at)
        messages.success(request, _("The department is gone. Its people are still here."))
        return company.back_to("enrolments:departments")
    name = found.name
    form = DepartmentForm(request.POST or None, initial={"name": name})
    if request.method == "POST" and form.is_valid():
        try:
            hr_actions.rename_department(found, form.cleaned_data["name"], by=request.user, at=at)
        except hr_actions.NameTaken:
            form.add_error("name", _("There is a department with this name already. Choose another name."))
        else:
            messages.success(request, _("The department is called %(name)s now.") % {"name": found.name})
            return company.back_to("enrolments:departments")
    return show(
        request, company, "enrolments/employer/department.html", {"form": form, "department": found, "name": name}
    )
