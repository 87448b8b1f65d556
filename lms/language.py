"""The language of a response: by its address, else as the visitor chose before, else as the browser asks."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class LanguageMiddleware(LocaleMiddleware):
    """Django's, except that a 404 of an address that exists stays a 404.

    Wagtail answers for every address below /nl/, so Django would send "no such certificate" at /v/… on to /nl/v/…/
    and a machine asking for a credential to a page.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == 404 and request.resolver_match:
            response.headers.setdefault("Content-Language", translation.get_language())
            return response
        return super().process_response(request, response)
