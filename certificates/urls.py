"""Addresses of certificates for who holds, manages or was given one. Checking one is in public_urls."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from certificates.views import approving, earlier, edition, employer, files, mine, office, shares, zips

app_name = "certificates"

urlpatterns = [
    path(_("certificates/"), mine.mine, name="mine"),
    path(_("certificate/<str:number>/"), mine.detail, name="detail"),
    path(_("certificate/<str:number>/pdf/"), mine.pdf, name="pdf"),
    path(_("certificate/<str:number>/share/"), shares.shares, name="shares"),
    path(_("certificate/<str:number>/share/<int:share>/take-back/"), shares.revoke, name="share_revoke"),
    path(_("certificates/files/<uuid:uuid>/"), files.file, name="file"),
    path(_("certificates/files/<uuid:uuid>/download/"), files.download, name="file_download"),
    # The employer's room
    path(_("employer/certificates/"), employer.certificates, name="employer"),
    path(_("employer/certificates.zip"), zips.bundle, name="bundle"),
    path(_("employer/certificates/file/"), files.ask, name="ask_file"),
    # The office
    path(_("office/certificates/"), office.office, name="office"),
    path(_("office/certificates/earlier/"), earlier.batches, name="earlier"),
    path(_("office/certificates/earlier/<uuid:uuid>/"), earlier.batch, name="earlier_batch"),
    path(_("office/certificates/earlier/<uuid:uuid>/take-over/"), earlier.take, name="earlier_take"),
    path(_("office/certificates/earlier/<uuid:uuid>/undo/"), earlier.undo, name="earlier_undo"),
    path(_("office/certificates/edition/<slug:code>/"), edition.edition, name="edition"),
    path(_("office/certificates/edition/<slug:code>/issue/"), edition.issue, name="edition_issue"),
    path(_("office/certificates/edition/<slug:code>/anew/"), edition.reissue, name="edition_reissue"),
    path(_("office/certificates/edition/<slug:code>/download/"), edition.download, name="edition_download"),
    path(_("office/certificates/waiting/"), approving.waiting, name="waiting"),
    path(_("office/certificates/waiting/decide/"), approving.decide, name="decide"),
    path(_("office/certificates/<str:number>/"), office.office_detail, name="office_detail"),
    path(_("office/certificates/<str:number>/revoke/"), office.revoke, name="revoke"),
    path(_("office/certificates/<str:number>/proposal/"), office.proposal, name="proposal"),
    path(_("office/certificates/<str:number>/replace/"), office.replace, name="replace"),
]
