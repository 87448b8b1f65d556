"""Addresses of certificates for who holds, manages or was given one. Checking one is in public_urls."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from certificates import approval_views, bundle_views, earlier_views, edition_views, employer_views, share_views, views

app_name = "certificates"

urlpatterns = [
    path(_("certificates/"), views.mine, name="mine"),
    path(_("certificate/<str:number>/"), views.detail, name="detail"),
    path(_("certificate/<str:number>/pdf/"), views.pdf, name="pdf"),
    path(_("certificate/<str:number>/share/"), share_views.shares, name="shares"),
    path(_("certificate/<str:number>/share/<int:share>/take-back/"), share_views.revoke, name="share_revoke"),
    path(_("certificates/files/<uuid:uuid>/"), bundle_views.file, name="file"),
    path(_("certificates/files/<uuid:uuid>/download/"), bundle_views.download, name="file_download"),
    # The employer's room
    path(_("employer/certificates/"), employer_views.certificates, name="employer"),
    path(_("employer/certificates.zip"), views.bundle, name="bundle"),
    path(_("employer/certificates/file/"), bundle_views.ask, name="ask_file"),
    # The office
    path(_("office/certificates/"), views.office, name="office"),
    path(_("office/certificates/earlier/"), earlier_views.batches, name="earlier"),
    path(_("office/certificates/earlier/<uuid:uuid>/"), earlier_views.batch, name="earlier_batch"),
    path(_("office/certificates/earlier/<uuid:uuid>/take-over/"), earlier_views.take, name="earlier_take"),
    path(_("office/certificates/earlier/<uuid:uuid>/undo/"), earlier_views.undo, name="earlier_undo"),
    path(_("office/certificates/edition/<slug:code>/"), edition_views.edition, name="edition"),
    path(_("office/certificates/edition/<slug:code>/issue/"), edition_views.issue, name="edition_issue"),
    path(_("office/certificates/edition/<slug:code>/anew/"), edition_views.reissue, name="edition_reissue"),
    path(_("office/certificates/edition/<slug:code>/download/"), edition_views.download, name="edition_download"),
    path(_("office/certificates/waiting/"), approval_views.waiting, name="waiting"),
    path(_("office/certificates/waiting/decide/"), approval_views.decide, name="decide"),
    path(_("office/certificates/<str:number>/"), views.office_detail, name="office_detail"),
    path(_("office/certificates/<str:number>/revoke/"), views.revoke, name="revoke"),
    path(_("office/certificates/<str:number>/proposal/"), views.proposal, name="proposal"),
    path(_("office/certificates/<str:number>/replace/"), views.replace, name="replace"),
]
