"""The pages in the back office: who may choose what, what is checked, and what editors are shown beside their text."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.editing import (
    EditorPageViewSet,
    TranslationsView,
    check_translation_view,
    draft_view,
    make_translation_view,
)
from cms.policies import choosable_pages, writes_everywhere
from lms.people.requests import SignedInRequest


@hooks.register("register_admin_viewset", order=1)  # after Wagtail's own for all pages, in its place
def editor_pages() -> EditorPageViewSet:
    return EditorPageViewSet()


@hooks.register("construct_page_chooser_queryset")
def pages_to_choose_from(pages: models.QuerySet, request: SignedInRequest) -> models.QuerySet:
    return choosable_pages(request.user, pages)


class OwnRows:
    """Wagtail's lists for its own scripts, which would show every picture and document to everyone inside."""

    request: SignedInRequest
    model: type[models.Model]

    def get_queryset(self) -> models.QuerySet:
        policy = policy_registry.get_by_type(self.model)
        known = policy.instances_user_has_any_permission_for(self.request.user, {"choose", "change"})
        return super().get_queryset().filter(pk__in=known.values("pk"))  # type: ignore[misc]  # a mixin


class Pictures(OwnRows, ImagesAdminAPIViewSet):
    pass


class Documents(OwnRows, DocumentsAdminAPIViewSet):
    pass


@hooks.register("construct_admin_api", order=1)  # after Wagtail's own, in their place
def rows_for_scripts(router: Any) -> None:
    router.register_endpoint("images", Pictures)
    router.register_endpoint("documents", Documents)


# Translations ---------------------------------------------------------------------------------------------------------


@hooks.register("register_admin_urls")
def translation_urls() -> list[URLPattern]:
    return [
        path("translations/", TranslationsView.as_view(), name="translations"),
        path("translations/results/", TranslationsView.as_view(results_only=True), name="translations_results"),
        path("translations/<int:page_id>/", check_translation_view, name="check_translation"),
        path("translations/<int:page_id>/draft/", draft_view, name="translation_draft"),
        path("translations/<int:page_id>/make/<slug:language>/", make_translation_view, name="make_translation"),
    ]


class ForWritersOfPages(MenuItem):
    def is_shown(self, request: SignedInRequest) -> bool:
        return user_has_any_page_permission(request.user)


@hooks.register("register_admin_menu_item")
def translations_in_the_menu() -> MenuItem:
    return ForWritersOfPages(
        gettext_lazy("Translations"), reverse("translations"), name="translations", icon_name="globe", order=110
    )


@hooks.register("construct_reports_menu")
def without_what_is_about_all_pages(request: SignedInRequest, items: list[MenuItem]) -> None:
    if not writes_everywhere(request.user):
        items[:] = [item for item in items if item.name not in ("page-types-usage", "translations")]


# Checks ---------------------------------------------------------------------------------------------------------------


class AccessibilityChecker(ContentCheckerItem):
    """Axe in the preview: all of WCAG 2.2 AA and the good practices, but of the text, not of our own head and foot."""

    axe_include = ["main"]
    axe_run_only = None
    axe_rules = {
        "color-contrast": {"enabled": True},
        "region": {"enabled": False},  # main is all there is of the page here
        "landmark-one-main": {"enabled": False},
        "page-has-heading-one": {"enabled": True},
    }
    axe_messages = ContentCheckerItem.axe_messages | {
        "image-alt": {
            "error_name": gettext_lazy("Picture without words"),
            "help_text": gettext_lazy("Say what it shows, or mark it as decorative"),
        },
        "identical-links-same-purpose": {
            "error_name": gettext_lazy("Links with the same words lead to different pages"),
            "help_text": gettext_lazy("Say where each of them leads"),
        },
        "color-contrast": {
            "error_name": gettext_lazy("Too little contrast"),
            "help_text": gettext_lazy("Choose another colour or picture"),
        },
    }


@hooks.register("construct_wagtail_userbar")
def our_checker(request: SignedInRequest, items: list[Any], page: Page | None) -> None:
    items[:] = [
        AccessibilityChecker(in_editor=item.in_editor) if isinstance(item, ContentCheckerItem) else item
        for item in items
    ]
