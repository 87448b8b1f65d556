"""Marks the addresses of mail that came back, from a mailbox file or from one mail on standard input."""

import mailbox
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lms.messages.actions import note_bounce
from lms.messages.bounces import bounces_in, message_of


class Command(BaseCommand):
    help = (
        "Reads reports of mail that came back (RFC 3464) and marks their addresses: an mbox file, a Maildir, a mail "
        "in a file, or - for one mail on standard input, as a mail server's pipe gives it. Reading twice marks once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="path of a mailbox or mail; - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        marked = read = 0
        for raw in _mails(options["source"]):
            read += 1
            for bounce in bounces_in(raw):
                message = message_of(bounce)
                if message is None or not bounce.is_final:
                    continue
                marked += note_bounce(message, f"{bounce.status} {bounce.said}".strip(), at=timezone.now())
        self.stdout.write(f"Mails read: {read}. Messages that came back: {marked}.")


def _mails(source: str) -> Iterator[bytes]:
    if source == "-":
        yield sys.stdin.buffer.read()
        return
    path = Path(source)
    if not path.exists():
        raise CommandError(f"There is no {source}.")
    if path.is_dir():
        box: mailbox.Mailbox = mailbox.Maildir(path, create=False)
    elif path.read_bytes().startswith(b"From "):
        box = mailbox.mbox(path, create=False)
    else:
        yield path.read_bytes()
        return
    for mail in box:
        yield mail.as_bytes()
