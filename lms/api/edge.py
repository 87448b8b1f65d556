"""Where machines come in: what holds for every address below /api, /oeapi and /edudex.

Methods, the kinds of answer, errors, limits and caches are the same for all of them and are said here once, so that a
view only says what it knows. No cookie is set and none is looked at. What is for everyone may be kept by anyone; what
a key opens is kept nowhere, and no script of another site may ask for it.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
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
# Below this nothing is open: a browser has no key, and ours are not to end up in one.
FOR_KEYS = "/api/v1/employer/"
READING = ("GET", "HEAD", "OPTIONS")
# How long an answer may be kept here; it is thrown away earlier when the catalogue changes.
KEPT_SECONDS = 60
WINDOW_SECONDS = 60
# What an error keeps of the answer that it replaces.
KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
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
            kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
            response = problems.problem(response.status_code, _words_for(response.status_code))
            for name, value in kept.items():
                response.headers[name] = value
        if response.status_code >= 400:
            response.headers.setdefault("Cache-Control", "no-store")
        if not request.path_info.startswith(FOR_KEYS):
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
        allowed = _methods_of(request)
        if allowed and request.method not in allowed:
            refused = problems.problem(405, f"This address takes {' and '.join(_meaningful(allowed))} only.")
            refused.headers["Allow"] = ", ".join(allowed)
            return refused
        return self.get_response(request)


def _words_for(status: int) -> str:
    if status == 404:
        return "There is nothing at this address."
    if status == 400:
        return "This address holds characters that no address of ours has."
    return ""


def _methods_of(request: HttpRequest) -> tuple[str, ...]:
    """What the address takes; nothing where none of ours stands: the last line of ``lms.api.urls`` takes the rest."""
    if request.method == "GET":
        return READING  # always, or it answers for itself
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return ()
    return () if found.view_name.endswith(":nothing") else getattr(found.func, "methods", READING)


def _meaningful(methods: tuple[str, ...]) -> list[str]:
    return [one for one in methods if one not in {"HEAD", "OPTIONS"}]


def _options(request: HttpRequest) -> HttpResponse:
    if not (allowed := _methods_of(request)):
        return problems.problem(404, _words_for(404))
    response = HttpResponse(status=204)
    response.headers["Allow"] = ", ".join(allowed)
    if request.path_info.startswith(FOR_KEYS):
        return response
    response.headers["Access-Control-Allow-Methods"] = ", ".join(allowed)
    response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, If-Modified-Since, If-None-Match"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _too_many(request: HttpRequest) -> HttpResponse | None:
    """One address may ask so often in a minute."""
    left = beyond(f"asked.{asker_of(request)}", settings.LMS_API_RATE)
    if not left:
        return None
    response = problems.problem(
        429,
        f"At most {settings.LMS_API_RATE} requests a minute. Keep what you fetched: answers say how long they hold.",
    )
    response.headers["Retry-After"] = str(left)
    return response


def asker_of(request: HttpRequest) -> str:
    """The address that asks, unreadable; all who come without one, through a socket, count as one."""
    try:
        address = get_adapter(request).get_client_ip(request)
    except PermissionDenied:
        address = ""
    return hashlib.sha256(address.encode()).hexdigest()[:16]


def beyond(what: str, most: int, *, count: bool = True) -> int:
    """How many seconds of this minute are left for who did ``what`` more than ``most`` times in it; else 0.

    The cache may be each process's own: the limit stops a machine that went wild, it does not meter anyone. A limit of
    0 is none.
    """
    if not most:
        return 0
    now = int(time.time())
    window, left = now // WINDOW_SECONDS, WINDOW_SECONDS - now % WINDOW_SECONDS
    key = f"api.{window}.{what}"
    if not count:
        return left if cache.get(key, 0) >= most else 0
    cache.add(key, 0, WINDOW_SECONDS * 2)
    try:
        done = cache.incr(key)
    except ValueError:  # thrown out in between
        return 0
    return left if done > most else 0


# One address ----------------------------------------------------------------------------------------------------------


def served(
    view: View,
    *,
    parameters: frozenset[str] = frozenset(),
    media_type: str = "application/json",
    max_age: int = 60,
    keeps: bool = True,
    speaks: bool = False,
    personal: bool = False,
) -> View:
    """The view with what surrounds it: it answers only what was asked in a way it knows, and says how long it holds.

    A parameter that does not exist is an error: a filter that was spelt wrong must not answer with everything.
    ``keeps`` is for answers that change with the catalogue only; seats are always counted anew. ``speaks``: its texts
    are in one language, which the parameter or the headers choose. ``personal``: about one person, and not of the
    catalogue, so no one keeps it and every question is asked anew.
    """

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.accepts(media_type):
            return _not_acceptable(request, media_type)
        if unknown := sorted(set(request.GET) - parameters):
            return _unknown_parameter(unknown[0], parameters)
        state = version(timezone.now())
        language = language_of(request, request.GET.get("language")) if speaks else ""
        # A word searched for is anyone's: not worth keeping.
        key = _key(request, state.key, language) if keeps and not personal and "q" not in request.GET else None
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
        changed = None if personal else int(state.at.timestamp())
        if personal:
            response.headers["Cache-Control"] = "private, no-cache"
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
            response.headers["Referrer-Policy"] = "no-referrer"
        else:
            response.headers["Last-Modified"] = http_date(state.at.timestamp())
            response.headers["Cache-Control"] = f"public, max-age={max_age}"
        if speaks:
            patch_vary_headers(response, ["Accept-Language"])
        conditional = get_conditional_response(request, response.headers["ETag"], changed, response)
        return conditional or response

    return answer


def served_to_keys(
    view: View, *, parameters: Mapping[str, frozenset[str]], media_type: str = "application/json"
) -> View:
    """As ``served``, for what a key opens: by method what can be asked, and an answer that nobody keeps.

    Its ``ETag`` spares who asks again the body, not us the work: what may be seen is decided anew each time.
    """

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        known = parameters.get(str(request.method), frozenset())
        if not request.accepts(media_type):
            response: HttpResponseBase = _not_acceptable(request, media_type)
        elif unknown := sorted(set(request.GET) - known):
            response = _unknown_parameter(unknown[0], known)
        else:
            response = view(request, *args, **kwargs)
            if request.method == "GET" and response.status_code == 200 and isinstance(response, HttpResponse):
                response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
                conditional = get_conditional_response(request, response.headers["ETag"], None, response)
                response = conditional or response
        response.headers["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Authorization", "Accept-Language"])
        return response

    reads = {"HEAD", "OPTIONS"} if "GET" in parameters else {"OPTIONS"}
    answer.methods = (*parameters, *sorted(reads))  # type: ignore[attr-defined]
    answer.csrf_exempt = True  # type: ignore[attr-defined]  # a key is no cookie: no other site can make a browser send it
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
