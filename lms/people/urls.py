"""Addresses of one's own account, before those of allauth: some take their place."""

from django.urls import path

from lms.people.views import sign_in

urlpatterns = [
    path("password/remove/", sign_in.remove_password, name="remove_password"),
    path("2fa/webauthn/keys/<int:pk>/remove/", sign_in.remove_passkey, name="mfa_remove_webauthn"),
]
