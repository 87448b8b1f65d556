"""Projects, targets and historic figures in the back office. Facts are never edited, so they are not here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from lms.kernel.back_office import ScopedViewSet
from lms.kpis.actions import announce_project
from lms.kpis.models import Funding, FundingProject, HistoricFigure, Target
from lms.people.models import Role, User


class OfTheOffice(ScopedViewSet):
    may_view = (Role.AUDITOR,)
    may_write = (Role.OFFICER,)


class FundingProjectViewSet(OfTheOffice):
    model = FundingProject
    icon = "folder"
    list_display = ["code", "name_nl", "fund", "starts_on", "ends_on"]
    form_fields = [
        "code", "name_nl", "name_en", "fund", "grant_number", "starts_on", "ends_on", "notice_nl", "notice_en",
        "emblem", "evidence_keep_until",
    ]  # fmt: skip

    def save(self, form: object, *, by: User) -> FundingProject:
        project = super().save(form, by=by)
        announce_project(project, by=by)
        return project


class FundingViewSet(OfTheOffice):
    model = Funding
    icon = "link"
    list_display = ["edition", "project"]
    list_filter = ["project"]
    form_fields = ["project", "edition"]

    def save(self, form: object, *, by: User) -> Funding:
        funding = super().save(form, by=by)
        announce_project(funding.project, by=by)
        return funding


class TargetViewSet(OfTheOffice):
    model = Target
    icon = "crosshairs"
    list_display = ["indicator", "project", "value", "starts_on", "ends_on"]
    list_filter = ["project"]
    form_fields = ["project", "indicator", "starts_on", "ends_on", "value", "source"]


class HistoricFigureViewSet(OfTheOffice):
    model = HistoricFigure
    icon = "history"
    list_display = ["indicator", "period", "value", "target", "source"]
    form_fields = ["indicator", "period", "value", "target", "label_nl", "label_en", "source", "order"]


class KpisGroup(ViewSetGroup):
    menu_label = gettext_lazy("Projects and targets")
    menu_icon = "table"
    menu_order = 150
    items = (
        FundingProjectViewSet("projects"),
        FundingViewSet("fundings"),
        TargetViewSet("targets"),
        HistoricFigureViewSet("historic-figures"),
    )


@hooks.register("register_admin_viewset")
def kpis_in_the_back_office() -> KpisGroup:
    return KpisGroup()
