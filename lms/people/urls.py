"""Addresses of one's own account, before those of allauth: some take their place."""

from django.urls import path

from lms.people.views import addresses, institutions, sign_in

urlpatterns = [
    path("password/remove/", sign_in.remove_password, name="remove_password"),
    path("email/", addresses.own_addresses, name="account_email"),
    path("email/<uuid:token>/", addresses.code, name="address_code"),
    path("email/<uuid:token>/new/", addresses.renew_code, name="address_renew_code"),
    path("email/<uuid:token>/merge/", addresses.merge_own, name="merge_own"),
    path("institution/", institutions.address, name="institution"),
    path("institution/<uuid:token>/", institutions.code, name="institution_code"),
    path("institution/<uuid:token>/new/", institutions.renew_code, name="institution_renew_code"),
    path("2fa/webauthn/keys/<int:pk>/remove/", sign_in.remove_passkey, name="mfa_remove_webauthn"),
]
