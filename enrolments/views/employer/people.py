"""The people of an employer: in which department, and when they leave."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce, Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from enrolments.employers import name_of, seen_by
from enrolments.views.employer.company import Company, for_hr, show
from lms.people import hr_actions
from lms.people.hr_forms import EmploymentForm
from lms.people.models import Employment
from lms.people.requests import SignedInRequest

PER_PAGE = 50


@for_hr
@require_GET
def people(request: SignedInRequest, company: Company) -> HttpResponse:
    """Everyone who works here as far as we know, fifty to a page."""
    at = timezone.now()
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "department")}
    found = Employment.objects.current(timezone.localdate(at)).filter(organisation=company.organisation)
    found = found.named_like(asked["q"])
    if asked["department"] == "none":
        found = found.filter(department=None)
    elif asked["department"].isdecimal():
        found = found.filter(department=int(asked["department"]))
    enrolments = seen_by(company.organisation, at).order_by().filter(learner=OuterRef("user")).values("learner")
    found = found.annotate(
        enrolments=Coalesce(Subquery(enrolments.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
    )
    found = found.select_related("user", "department").order_by(
        Lower("user__family_name"), "user__name_prefix", "user__given_name", "pk"
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return show(
        request,
        company,
        "enrolments/employer/people.html",
        {
            "page": page,
            "lines": [{"employment": one, "name": name_of(one.user)} for one in page],
            "asked": asked,
            "is_filtered": any(asked.values()),
            "departments": list(company.organisation.departments.all()),
            "query": query.urlencode(),
        },
    )


@for_hr
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: SignedInRequest, company: Company, pk: int) -> HttpResponse:
    """Someone's department, and the last day when they leave."""
    at = timezone.now()
    today = timezone.localdate(at)
    here = Employment.objects.current(today).filter(organisation=company.organisation)
    employment = get_object_or_404(here.select_related("user", "organisation", "department"), pk=pk)
    name = name_of(employment.user)
    form = EmploymentForm(request.POST or None, employment=employment, today=today)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        hr_actions.put_in_department(employment, said["department"], by=request.user, at=at)
        if said["ends_on"]:
            hr_actions.let_go(employment, on=said["ends_on"], by=request.user)
        messages.success(request, _("%(name)s is up to date.") % {"name": name})
        return company.back_to("enrolments:staff")
    return show(
        request,
        company,
        "enrolments/employer/person.html",
        {"form": form, "employment": employment, "name": name, "today": today},
    )
