"""The address in every QR code, and those that verifying machines read. Without a language: they must work for whoever
scans a code, in fifty years.
"""

from django.urls import path, re_path

from certificates.views import formats, issuer
from certificates.views import public as views

urlpatterns = [
    path("v/", views.verify_search, name="verify_search"),
    path("v/many/", views.verify_many, name="verify_many"),
    path("v/without-us/", views.verify_yourself, name="verify_yourself"),
    path("s/<str:token>", views.shared, name="shared"),
    path(".well-known/did.json", issuer.did, name="issuer_did"),
    path("credentials/status/<int:number>", issuer.status_list, name="status_list"),
    path("credentials/achievements/<slug:code>/<slug:kind>", issuer.achievement, name="achievement"),
    path("credentials/<uuid:uuid>", issuer.credential, name="credential"),
    path("credentials/<uuid:uuid>/badge.png", formats.badge_png, name="credential_png"),
    path("credentials/<uuid:uuid>/badge.svg", formats.badge_svg, name="credential_svg"),
    path("credentials/<uuid:uuid>/credential.jwt", formats.token, name="credential_token"),
    path("credentials/<uuid:uuid>/europass.json", formats.europass_json, name="credential_europass"),
    re_path(r"^v/(?P<number>[^/]+)/?$", views.verify, name="verify"),
]
