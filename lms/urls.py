"""Every address of the platform, top to bottom as they are tried."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import include, path
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext_lazy as _
from django.views.decorators.vary import vary_on_headers
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from enrolments.views.subscription import own_sessions
from lms import health
from lms.api import documents
from lms.api.urls import machine_urls
from lms.back_office import front_page
from lms.people.account import own_account
from lms.people.lookup import employers
from lms.robots import robots


@vary_on_headers("Accept-Language", "Cookie")
def to_language(request: HttpRequest) -> HttpResponseRedirect:
    """The bare address leads to the visitor's language: the one chosen before, else the browser's, else Dutch."""
    return HttpResponseRedirect(f"/{get_language_from_request(request)}/")


urlpatterns = [
    path("", to_language),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.Ready.as_view(), name="ready"),
    path("metrics", health.metrics, name="metrics"),
    path("beheer/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("beheer/", front_page, name="front_page"),
    path("beheer/account/", own_account, name="own_account"),
    path("beheer/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("lms.people.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("robots.txt", robots, name="robots"),
    path("employers.json", employers, name="employer_lookup"),
    path("", include("cms.machine_urls")),
    path("feeds/mijn/<slug:token>.ics", own_sessions, name="own_sessions"),
    path("", include("certificates.public_urls")),
    path("", include("cms.public_urls")),
    *([path("", include("lms.messages.urls"))] if settings.LMS_DEMO else []),
    *([path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT})] if settings.LMS_DEMO else []),
    *machine_urls,
    *i18n_patterns(
        path(_("for-systems/"), documents.page, name="for_systems"),
        path("", include("lms.api.connections.urls")),
        path("", include("lms.privacy.urls")),
        path("", include("enrolments.urls")),
        path("", include("certificates.urls")),
        path("", include("lms.messages.employer_urls")),
        path("", include("lms.kpis.urls")),
        path("", include("lms.desk.urls")),
        path("", include("lms.messages.public_urls")),
        path("", include("cms.urls")),
        path("", include(wagtail_urls)),
    ),
]
