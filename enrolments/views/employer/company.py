"""Which employer is on view, and the frame that all pages of the room share: used by every app with a page here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from lms.kernel import menu
from lms.people.models import Organisation, Role
from lms.people.requests import SignedInRequest


@dataclass(frozen=True)
class Company:
    """The employer on view, among all of which this person is HR."""

    organisation: Organisation
    others: list[Organisation]

    @property
    def query(self) -> str:
        """What goes behind every address of the room, so that it stays with this employer."""
        return f"?{urlencode({'company': self.organisation.uuid})}" if len(self.others) > 1 else ""

    def address(self, name: str, **kwargs: Any) -> str:
        return reverse(name, kwargs=kwargs) + self.query

    def back_to(self, name: str, **kwargs: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(self.address(name, **kwargs))


def company_of(request: SignedInRequest) -> Company:
    """The company on view (``?company=``), else the first by name; nobody's HR finds no page here."""
    companies = list(Organisation.objects.filter(pk__in=request.user.organisations_as(Role.HR)).order_by("name", "pk"))
    wanted = request.GET.get("company")
    for company in companies:
        if not wanted or str(company.uuid) == wanted:
            return Company(company, companies)
    raise Http404


def for_hr(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """A page of the room: ``view(request, company, …)``. Signed in, HR of this company, never from a cache."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, company_of(request), *args, **kwargs)

    return guarded


def show(
    request: SignedInRequest, company: Company, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page within the frame of ``enrolments/employer/frame.html``, with the room's own menu.

    An app adds its page to the menu in ``AppConfig.ready``: ``menu.register(Item(…, place="employer"))``.
    """
    frame = {
        "company": company.organisation,
        "companies": company.others,
        "company_query": company.query,
        "employer_menu": list(menu.entries(request, "employer")),
    }
    return render(request, template, frame | context, status=status)
