"""The page of the employer's room about certificates: what is shared now, and what runs out soon."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certificates.bundles import about
from certificates.forms import YearFileForm
from certificates.models import Bundle
from certificates.panels import expiring_for, in_the_employers_room
from certificates.reading import reading_of
from courses.models import Edition
from enrolments.employers import name_of
from enrolments.views.employer.company import Company, for_hr, show
from lms.people.models import Employment
from lms.people.requests import SignedInRequest

MOST_EXPIRING = 100
MOST_FILES = 10


@for_hr
@require_safe
def certificates(request: SignedInRequest, company: Company) -> HttpResponse:
    """The year file and both lists."""
    return show_certificates(request, company, YearFileForm(company=company.organisation, at=timezone.now()))


def show_certificates(request: SignedInRequest, company: Company, form: YearFileForm) -> HttpResponse:
    """From what runs out one goes on to enrol the same person again, where an edition takes enrolments."""
    at = timezone.now()
    soon = list(expiring_for(request).select_related("enrolment__edition__course", "programme")[:MOST_EXPIRING])
    here = Employment.objects.current(timezone.localdate(at)).filter(organisation=company.organisation)
    employments = dict(here.filter(user__in=[one.enrolment.learner_id for one in soon]).values_list("user", "pk"))
    taught = {one.pk: one.programme or one.enrolment.edition.course for one in soon}
    open_now = Edition.objects.open_at(at).filter(course__in=[course.pk for course in taught.values()])
    taking = set(open_now.values_list("course", flat=True))
    rows = [
        {
            "certificate": one,
            "said": reading_of(one.snapshot),
            "name": name_of(one.enrolment.learner),
            "course": taught[one.pk],
            "employment": employments.get(one.enrolment.learner_id),
            "may_renew": taught[one.pk].pk in taking,
        }
        for one in soon
    ]
    files = Bundle.objects.visible_to(request.user).filter(company=company.organisation)
    context = {
        "expiring": rows,
        "form": form,
        "files": [
            {"file": one, "about": about(one)}
            for one in files.exclude(state=Bundle.State.OVER).select_related("department", "course")[:MOST_FILES]
        ],
        **(in_the_employers_room(request) or {}),
    }
    # What the panel calls company is the address's word for it.
    asked = context.pop("company", "")
    return show(request, company, "certificates/employer.html", context | {"asked_company": asked})
