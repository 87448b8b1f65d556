"""Django and nothing else: one view, no middleware, a page as long as the catalogue's. What all else is compared to."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

PAGE = ("<!doctype html><title>Bare</title>" + "<p>Nothing was looked up for this.</p>\n" * 1000).encode()


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE, headers={"Content-Length": str(len(PAGE))})


urlpatterns = [path("", bare)]

settings.configure(
    SECRET_KEY="bare",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DEBUG=False,
    MIDDLEWARE=[],
)
application = get_wsgi_application()
