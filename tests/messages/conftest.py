"""What tests of the outbox share: a mail server that is really there, and reading what was written."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest


class _Conversation(socketserver.StreamRequestHandler):
    """As much SMTP as a mail needs."""

    server: "MailServer"

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            word = line.decode().split(" ")[0].strip().upper()
            if word == "DATA":
                self._say("354 go on")
                self._take()
            elif word == "RCPT" and self.server.refuses:
                self._say(self.server.refuses)
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.server.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.server.answers.wait(60)
        if self.server.hangs_up:  # taken, and the sender never hears of it
            self.connection.close()
            raise ConnectionAbortedError
        self._say("250 taken")

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Conversation)
        self.taken: list[EmailMessage] = []
        self.refuses = ""
        self.hangs_up = False
        self.answers = threading.Event()  # not set: it has the mail, and the sender does not know yet
        self.answers.set()

    def handle_error(self, request: object, client_address: object) -> None:
        """A line that broke off is what some tests are about."""


@contextmanager
def listening(port: int = 0) -> Iterator[MailServer]:
    with MailServer(port) as server:
        worker = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        worker.start()
        yield server
        server.shutdown()
        worker.join()


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    """A mail server on this machine, to which the platform's mail goes over a real line."""
    with listening() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield server
