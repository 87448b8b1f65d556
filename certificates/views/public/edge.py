"""What surrounds every page for anyone: its language, how often one may ask, and what may become of it.

They take POST without Django's token against forged requests: a token needs a cookie, and there is nothing to forge,
since looking at a file changes nothing and tells the answer only to whoever sent it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lms.kernel.context import OWN_NAMES
from lms.kernel.languages import LANGUAGES, current_language

PER_MINUTE = 60  # for one address; a classroom that checks its own certificates stays below it
MINUTE = 60
LANGUAGE_PARAMETER = "taal"
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """In the language asked for, not too often, and never indexed, kept or passed on as a referrer."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (chosen := request.GET.get(LANGUAGE_PARAMETER)) in LANGUAGES:
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        if asks_too_much(request):
            response = render(request, "429.html", {"translations": other_languages(request)}, status=429)
            response["Retry-After"] = str(MINUTE)
        else:
            response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def asks_too_much(request: HttpRequest, what: str = "verify", most: int = PER_MINUTE) -> bool:
    """Counted per address and minute; a guesser of numbers has eighty bits before them, this spares the server."""
    key = f"{what}:{get_adapter(request).get_client_ip(request)}:{int(time.time()) // MINUTE}"
    if cache.add(key, 1, timeout=2 * MINUTE):
        return False
    try:
        return cache.incr(key) > most
    except ValueError:  # thrown out of the cache in between
        return False


# Languages ------------------------------------------------------------------------------------------------------------


def chosen_language(request: HttpRequest) -> str:
    chosen = request.GET.get(LANGUAGE_PARAMETER, "")
    return chosen if chosen in LANGUAGES else ""


def with_language(request: HttpRequest, name: str, *args: str) -> str:
    address, chosen = reverse(name, args=args), chosen_language(request)
    return f"{address}?{urlencode({LANGUAGE_PARAMETER: chosen})}" if chosen else address


def other_languages(request: HttpRequest) -> list[dict[str, str]]:
    """This very page in the other languages, for the links in the header."""
    return [
        {
            "language": language,
            "label": OWN_NAMES[language],
            "url": f"{request.path}?{urlencode({LANGUAGE_PARAMETER: language})}",
        }
        for language in LANGUAGES
        if language != current_language()
    ]


def around(request: HttpRequest) -> dict[str, Any]:
    """What every page of these needs besides its own."""
    return {
        "translations": other_languages(request),
        "here": request.get_full_path(),
        "language_parameter": chosen_language(request),
    }
