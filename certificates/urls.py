"""Addresses of certificates for who holds, manages or was given one. Checking one is in public_urls."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from certificates import employer_views, share_views, views

app_name = "certificates"

urlpatterns = [
    path(_("certificates/"), views.mine, name="mine"),
    path(_("certificate/<str:number>/"), views.detail, name="detail"),
    path(_("certificate/<str:number>/pdf/"), views.pdf, name="pdf"),
    path(_("certificate/<str:number>/share/"), share_views.shares, name="shares"),
    path(_("certificate/<str:number>/share/<int:share>/take-back/"), share_views.revoke, name="share_revoke"),
    # The employer's room
    path(_("employer/certificates/"), employer_views.certificates, name="employer"),
    path(_("employer/certificates.zip"), views.bundle, name="bundle"),
    # The office
    path(_("office/certificates/"), views.office, name="office"),
    path(_("office/certificates/<str:number>/"), views.office_detail, name="office_detail"),
    path(_("office/certificates/<str:number>/revoke/"), views.revoke, name="revoke"),
    path(_("office/certificates/<str:number>/replace/"), views.replace, name="replace"),
]
