"""Addresses of the programme office's figures."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from lms.kpis import views

app_name = "kpis"

urlpatterns = [
    path(_("office/"), views.office, name="office"),
    path(_("office/figures.<str:file_format>"), views.export, name="export"),
    path(_("office/figure/<slug:code>/"), views.figure, name="figure"),
    path(_("office/figure/<slug:code>/rows.<str:file_format>"), views.figure_export, name="figure_export"),
    path(_("office/fact/<int:pk>/"), views.fact, name="fact"),
]
