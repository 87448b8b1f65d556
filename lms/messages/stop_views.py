"""Which mail someone wants: behind the link in a mail without signing in, and on a page of one's own."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lms.kernel.letter_kinds import KINDS, TOPICS
from lms.messages.actions import start_topic, stop_topic
from lms.messages.models import OptOut
from lms.messages.stopping import wish_of
from lms.people.requests import SignedInRequest


@csrf_exempt  # a mail program posts here for its reader (RFC 8058); the token says whose mail it is
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing; posting stops the topic, or starts it again when that is what the button said."""
    wish = wish_of(token)
    if wish is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("again"):
            start_topic(wish.email, wish.topic.name)
        else:
            stop_topic(wish.email, wish.topic.name, at=timezone.now())
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return HttpResponse(_("Stopped."), content_type="text/plain; charset=utf-8")
    is_stopped = OptOut.objects.filter(email=wish.email, topic=wish.topic.name).exists()
    context = {"wish": wish, "is_stopped": is_stopped, "is_done": request.method == "POST"}
    return render(request, "messages/stop.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def wanted(request: SignedInRequest) -> HttpResponse:
    """What one may do without, with a tick for what one wants; and what always comes."""
    email = request.user.email
    if request.method == "POST":
        for name in TOPICS:
            if name in request.POST:
                start_topic(email, name)
            else:
                stop_topic(email, name, at=timezone.now())
        return redirect(f"{request.path}?saved")
    stopped = set(OptOut.objects.filter(email=email).values_list("topic", flat=True))
    context = {
        "topics": [(topic, name not in stopped) for name, topic in TOPICS.items()],
        "always": [kind.label for kind in KINDS.values() if kind.topic is None and kind.name.startswith("enrolment_")],
        "is_saved": "saved" in request.GET,
    }
    return render(request, "messages/wanted.html", context)
