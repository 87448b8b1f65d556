"""The demo content from nothing to the last page; a second run finds it there and leaves it alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec

from django.conf import settings
from django.db import connection, transaction
from wagtail.signal_handlers import disable_reference_index_auto_update

from certificates.keys.keeping import make_demo_keys
from courses.models import Course, Edition
from lms.celery import no_bells
from lms.demo import catalogue, doubles, letters, site
from lms.demo.certificates import put_down_certificates
from lms.demo.cockpit import put_down_cockpit
from lms.demo.content import at_local, content, courses
from lms.demo.desk import build_desk
from lms.demo.employers import put_down_employers
from lms.demo.groups import put_down_groups
from lms.demo.history import History, deliver_messages
from lms.demo.layouts import put_down_layouts
from lms.demo.own_data import put_down_own_data
from lms.demo.people import DEMO, TEACHES_TODAY, open_accounts
from lms.demo.planning import plan
from lms.demo.requests import put_down_requests
from lms.demo.sharing import put_down_links
from lms.demo.waiting import put_down_waiting
from lms.kernel.models import Event
from lms.people.models import Organisation

STARTED, FINISHED = "demo.started", "demo.finished"


class InUse(Exception):
    """There is content here that is not the demo's: it would end up between real people and courses."""


def build(*, today: date, scale: int, say: Callable[[str], None]) -> bool:
    """Build what is not there yet; False when it was all there.

    A run that was broken off goes on with the day and scale it began with, edition by edition.
    """
    marks = {event.verb: event.data for event in Event.objects.filter(verb__in=[STARTED, FINISHED])}
    if FINISHED in marks:
        return False
    if STARTED not in marks and Course.objects.exists():
        raise InUse
    with quietly():
        if STARTED in marks:
            today, scale = date.fromisoformat(marks[STARTED]["today"]), marks[STARTED]["scale"]
        else:
            say("Organisations, courses, accounts")
            lay_foundation(today, scale)
        with disable_reference_index_auto_update():  # it looks where pages are used; none of this is a page
            play_history(today, scale, say)
            put_down_waiting(at_local(today))
            put_down_requests(at_local(today))
            put_down_employers(at_local(today))
            put_down_cockpit(at_local(today))
            put_down_links(at_local(today))
            put_down_certificates(at_local(today))
            build_desk(at_local(today))
            put_down_groups(at_local(today))
            doubles.put_down_doubles(at_local(today))
            put_down_own_data(at_local(today))
            letters.put_down_words()
            letters.change_a_time(at_local(today))
        if find_spec("cms.actions"):
            say("Pages")
            build_pages()
        deliver_messages()
        letters.return_a_letter(at_local(today))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        Event.record(Organisation.objects.get(is_programme_office=True), FINISHED, by=None)
    return True


@transaction.atomic
def lay_foundation(today: date, scale: int) -> None:
    catalogue.put_down(today)
    make_demo_keys(at=at_local(today))
    put_down_layouts(at_local(today))
    site.put_down_path()
    open_accounts(today)
    office = Organisation.objects.get(is_programme_office=True)
    Event.record(office, STARTED, by=None, data={"today": today.isoformat(), "scale": scale})


def play_history(today: date, scale: int, say: Callable[[str], None]) -> None:
    editions = plan(today, scale)
    there = set(Edition.objects.values_list("code", flat=True))
    emails = {one["ref"]: one["email"] for one in content()["trainers"]}
    emails[TEACHES_TODAY] = f"trainer{DEMO}"
    history = History(at_local(today))
    for number, edition in enumerate(editions, start=1):
        if edition.code not in there:
            history.play(edition, history.trainer(edition.trainer, emails[edition.trainer]))
        if number % 10 == 0 or number == len(editions):
            say(f"Editions {number}/{len(editions)}")


def build_pages() -> None:
    """The pages that visitors read; in here, because the site is the last thing to be there."""
    from cms.actions import build_course_page, build_site  # the pages come after everything they show

    build_site()
    for entry in courses():
        course = Course.objects.get(code=entry["code"])
        build_course_page(course, description=entry["description"], questions=content()["questions"])
    site.build_pages()


@contextmanager
def quietly() -> Iterator[None]:
    """No doorbells, no mail: what the worker and the mail server would do is done here, at the moments of the past."""
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    try:
        with no_bells():
            yield
    finally:
        settings.EMAIL_BACKEND = backend
