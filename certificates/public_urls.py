"""The address in every QR code. Short, and without a language: it must work for whoever scans it, in fifty years."""

from django.urls import path, re_path

from certificates import public_views as views

urlpatterns = [
    path("v/", views.verify_search, name="verify_search"),
    re_path(r"^v/(?P<number>[^/]+)/?$", views.verify, name="verify"),
]
