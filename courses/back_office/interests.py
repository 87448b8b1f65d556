"""Who waits for a date of which course, and what would suit them; and the subsidies that course pages name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column

from courses.back_office.facts import HOUSE, OFFICE
from courses.back_office.pages import for_the_house, office_page
from courses.models import Course, Interest, Subsidy
from lms.kernel.back_office import ReadOnlyViewSet, ScopedViewSet
from lms.people.models import Role
from lms.people.requests import SignedInRequest


def wish_of(interest: Interest) -> str:
    return "; ".join(interest.preferences) or _("any date")


class _InspectInterest(ReadOnlyViewSet.inspect_view_class):
    """What would suit, in words."""

    def get_days_display_value(self) -> str:
        return wish_of(self.object)


class InterestViewSet(ReadOnlyViewSet):
    model = Interest
    icon = "mail"
    may_view = HOUSE
    list_display = [
        "user",
        Column("email", label=gettext_lazy("E-mail address"), accessor="user.email"),
        "course",
        "persons",
        Column("wish", label=gettext_lazy("What would suit"), accessor=wish_of),
        "state",
        "asked_at",
    ]
    list_filter = ["state", "course"]
    list_select_related = ["user", "course"]
    list_export = ["course", "user", "user.email", "organisation_name", "persons", "state", "asked_at"]
    ordering = "-asked_at"
    search_fields = ["organisation_name", "user__given_name", "user__family_name", "user__email"]
    inspect_view_class = _InspectInterest
    inspect_view_fields = ["user", "course", "persons", "organisation_name", "days", "state", "asked_at", "ended_at"]
    says = {
        "interest.registered": gettext_lazy("Put on the list"),
        "interest.revised": gettext_lazy("Wish changed"),
        "interest.asked_again": gettext_lazy("Asked again"),
        "interest.told": gettext_lazy("Told of a date"),
        "interest.met": gettext_lazy("Enrolled"),
        "interest.withdrawn": gettext_lazy("Withdrawn"),
        "interest.lapsed": gettext_lazy("Lapsed"),
    }


@dataclass
class Demand:
    """What those who wait for one course would like, added up. Persons are counted, not requests."""

    course: Course
    requests: int = 0
    persons: int = 0
    waiting: int = 0
    wishes: Counter[str] = field(default_factory=Counter)

    def add(self, interest: Interest) -> None:
        self.requests += 1
        self.persons += interest.persons
        if interest.state == Interest.State.WAITING:
            self.waiting += interest.persons
        for wish in interest.single_wishes:
            self.wishes[wish] += interest.persons

    @property
    def most_wished(self) -> list[tuple[str, int]]:
        return self.wishes.most_common()


@for_the_house
def demand_page(request: SignedInRequest) -> HttpResponse:
    """Per course of the own house: how many wait, and what suits how many of them. Two queries."""
    found: dict[int, Demand] = {}
    for one in (
        Interest.objects.live().filter(pk__in=Interest.objects.visible_to(request.user)).select_related("course")
    ):
        found.setdefault(one.course_id, Demand(one.course)).add(one)
    rows = sorted(found.values(), key=lambda demand: (-demand.persons, demand.course.code))
    return office_page(request, "back_office/demand.html", title=_("Who waits for a date"), icon="mail", rows=rows)


class SubsidyViewSet(ScopedViewSet):
    model = Subsidy
    icon = "tag"
    may_view = (Role.COORDINATOR,)
    may_write = OFFICE
    list_display = ["__str__", "checked_on", "starts_on", "ends_on", "url"]
    search_fields = ["name_nl", "name_en"]
    form_fields = ["name_nl", "name_en", "text_nl", "text_en", "url", "checked_on", "starts_on", "ends_on", "courses"]
