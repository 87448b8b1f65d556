"""Public pages, kept ready for visitors who are nobody in particular.

What is kept is the whole answer to a GET of an address in ``LMS_KEPT_PAGES``, for as many seconds as stands there:
short, because pages say how many places are free and a taken seat is no reason to forget them all. What editors and
coordinators change is heard at once (``forget_pages``), by all processes that share the cache.

Nothing personal can get in: who has a session is passed by, and an answer that sets a cookie, carries a nonce or
varies by something unknown here is not kept. Nobody can fill the cache with addresses of their own making: in a
minute only so many with a query are kept. No answer is ever older than twice its seconds: for the second half one
request makes it anew while others get what there is.

Stands inside the middlewares that write security headers, so that those are of each response, and outside of sessions.
"""

from __future__ import annotations

import gzip
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from wagtail.signals import page_published, page_unpublished, post_page_move

from courses.signals import edition_cancelled, edition_published

# What a link in a newsletter or an advertisement adds to an address; no page of ours reads it.
TRACKING_PREFIXES = ("utm_", "mtm_", "pk_")
TRACKING = {"fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "_hsenc", "_hsmi", "li_fat_id"}

# One address may have these answers: the page, and what htmx puts into it.
REQUEST_HEADERS = ("HX-Request", "HX-Target", "HX-History-Restore-Request", "HX-Trigger-Name")
# The language is in the address of all that is kept, so nothing varies by the browser's.
_KNOWN_VARIATIONS = {"cookie", "accept-encoding", "accept-language", *(name.lower() for name in REQUEST_HEADERS)}

VARIANTS_A_MINUTE = 500
LONGEST_QUERY = 500
RENEWAL_SECONDS = 10
# Which edition of the whole site the entries belong to.
_GENERATION = "generation"


@dataclass(frozen=True)
class Kept:
    """An answer: its headers, its packed body, and the edition of the site it shows."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str
    generation: str
    made_at: float
    seconds: int

    def is_of(self, generation: str, now: float) -> bool:
        return self.generation == generation and now < self.made_at + 2 * self.seconds

    def is_fresh(self, now: float) -> bool:
        return now < self.made_at + self.seconds

    def response(self, request: HttpRequest) -> HttpResponseBase:
        """For this visitor: packed when the browser unpacks, nothing when the browser has it already."""
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(self.body if packed else gzip.decompress(self.body), headers=dict(self.headers))
        if packed:
            response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))
        response["ETag"] = self.etag
        return get_conditional_response(request, etag=self.etag, response=response) or response


class PageCacheMiddleware:
    """Answers what is kept, keeps what may be."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.LMS_KEPT_PAGES or not _is_anyone_s(request):
            return self.get_response(request)
        _forget_tracking(request)
        cache, key, now = caches["pages"], _key_of(request), time.time()
        found = cache.get_many([_GENERATION, key])
        generation, kept = found.get(_GENERATION, ""), found.get(key)
        if kept is not None and not kept.is_of(generation, now):
            kept = None
        if kept is not None and (kept.is_fresh(now) or not cache.add(f"{key}.renewing", 1, RENEWAL_SECONDS)):
            return kept.response(request)
        response = self.get_response(request)
        if (seconds := _seconds_of(request, response)) and isinstance(response, HttpResponse):
            made = _kept(response, generation, time.time(), seconds)
            is_bare = not request.META.get("QUERY_STRING") and not _asks_for_a_part(request)
            if is_bare or _is_within_budget(cache):
                cache.set(key, made, 2 * seconds)
            return made.response(request)
        return response


def _is_anyone_s(request: HttpRequest) -> bool:
    """A GET by someone without a session, a message or credentials; not Wagtail's preview."""
    if request.method not in {"GET", "HEAD"} or getattr(request, "is_dummy", False):
        return False
    known = {settings.SESSION_COOKIE_NAME, "messages"}
    return not known & request.COOKIES.keys() and "Authorization" not in request.headers


def _asks_for_a_part(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers


def is_tracking(name: str) -> bool:
    """Whether a parameter tells where a visitor came from, and nothing about the page."""
    return name in TRACKING or name.startswith(TRACKING_PREFIXES)


def _forget_tracking(request: HttpRequest) -> None:
    """The page is made for the address without it, so that the next visitor's is the same."""
    query = request.META.get("QUERY_STRING", "")
    if "=" in query and len(query) <= LONGEST_QUERY:
        pairs = parse_qsl(query, keep_blank_values=True)
        if any(is_tracking(name) for name, _value in pairs):
            request.META["QUERY_STRING"] = urlencode([pair for pair in pairs if not is_tracking(pair[0])])


def _key_of(request: HttpRequest) -> str:
    asked = [
        request.scheme or "",
        request.get_host(),
        request.path,
        request.META.get("QUERY_STRING", ""),
        *(request.headers.get(name, "") for name in REQUEST_HEADERS),
    ]
    return "page." + hashlib.sha256("\n".join(asked).encode("utf-8", "surrogateescape")).hexdigest()


def _seconds_of(request: HttpRequest, response: HttpResponseBase) -> int:
    """For how long this answer may be kept; 0: not at all."""
    match = request.resolver_match
    seconds = settings.LMS_KEPT_PAGES.get(match.view_name, 0) if match else 0
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    may_be = (
        request.method == "GET"
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not bool(getattr(request, "csp_nonce", None))
        and not response.has_header("Content-Encoding")
        and not {"private", "no-store"} & set(response.get("Cache-Control", "").replace(",", " ").split())
        and varies <= _KNOWN_VARIATIONS
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
    )
    return seconds if may_be else 0


def _kept(response: HttpResponse, generation: str, now: float, seconds: int) -> Kept:
    # A browser asks again each time, and hears in a few bytes that nothing changed.
    response.headers.setdefault("Cache-Control", "no-cache")
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    return Kept(
        headers=tuple((name, value) for name, value in response.items() if name not in {"Content-Length", "ETag"}),
        body=gzip.compress(response.content, 6, mtime=0),
        etag=f'W/"{hashlib.sha256(response.content).hexdigest()[:24]}"',
        generation=generation,
        made_at=now,
        seconds=seconds,
    )


def _is_within_budget(cache: Any) -> bool:
    """Whether one more address with a query may be kept this minute."""
    minute = f"variants.{int(time.time() // 60)}"
    cache.add(minute, 0, 120)
    return bool(cache.incr(minute) <= VARIANTS_A_MINUTE)


# Forgetting ----------------------------------------------------------------------------------------------------------

# Whose rows pages show. Seats are counted by updates, which send no signal: those are what the seconds are for.
_APPS = {"courses", "cms", "wagtailimages", "wagtailredirects"}
_MODELS = {"kernel.siteidentity", "people.organisation", "wagtailcore.site", "wagtailcore.locale"}


def forget_pages(**_signal: Any) -> None:
    """Something that pages show was changed. They are forgotten once it is true for everyone."""
    if settings.LMS_KEPT_PAGES:
        transaction.on_commit(begin_anew, robust=True)


def begin_anew() -> None:
    """Every kept page belongs to the past."""
    caches["pages"].set(_GENERATION, secrets.token_hex(8), None)


def _row_changed(sender: Any, **_signal: Any) -> None:
    meta = sender._meta
    if meta.app_label in _APPS or meta.label_lower in _MODELS:
        forget_pages()


def listen() -> None:
    """Hear of everything that pages show."""
    for of_rows in (post_save, post_delete, m2m_changed):
        of_rows.connect(_row_changed, dispatch_uid="lms.page_cache")
    for signal in (edition_published, edition_cancelled, page_published, page_unpublished, post_page_move):
        signal.connect(forget_pages, dispatch_uid="lms.page_cache")
