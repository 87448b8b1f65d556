"""The address in every QR code, and those that verifying machines read. Without a language: they must work for whoever
scans a code, in fifty years.
"""

from django.urls import path, re_path

from certificates import format_views, issuer_views
from certificates import public_views as views

urlpatterns = [
    path("v/", views.verify_search, name="verify_search"),
    path("v/many/", views.verify_many, name="verify_many"),
    path("v/without-us/", views.verify_yourself, name="verify_yourself"),
    path("s/<str:token>", views.shared, name="shared"),
    path(".well-known/did.json", issuer_views.did, name="issuer_did"),
    path("credentials/status/<int:number>", issuer_views.status_list, name="status_list"),
    path("credentials/achievements/<str:code>/<slug:kind>", issuer_views.achievement, name="achievement"),
    path("credentials/<uuid:uuid>", issuer_views.credential, name="credential"),
    path("credentials/<uuid:uuid>/badge.png", format_views.badge_png, name="credential_png"),
    path("credentials/<uuid:uuid>/badge.svg", format_views.badge_svg, name="credential_svg"),
    path("credentials/<uuid:uuid>/credential.jwt", format_views.token, name="credential_token"),
    path("credentials/<uuid:uuid>/europass.json", format_views.europass_json, name="credential_europass"),
    re_path(r"^v/(?P<number>[^/]+)/?$", views.verify, name="verify"),
]
