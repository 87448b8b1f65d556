"""The programme office's list of employers that learners typed in, beside those that they look like."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from lms.kernel.office_pages import office_page
from lms.people.claims_office import for_the_office
from lms.people.models import Organisation
from lms.people.new_employers import approve_employer, likely_doubles
from lms.people.requests import SignedInRequest

PER_PAGE = 50


@for_the_office
@require_safe
def new_employers(request: SignedInRequest) -> HttpResponse:
    """Oldest first, fifty to a page, each with the employers of the same name but for legal form and spelling."""
    found = Organisation.objects.filter(is_employer=True, reviewed_at=None).annotate(people=Count("employments"))
    page = Paginator(found.order_by("pk"), PER_PAGE).get_page(request.GET.get("p"))
    doubles = likely_doubles(page)
    rows = [{"new": one, "doubles": doubles[one.pk]} for one in page]
    return office_page(
        request, "back_office/new_employers.html", title=_("New employers"), icon="group", rows=rows, page_of_rows=page
    )


@for_the_office
@require_POST
def approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """It is a company of its own."""
    found = get_object_or_404(Organisation.objects.allowing(request.user, "review").filter(is_employer=True), pk=pk)
    approve_employer(found, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s is approved. From now on it is found while typing.") % {"name": found.name})
    return redirect("new_employers")


def addresses() -> list[URLPattern]:
    """For the hook ``register_admin_urls``."""
    return [
        path("new-employers/", new_employers, name="new_employers"),
        path("new-employers/<int:pk>/approve/", approve, name="approve_employer"),
    ]
