"""Projects, targets and historic figures in the back office. Facts are never edited, so they are not here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from courses.actions import announce_funding
from courses.models import Edition
from lms.kernel.back_office import ScopedViewSet
from lms.kpis.actions import announce_project
from lms.kpis.definitions import INDICATORS
from lms.kpis.models import Funding, FundingProject, HistoricFigure, Target
from lms.people.models import Role, User


class OfTheOffice(ScopedViewSet):
    """The programme office keeps it, auditors read it; no house has a part in it."""

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

    def save(self, form: Any, *, by: User) -> Any:
        project = super().save(form, by=by)
        announce_project(project, by=by)
        return project


class FundingViewSet(OfTheOffice):
    model = Funding
    icon = "link"
    list_display = ["edition", "project"]
    list_filter = ["project"]
    list_select_related = ["edition", "project"]
    search_fields = ["edition__code"]
    form_fields = ["project", "edition"]
    says = {"funding.started": gettext_lazy("Charged to the project")}

    def save(self, form: Any, *, by: User) -> Any:
        was = Edition.objects.filter(funding=form.instance.pk).first() if form.instance.pk else None
        funding = super().save(form, by=by)
        if was is not None and was.pk != funding.edition_id:
            self._silence(was, by=by)
        announce_project(funding.project, by=by)
        return funding

    def delete(self, thing: Any, *, by: User) -> None:
        edition = thing.edition
        super().delete(thing, by=by)
        self._silence(edition, by=by)

    def _silence(self, edition: Edition, *, by: User) -> None:
        """Who no longer pays is no longer named; what was issued before keeps what it says."""
        announce_funding(edition, notice_nl="", notice_en="", emblem="", by=by)


class TargetViewSet(OfTheOffice):
    model = Target
    icon = "crosshairs"
    list_display = ["indicator", "project", "value", "starts_on", "ends_on"]
    list_filter = ["project"]
    list_select_related = ["project"]
    form_fields = ["project", "indicator", "starts_on", "ends_on", "value", "source"]

    def formfield_for_dbfield(self, db_field: models.Field, **kwargs: Any) -> Any:
        """A target for an indicator that does not exist would never be shown beside a figure."""
        if db_field.name == "indicator":
            return forms.ChoiceField(
                label=db_field.verbose_name,
                choices=lambda: [(code, f"{one.label} ({code})") for code, one in INDICATORS.items()],
            )
        return super().formfield_for_dbfield(db_field, **kwargs)


class HistoricFigureViewSet(OfTheOffice):
    model = HistoricFigure
    icon = "history"
    list_display = ["indicator", "period", "value", "target", "source"]
    form_fields = ["indicator", "period", "value", "target", "label_nl", "label_en", "source", "order"]


class KpisGroup(ViewSetGroup):
    """One menu for what was promised to funders."""

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
