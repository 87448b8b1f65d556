"""Where machines come in: what holds for every address below /api, /oeapi and /edudex.

Methods, the kinds of answer, errors, limits and caches are the same for all of them and are said here once, so that a
view only says what it knows. No cookie is set and none is looked at.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from lms.api import problems
from lms.api.catalogue import version
from lms.api.languages import language_of

PREFIXES = ("/api/", "/oeapi/", "/edudex/")
ALLOWED = "GET, HEAD, OPTIONS"
# How long an answer may be kept here; it is thrown away earlier when the catalogue changes.
KEPT_SECONDS = 60
WINDOW_SECONDS = 60
# What a browser's script on another site may read besides the body.
EXPOSED = "ETag, Last-Modified, Link, Retry-After"

View = Callable[..., HttpResponseBase]


def is_machine(request: HttpRequest) -> bool:
    return f"{request.path_info}/".startswith(PREFIXES)


class MachineMiddleware:
    """The outermost part: it also sees what other middleware refuses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.gzip = GZipMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_machine(request):
            return self.get_response(request)
        asked = request.method
        response = self._answer(request)
        request.method = asked
        if response.status_code >= 400 and response.headers.get("Content-Type") != problems.CONTENT_TYPE:
            kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
            response = problems.problem(response.status_code, _words_for(response.status_code))
            for name, value in kept.items():
                response.headers[name] = value
        if response.status_code >= 400:
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        response = self.gzip.process_response(request, response)
        if asked == "HEAD" and isinstance(response, HttpResponse):
            # As long as the body of a GET would be, and empty.
            length = response.headers.get("Content-Length", str(len(response.content)))
            response.content = b""
            response.headers["Content-Length"] = length
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if too_many := _too_many(request):
            return too_many
        if request.method == "OPTIONS":
            return _options(request)
        if request.method == "HEAD":
            request.method = "GET"
        elif request.method != "GET" and _is_known(request):
            refused = problems.problem(405, "This address can only be read: use GET.")
            refused.headers["Allow"] = ALLOWED
            return refused
        return self.get_response(request)


def _words_for(status: int) -> str:
    if status == 404:
        return "There is nothing at this address."
    if status == 400:
        return "This address holds characters that no address of ours has."
    return ""


def _is_known(request: HttpRequest) -> bool:
    """Whether an address of ours stands behind it; the last line of ``lms.api.urls`` takes the rest."""
    try:
        return not resolve(request.path_info).view_name.endswith(":nothing")
    except Resolver404:
        return False


def _options(request: HttpRequest) -> HttpResponse:
    if not _is_known(request):
        return problems.problem(404, _words_for(404))
    response = HttpResponse(status=204)
    response.headers["Allow"] = ALLOWED
    response.headers["Access-Control-Allow-Methods"] = ALLOWED
    response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, If-Modified-Since, If-None-Match"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _too_many(request: HttpRequest) -> HttpResponse | None:
    """A counter per address and minute. The cache may be each process's own: the limit stops a machine that went
    wild, it does not meter anyone.
    """
    if not settings.LMS_API_RATE:
        return None
    now = int(time.time())
    window, left = now // WINDOW_SECONDS, WINDOW_SECONDS - now % WINDOW_SECONDS
    asker = hashlib.sha256(get_adapter(request).get_client_ip(request).encode()).hexdigest()[:16]
    key = f"api.asked.{window}.{asker}"
    cache.add(key, 0, WINDOW_SECONDS * 2)
    try:
        asked = cache.incr(key)
    except ValueError:  # thrown out in between
        return None
    if asked <= settings.LMS_API_RATE:
        return None
    response = problems.problem(
        429,
        f"At most {settings.LMS_API_RATE} requests a minute. Keep what you fetched: answers say how long they hold.",
    )
    response.headers["Retry-After"] = str(left)
    return response


# One address ----------------------------------------------------------------------------------------------------------


def served(
    view: View,
    *,
    parameters: frozenset[str] = frozenset(),
    media_type: str = "application/json",
    max_age: int = 60,
    keeps: bool = True,
    speaks: bool = False,
) -> View:
    """The view with what surrounds it: it answers only what was asked in a way it knows, and says how long it holds.

    A parameter that does not exist is an error: a filter that was spelt wrong must not answer with everything.
    ``keeps`` is for answers that change with the catalogue only; seats are always counted anew. ``speaks``: its texts
    are in one language, which the parameter or the headers choose.
    """

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.accepts(media_type):
            return _not_acceptable(request, media_type)
        if unknown := sorted(set(request.GET) - parameters):
            return _unknown_parameter(unknown[0], parameters)
        state = version(timezone.now())
        language = language_of(request, request.GET.get("language")) if speaks else ""
        # A word searched for is anyone's: not worth keeping.
        key = _key(request, state.key, language) if keeps and "q" not in request.GET else None
        response = _kept(key) if key else None
        if response is None:
            made = view(request, *args, **kwargs)
            if made.status_code != 200 or not isinstance(made, HttpResponse):
                return made
            response = made
            if language:
                response.headers["Content-Language"] = language
            response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
            if key:
                headers = dict(response.headers.items())
                cache.set(key, (response.content, headers), KEPT_SECONDS)
        response.headers["Last-Modified"] = http_date(state.at.timestamp())
        response.headers["Cache-Control"] = f"public, max-age={max_age}"
        if speaks:
            patch_vary_headers(response, ["Accept-Language"])
        conditional = get_conditional_response(request, response.headers["ETag"], int(state.at.timestamp()), response)
        return conditional or response

    return answer


def _key(request: HttpRequest, state: str, language: str) -> str:
    asked = json.dumps([request.path_info, sorted(request.GET.lists()), language])
    return f"api.kept.{state}.{hashlib.sha256(asked.encode()).hexdigest()}"


def _kept(key: str) -> HttpResponse | None:
    if (found := cache.get(key)) is None:
        return None
    content, headers = found
    return HttpResponse(content, headers=headers)


def _not_acceptable(request: HttpRequest, media_type: str) -> HttpResponse:
    more: dict[str, Any] = {"supported": [media_type]}
    for accepted in request.accepted_types:
        if "oeapi" in accepted.sub_type and "version" in accepted.params:
            more |= {"requestedVersion": accepted.params["version"], "supportedVersions": ["6.0"]}
    return problems.problem(406, f"This address answers with {media_type}.", **more)


def _unknown_parameter(name: str, parameters: frozenset[str]) -> HttpResponse:
    known = ", ".join(sorted(parameters)) or "none"
    detail = f"This address has no such parameter. It knows: {known}."
    return problems.problem(400, f"{name[:60]}: {detail}", errors=[{"parameter": name[:60], "detail": detail}])
