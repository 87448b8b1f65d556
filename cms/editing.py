"""Wagtail's screens for pages, with what our editors need beside them: houses, languages, how the text reads."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.side_panels import BaseSidePanel, ChecksSidePanel
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.listing import ExplorableIndexView, GenericPageFilterSet
from wagtail.admin.views.pages.preview import PreviewOnCreateView, PreviewOnEditView
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Locale, Page
from wagtail.permissions import policy_registry
from wagtail.utils.decorators import xframe_options_sameorigin_override

from cms.content_checks import check_page
from cms.policies import writes_everywhere
from cms.translations import (
    State,
    check_translation,
    make_translation,
    other_language_of,
    state_of,
    translatable_pages,
    with_house,
    with_other_language,
)
from lms.people.models import Organisation
from lms.people.requests import SignedInRequest

# Beside the form ------------------------------------------------------------------------------------------------------


class LanguageChecksPanel(ChecksSidePanel):
    """Wagtail's checks of the preview, and ours of the text as it was last saved."""

    template_name = "cms/editor/checks.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        context["report"] = check_page(self.object) if self.object.locale_id else None
        return context


class OtherLanguagePanel(BaseSidePanel):
    """Whether this page still says what its other language says."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = gettext_lazy("Toggle other language")
        icon_name = "globe"

        def get_context_data(self, parent_context: Any) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            context["count"] = int(self.panel.state in (State.BEHIND, State.WAITING))
            return context

    name = "other-language"
    title = gettext_lazy("Other language")
    template_name = "cms/editor/other_language.html"
    order = 360

    def __init__(self, page: Page, request: SignedInRequest) -> None:
        super().__init__(page, request)
        self.other = other_language_of(page)
        self.state = state_of(page)

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        missing = Locale.objects.exclude(pk=self.object.locale_id) if self.other is None else []
        return context | {"other": self.other, "state": self.state, "missing": missing, "State": State}


def _ours(panels: Any, page: Page, request: SignedInRequest) -> Any:
    """Our panel of checks in the place of Wagtail's."""
    panels[:] = [LanguageChecksPanel(page, request) if type(panel) is ChecksSidePanel else panel for panel in panels]
    return panels


class PageCreateView(CreateView):
    def get_side_panels(self) -> Any:
        return _ours(super().get_side_panels(), self.page, self.request)


