"""The address in every QR code, and those that verifying machines read. Without a language: they must work for whoever
scans a code, in fifty years.
"""

from django.urls import path, re_path

from certificates import issuer_views
from certificates import public_views as views

urlpatterns = [
    path("v/", views.verify_search, name="verify_search"),
    path("s/<str:token>", views.shared, name="shared"),
    path(".well-known/did.json", issuer_views.did, name="issuer_did"),
    path("credentials/status/<int:number>", issuer_views.status_list, name="status_list"),
    path("credentials/achievements/<str:code>/<slug:kind>", issuer_views.achievement, name="achievement"),
    path("credentials/<uuid:uuid>", issuer_views.credential, name="credential"),
    re_path(r"^v/(?P<number>[^/]+)/?$", views.verify, name="verify"),
]
