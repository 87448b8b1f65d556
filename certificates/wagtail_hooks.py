"""Certificates in the back office: one menu for how they look."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from certificates.back_office import COURSES, DEFAULT, LAYOUTS, LOGOS, certificate_of_course, preview_page
from lms.kernel.back_office import register_decision


class CertificatesGroup(ViewSetGroup):
    menu_label = gettext_lazy("Certificates")
    menu_icon = "doc-full"
    menu_order = 130
    items = (LAYOUTS, COURSES, LOGOS)


@hooks.register("register_admin_viewset")
def certificates_in_the_back_office() -> CertificatesGroup:
    return CertificatesGroup()


@hooks.register("register_admin_urls")
def pages_about_layouts() -> list[URLPattern]:
    return [
        path("certificate-layouts/preview/", preview_page, name="certificate_preview"),
        path("certificate-layouts/preview/<int:pk>/", preview_page, name="certificate_preview_of"),
        path("courses/certificate/<int:pk>/", certificate_of_course, name="certificate_of_course"),
        *register_decision(DEFAULT),
    ]
