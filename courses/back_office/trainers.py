"""The trainers of the house, and what they teach."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from courses.back_office.pages import for_the_house, office_page
from courses.models import Edition
from courses.trainers import trainers_of
from lms.people.models import Organisation, Role
from lms.people.requests import SignedInRequest

PER_PAGE = 50


@for_the_house
def trainers_page(request: SignedInRequest) -> HttpResponse:
    """Of trainers who also teach elsewhere only the own house's editions are told."""
    houses = Organisation.objects.allowing(request.user, "edit").filter(Q(is_provider=True) | ~Q(lab_kind=""))
    mine = Edition.objects.filter(pk__in=Edition.objects.allowing(request.user, "edit"))
    coming = mine.exclude(state=Edition.State.CANCELLED).filter(Q(ends_at__gt=timezone.now()) | Q(ends_at=None))
    trainers = (
        trainers_of(houses)
        .annotate(taught=Count("editions_taught", filter=Q(editions_taught__in=mine), distinct=True))
        .prefetch_related(Prefetch("editions_taught", coming.select_related("course"), to_attr="coming"))
    )
    if asked := " ".join(request.GET.get("q", "").split())[:80]:
        for word in asked.split():
            named = Q(given_name__icontains=word) | Q(family_name__icontains=word) | Q(email__icontains=word)
            trainers = trainers.filter(named)
    return office_page(
        request,
        "back_office/trainers.html",
        title=_("Trainers"),
        icon="user",
        trainers=Paginator(trainers, PER_PAGE).get_page(request.GET.get("p")),
        asked=asked,
        query=f"{urlencode({'q': asked})}&" if asked else "",
        gives_roles=request.user.holds(Role.OFFICER),
    )
