"""What the pages of partners show."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.cards.courses import card_of, of_house, with_editions
from cms.models import CoursePage, LabPage, PartnerIndexPage, PartnerPage
from lms.kernel.languages import in_language

# The headings of the overview, in its order. A role that is not among them stands under the last one.
ROLES: dict[str, str | Promise] = {
    "programme_lead": _("Leads the programme"),
    "initiator": _("Took the initiative"),
    "funder": _("Pays for it"),
    "knowledge_partner": _("Brings in knowledge"),
    "industry_association": _("Speaks for the companies"),
    "": _("Takes part"),
}


def partner(page: PartnerPage, request: HttpRequest, moment: datetime) -> dict[str, Any]:
    """One partner: its role, and the courses and labs in which one meets it."""
    house = page.organisation
    chosen = [one.pk for one in page.courses.all()]
    pages = (
        CoursePage.objects.filter(locale=page.locale_id)
        .filter(of_house(house.pk, "course__") | Q(course__in=chosen))
        .distinct()
        .order_by("course__kind", "course__code")
    )
    found = list(with_editions(pages, moment))
    houses = {one.course.provider_id for one in found} - {house.pk}
    labs = LabPage.objects.live().filter(locale=page.locale_id, organisation__in=houses).defer("body")
    return {
        "house": house,
        "role": in_language(house, "description"),
        "introduction": page.introduction or in_language(house, "description"),
        "full_name": house.full_name if house.full_name not in {house.name, page.title} else "",
        "cards": [card_of(one, request, moment) for one in found],
        "labs": [(one.title, one.get_url(request)) for one in labs.order_by("title")],
    }


def partners(page: PartnerIndexPage, request: HttpRequest) -> dict[str, Any]:
    """All partners with a page, under what they do in the programme."""
    by_role: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in partner_pages(PartnerPage.objects.live().filter(locale=page.locale_id)):
        role = one.organisation.partner_role or ("funder" if one.organisation.is_funder else "")
        by_role[role if role in ROLES else ""].append(
            {
                "title": one.title,
                "url": one.get_url(request),
                "logo": one.logo,
                "text": in_language(one.organisation, "description"),
            }
        )
    return {"roles": [(heading, by_role[role]) for role, heading in ROLES.items() if by_role[role]]}


def partner_pages(pages: Any) -> Any:
    """Partners in the order of their names, with what a wordmark needs. Two queries."""
    return (
        pages.defer("body")
        .select_related("organisation", "logo")
        .prefetch_related("logo__renditions")
        .order_by("title")
    )
