"""Messages to all or some people of an edition: write, look, send; and how far each got."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from enrolments import placeholders
from enrolments.actions import LanguageMissing, NobodyToTell, TooManyAnnouncements, announce, audience_of
from enrolments.cockpit_forms import LANGUAGES, AnnouncementForm
from enrolments.models import Announcement, AnnouncementRecipient, Enrolment
from enrolments.views.cockpit.edition import edition_of
from lms.kernel import formats
from lms.kernel.post import deliveries
from lms.people.requests import SignedInRequest

PER_PAGE = 25


@never_cache
@login_required
@require_safe
def announcements(request: SignedInRequest, edition: str) -> HttpResponse:
    """What was written to the people of this edition, newest first."""
    found = edition_of(request.user, edition, timezone.now())
    sent = found.announcements.select_related("by").annotate(people=Count("recipients")).order_by("-at", "-pk")
    page = Paginator(sent, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "enrolments/cockpit/announcements.html", {"edition": found, "page": page})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: SignedInRequest, edition: str) -> HttpResponse:
    """Write first; what was written is then shown as the readers get it, and sent from there."""
    now = timezone.now()
    found = edition_of(request.user, edition, now)
    if request.method != "POST":
        chosen = [code for code in request.GET.getlist("who") if code]
        initial = {"audience": "chosen" if chosen else request.GET.get("to", "all"), "chosen": chosen}
        return _form(request, found, AnnouncementForm(initial=initial, edition=found))
    form = AnnouncementForm(request.POST, edition=found)
    if not form.is_valid():
        return _form(request, found, form)
    said = form.cleaned_data
    readers = list(audience_of(found, said["audience"], said["chosen"]).select_related("edition__course"))
    if not readers:
        form.add_error("audience", _("Nobody stands there now. Choose other people."))
        return _form(request, found, form)
    if not form.needs({one.language for one in readers}):
        return _form(request, found, form)
    if request.POST.get("then") != "send":
        if request.POST.get("then") == "change":
            return _form(request, found, form)
        return _preview(request, found, form, readers)
    return _send(request, found, form, now)


def _send(request: SignedInRequest, edition: Any, form: AnnouncementForm, now: datetime) -> HttpResponse:
    said = form.cleaned_data
    try:
        sent = announce(
            edition,
            form.said,
            audience=said["audience"],
            chosen=said["chosen"],
            form_key=form.key,
            by=request.user,
            at=now,
        )
    except TooManyAnnouncements as refused:
        words = {"time": formats.date_time(refused.again_at)}
        form.add_error(None, _("These people were written to often today. You can send again at %(time)s.") % words)
        return _form(request, edition, form)
    except (NobodyToTell, LanguageMissing):
        form.add_error(None, _("Meanwhile other people stand in this edition. Look once more whom you write to."))
        return _form(request, edition, form)
    people = sent.recipients.count()
    words_sent = ngettext(
        "Your message is on its way to %(n)s person.", "Your message is on its way to %(n)s people.", people
    )
    messages.success(request, words_sent % {"n": people})
    return redirect("enrolments:cockpit_announcement", edition=edition.code, announcement=sent.uuid)


def _form(request: SignedInRequest, edition: Any, form: AnnouncementForm) -> HttpResponse:
    languages: dict[str, int] = {}
    for one in form.people:
        languages[one.language] = languages.get(one.language, 0) + 1
    context = {"edition": edition, "form": form, "readers_en": languages.get("en", 0), "people": len(form.people)}
    return render(request, "enrolments/cockpit/announce.html", context)


def _preview(request: SignedInRequest, edition: Any, form: AnnouncementForm, readers: list[Enrolment]) -> HttpResponse:
    """As the first reader of each language gets it."""
    previews = []
    for language, label in LANGUAGES:
        of_it = [one for one in readers if one.language == language]
        if of_it and (words := form.said.get(language)):
            previews.append(
                {
                    "language": language,
                    "label": label,
                    "people": len(of_it),
                    "name": of_it[0].learner.given_name,
                    "subject": placeholders.filled_in(words.subject, of_it[0], language),
                    "text": placeholders.filled_in(words.text, of_it[0], language),
                }
            )
    names = sorted(one.learner.list_name for one in readers)
    context = {"edition": edition, "sent": form, "previews": previews, "names": names, "total": len(readers)}
    return render(request, "enrolments/cockpit/announce_preview.html", context)


@never_cache
@login_required
@require_safe
def announcement(request: SignedInRequest, edition: str, announcement: UUID) -> HttpResponse:
    """What was sent, to whom, and how far each got."""
    found = edition_of(request.user, edition, timezone.now())
    sent: Announcement = get_object_or_404(found.announcements.select_related("by"), uuid=announcement)
    recipients = list(sent.recipients.select_related("enrolment__learner"))
    recipients.sort(key=lambda one: one.enrolment.learner.list_name.casefold())
    how_far = deliveries(
        AnnouncementRecipient, [one.pk for one in recipients], [one.enrolment.learner_id for one in recipients]
    )
    rows = [(one, how_far.get(one.pk)) for one in recipients]
    failed = sum(delivery is not None and delivery.has_arrived_not for _one, delivery in rows)
    context = {"edition": found, "sent": sent, "rows": rows, "failed": failed}
    return render(request, "enrolments/cockpit/announcement.html", context)
