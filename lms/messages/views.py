"""The mailbox of the demo: what went out, to read without a mail server.

Open to anyone on purpose: whoever tries the platform must find the code that it mails them. Outside the demo these
addresses do not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_replace
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from lms.kernel.emblem import EMBLEM_FILE
from lms.kernel.formats import date_time
from lms.kernel.letter_kinds import KINDS
from lms.messages.mails import EMBLEM
from lms.messages.models import Message

PER_PAGE = 25
CHOICES: dict[str, Callable[[], Collection[str]]] = {"kind": lambda: KINDS, "state": lambda: Message.State.values}
View = Callable[..., HttpResponseBase]


def in_the_demo(view: View) -> View:
    """Asked at every request, besides not being mounted: a setting that slips must not open a mailbox."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.LMS_DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(require_safe(guarded))


@in_the_demo
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every message, newest first; of one address, kind or state if asked. What is not known is not asked."""
    asked = {name: request.GET.get(name, "").strip() for name in ("to", "kind", "state")}
    asked = {name: value for name, value in asked.items() if name == "to" or value in CHOICES[name]()}
    columns = {"to": "email__icontains", "kind": "kind", "state": "state"}
    found = Message.objects.filter(**{columns[name]: value for name, value in asked.items() if value})
    page = Paginator(found.defer("text", "html", "calendar"), PER_PAGE).get_page(request.GET.get("page"))
    address = "?" + urlencode({name: value for name, value in asked.items() if value} | {"page": ""})
    kinds = sorted((str(kind.label), name) for name, kind in KINDS.items())
    context = {"page": page, "asked": asked, "address": address, "kinds": kinds, "states": Message.State.choices}
    return render(request, "messages/mailbox.html", context)


@in_the_demo
@csp_replace({"frame-src": [SELF]})  # type: ignore[arg-type]
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message in all its forms."""
    found = get_object_or_404(Message, pk=pk)
    facts = [
        (_("To"), found.email),
        (_("Written"), date_time(found.created_at)),
        (_("Sent"), date_time(found.sent_at) if found.sent_at else _("not yet")),
    ]
    return render(request, "messages/message.html", {"message": found, "facts": facts})


@in_the_demo
@xframe_options_sameorigin
@csp(  # type: ignore[arg-type]
    {
        "default-src": [NONE],
        "img-src": [SELF, "data:"],
        "style-src": [UNSAFE_INLINE],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
    }
)
def as_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part as it was sent, for the frame: mails carry their styles inline, and links leave the frame."""
    html = get_object_or_404(Message, pk=pk).html.replace(EMBLEM, static(EMBLEM_FILE))
    return HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))


@in_the_demo
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The calendar part, for a calendar."""
    found = get_object_or_404(Message.objects.exclude(calendar=""), pk=pk)
    return HttpResponse(found.calendar, content_type=f"text/calendar; charset=utf-8; method={found.calendar_method}")
