"""What the outbox has besides letters that went: one that came back, words of the office's own, a changed time."""

from __future__ import annotations

from datetime import datetime, timedelta

from courses.actions import save_session
from courses.models import Edition
from enrolments.models import Enrolment
from lms.demo.people import DEMO
from lms.messages.actions import note_bounce, note_change, save_text, tell_change
from lms.messages.models import EditionChange, MailText, Message
from lms.people.models import User

SAID = {
    "nl": "Over een week begint {course}. We zetten de koffie klaar vanaf een half uur voor het begin.",
    "en": "{course} begins in a week. Coffee is ready half an hour before the start.",
}


def put_down_words() -> None:
    """What is there already is left alone, here and below."""
    officer = User.objects.get(email=f"office{DEMO}")
    for language, words in SAID.items():
        text = MailText.objects.get(kind="reminder_week", language=language)
        if not text.is_own:
            text.subject = {"nl": "Over een week: {course}", "en": "In a week: {course}"}[language]
            text.heading = {"nl": "Tot volgende week", "en": "See you next week"}[language]
            text.words = words
            text.tip = {
                "nl": "Kun je niet? Schrijf je uit op de pagina van je inschrijving.",
                "en": "Can you not come? Withdraw on the page of your enrolment.",
            }[language]
            save_text(text, by=officer)


def change_a_time(now: datetime) -> None:
    """The last edition that has both people with a place and people who wait begins half an hour later."""
    if Message.objects.filter(kind="edition_changed").exists():
        return
    state = Enrolment.State
    both = Edition.objects.filter(state="published", starts_at__gt=now + timedelta(days=10))
    edition = (
        both.filter(enrolments__state=state.WAITLISTED).filter(enrolments__state=state.CONFIRMED).order_by("-starts_at")
    ).first()
    if edition is None:
        return
    for session in edition.sessions.all():
        session.starts_at += timedelta(minutes=30)
        session.ends_at += timedelta(minutes=30)
        save_session(session, by=None)
    told_at = now - timedelta(hours=9)
    note_change(edition, at=told_at - timedelta(hours=1))
    for change in EditionChange.objects.filter(edition=edition):
        EditionChange.objects.filter(pk=change.pk).update(due_at=told_at)
        change.refresh_from_db()
        tell_change(change, at=told_at)


def return_a_letter(now: datetime) -> None:
    """Someone left, and their employer's mail server says so; after everything was delivered."""
    if Message.objects.filter(state=Message.State.BOUNCED).exists():
        return
    letters = Message.objects.filter(state=Message.State.SENT, kind="enrolment_confirmed")
    told = letters.filter(email__endswith="@deelnemer.example").order_by("-sent_at", "-pk").first()
    if told is not None:
        note_bounce(told, "550 5.1.1 mailbox unavailable", at=now - timedelta(hours=1))