class PageEditView(EditView):
    partials_template_name = "cms/editor/edit_partials.html"

    def get_side_panels(self) -> Any:
        panels = _ours(super().get_side_panels(), self.page, self.request)
        if not self.expects_json_response and not self.hydrate_create_view:
            panels.append(OtherLanguagePanel(self.page, self.request))
        return panels

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.expects_json_response:  # saved by itself: what there is to say about the text may have changed
            context["report"] = check_page(self.page)
        return context

    def get(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.expects_json_response and state_of(self.page) == State.BEHIND:
            other = cast(Page, other_language_of(self.page))
            messages.warning(
                request,
                _("This page changed in %(language)s since the two were last compared.")
                % {"language": other.locale.get_display_name()},
                buttons=[messages.button(reverse("check_translation", args=[self.page.pk]), _("Compare the two"))],
            )
        return super().get(request, *args, **kwargs)


class BeforeAnythingIsChosen:
    """Shows a page whose course or lab is not chosen yet: it cannot be saved so, but be looked at."""

    def validate_form(self, form: Any) -> bool:
        for field in form.fields.values():
            if isinstance(field, ModelChoiceField):
                field.required = False
        return super().validate_form(form)  # type: ignore[misc]  # a mixin of Wagtail's views


class PreviewOfEdit(BeforeAnythingIsChosen, PreviewOnEditView):
    pass


class PreviewOfNew(BeforeAnythingIsChosen, PreviewOnCreateView):
    pass


# The list of pages ----------------------------------------------------------------------------------------------------


class OtherLanguageColumn(Column):
    """How the other language stands to the page; a word, not a colour alone."""

    cell_template_name = "cms/editor/state_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        state = getattr(instance, "other_state", None)
        return context | {"state": state, "label": State(state).label if state else "", "State": State}


class OtherTitleColumn(Column):
    """The same page in the other language, or the way to make it."""

    cell_template_name = "cms/editor/other_title_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        missing = [] if instance.other_id else [one for one in Locale.objects.all() if one.pk != instance.locale_id]
        return context | {"page": instance, "missing": missing}


HOUSE_COLUMN = Column("house", label=gettext_lazy("House"), accessor="house_name", width="14%")


class PageFilters(GenericPageFilterSet):
    """Without the names of other houses' editors."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not writes_everywhere(self.request.user):
            for name in ("owner", "edited_by"):
                self.filters.pop(name, None)


class PageListView(ExplorableIndexView):
    base_filterset_class = PageFilters
    base_columns = [
        *ExplorableIndexView.base_columns[:2],
        HOUSE_COLUMN,
        *ExplorableIndexView.base_columns[2:],
        OtherLanguageColumn("other_language", label=gettext_lazy("Other language"), width="12%"),
    ]

    def annotate_queryset(self, pages: QuerySet) -> QuerySet:
        return super().annotate_queryset(with_other_language(with_house(pages)))


class EditorPageViewSet(PageViewSet):
    """All kinds of page."""

    model = Page
    add_view_class = PageCreateView
    edit_view_class = PageEditView
    index_view_class = PageListView
    preview_on_add_view_class = PreviewOfNew
    preview_on_edit_view_class = PreviewOfEdit
    filterset_class = PageFilters


# Translations ---------------------------------------------------------------------------------------------------------


def _labs_and_providers(request: SignedInRequest) -> QuerySet:
    return Organisation.objects.providers().visible_to(request.user)


class TranslationFilters(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(
        field_name="other_state", label=gettext_lazy("State"), choices=State.choices
    )
    language = django_filters.ModelChoiceFilter(
        field_name="locale", label=gettext_lazy("Written in"), queryset=Locale.objects.all()
    )
    house = django_filters.ModelChoiceFilter(
        field_name="house_id", label=gettext_lazy("House"), queryset=_labs_and_providers, method="of_house"
    )

    class Meta:
        model = Page
        fields: list[str] = []

    def of_house(self, pages: QuerySet, name: str, house: Organisation) -> QuerySet:
        return pages.filter(house_id=house.pk)


class TranslationsView(ReportView):
    """Every page one may write, beside its other language."""

    page_title = gettext_lazy("Translations")
    header_icon = "globe"
    model = Page
    index_url_name = "translations"
    index_results_url_name = "translations_results"
    columns = [
        TitleColumn(
            "draft_title",
            label=gettext_lazy("Page"),
            get_url=lambda page: reverse("wagtailadmin_pages:edit", args=[page.pk]),
        ),
        Column("locale", label=gettext_lazy("Written in"), width="10%"),
        HOUSE_COLUMN,
        DateColumn("latest_revision_created_at", label=gettext_lazy("Changed"), width="10%"),
        OtherTitleColumn("other_title", label=gettext_lazy("Other language")),
        DateColumn("other_changed_at", label=gettext_lazy("Other language changed"), width="12%"),
        OtherLanguageColumn("other_state", label=gettext_lazy("State"), width="12%"),
    ]
    no_results_message = gettext_lazy("There are no such pages.")
    filterset_class = TranslationFilters
    any_permission_required = {"add", "change", "publish"}
    list_export = [
        "draft_title",
        "locale",
        "house_name",
        "latest_revision_created_at",
        "other_title",
        "other_changed_at",
        "other_state",
    ]
    export_headings = {
        "draft_title": gettext_lazy("Page"), "locale": gettext_lazy("Written in"), "house_name": gettext_lazy("House"),
        "latest_revision_created_at": gettext_lazy("Changed"), "other_title": gettext_lazy("Other language"),
        "other_changed_at": gettext_lazy("Other language changed"), "other_state": gettext_lazy("State"),
    }  # fmt: skip

    @property
    def permission_policy(self) -> Any:
        return policy_registry.get_by_type(Page)

    def get_queryset(self) -> QuerySet:
        mine = self.permission_policy.instances_user_has_permission_for(self.request.user, "change")
        pages = translatable_pages().filter(pk__in=mine.values("pk")).select_related("locale", "content_type")
        self.queryset = with_other_language(with_house(pages)).order_by("path")
        return super().get_queryset()

    def get_filename(self) -> str:
        return "translations"


def _page_to_write(request: SignedInRequest, page_id: int) -> Page:
    """The page, as one may edit it; for anyone else it does not exist."""
    page = get_object_or_404(Page.objects.filter(depth__gt=1).select_related("locale"), pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise Http404
    return page


def check_translation_view(request: SignedInRequest, page_id: int) -> HttpResponse:
    """Both languages beside each other, and a button that says: these say the same."""
    page = _page_to_write(request, page_id)
    other = other_language_of(page)
    if other is None or not other.permissions_for_user(request.user).can_edit():
        raise Http404
    if request.method == "POST":
        check_translation(page, by=request.user, at=timezone.now())
        messages.success(request, _("Noted: both languages say the same."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    context = {"page": page, "pair": [page, other], "state": state_of(page), "header_icon": "globe"}
    return render(request, "cms/editor/compare.html", context)


@xframe_options_sameorigin_override
def draft_view(request: SignedInRequest, page_id: int) -> HttpResponse:
    """A page as it was last saved, in a frame beside its other language."""
    return _page_to_write(request, page_id).get_latest_revision_as_object().make_preview_request(request)


def make_translation_view(request: SignedInRequest, page_id: int, language: str) -> HttpResponse:
    """A draft to translate; asked for by a button, and made by POST alone."""
    page = _page_to_write(request, page_id)
    locale = get_object_or_404(Locale, language_code=language)
    if request.method != "POST":
        return render(
            request, "cms/editor/make_translation.html", {"page": page, "locale": locale, "header_icon": "globe"}
        )
    if there := other_language_of(page):
        return redirect("wagtailadmin_pages:edit", there.pk)
    parent = page.get_parent().get_translation_or_none(locale)
    if parent is None:
        messages.error(request, _("The page above this one is not there in that language: make that one first."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    if not parent.permissions_for_user(request.user).can_add_subpage():
        raise PermissionDenied
    made = make_translation(page, language, by=request.user, at=timezone.now())
    messages.success(
        request, _("Made: a draft with the text of the other language. Translate it, then compare the two.")
    )
    return redirect("wagtailadmin_pages:edit", made.pk)
