"""The list of clashes: sessions to come whose room or trainer is wanted twice."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.back_office.pages import for_the_house, office_page
from courses.clashes import clashes_of, clashing, slot_of
from courses.models import Session
from lms.people.requests import SignedInRequest

PER_PAGE = 50


@for_the_house
def clashes_page(request: SignedInRequest) -> HttpResponse:
    mine = Session.objects.filter(pk__in=Session.objects.allowing(request.user, "edit"), ends_at__gt=timezone.now())
    found = clashing(mine).select_related("edition__course", "room").prefetch_related("edition__trainers")
    page = Paginator(found.order_by("starts_at", "pk"), PER_PAGE).get_page(request.GET.get("p"))
    slots = [slot_of(session, list(session.edition.trainers.all())) for session in page]
    rows = list(zip(page, clashes_of(slots, user=request.user), strict=True))
    return office_page(
        request, "back_office/clashes.html", title=_("Clashes"), icon="warning", page_of_rows=page, rows=rows
    )
