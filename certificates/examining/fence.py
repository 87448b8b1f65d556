"""The child process that opens strange files: asked for, given the file, and left when it takes too long."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from typing import Any

from django.conf import settings

from certificates.examining.nursery import ORDER

SECONDS = 15  # on the clock; of memory and processor the child takes no more than it gave itself (inside)
AT_ONCE = 2  # in one process of ours; the machine has pages to serve as well
WAIT_SECONDS = 5
_places = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """As many files are being looked at as may be at once."""


class TooHard(Exception):
    """The file could not be read within the limits."""


class Nursery:
    """The process from which children are forked: started when there is a file, and again when it has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def hand_over(self, end: socket.socket, seconds: float) -> None:
        """Have a child serve the other end of ``end``, for so long at most."""
        with self._lock:
            if self._owner != os.getpid():  # forked since: that one is our parent's
                self._control = self._process = None
            for _try in range(2):
                control = self._control or self._start()
                try:
                    socket.send_fds(control, [ORDER.pack(seconds)], [end.fileno()])
                except OSError:
                    self._end()  # it had nothing to do for long, and ended
                else:
                    return
        raise TooHard

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            # No settings, no secrets, no proxies: only where to find Python's packages and this one's.
            environment = {"PYTHONPATH": str(settings.BASE_DIR), "PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"}
            self._process = subprocess.Popen(  # noqa: S603  a program of ours
                [sys.executable, "-m", "certificates.examining.nursery", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=settings.BASE_DIR,
                env=environment,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._control, self._owner = ours, os.getpid()
        return ours

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=WAIT_SECONDS)
        self._control = self._process = None


nursery = Nursery()


def look_inside(content: bytes, keys: dict[str, str]) -> dict[str, Any]:
    """What ``inside.look`` says of this file. Raises Busy or TooHard."""
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        return _ask_child(json.dumps(keys).encode() + b"\n" + content)
    finally:
        _places.release()


def _ask_child(given: bytes) -> dict[str, Any]:
    until = time.monotonic() + SECONDS
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            nursery.hand_over(theirs, SECONDS)
        try:
            ours.settimeout(SECONDS)
            ours.sendall(given)
            ours.shutdown(socket.SHUT_WR)
            said = b""
            while piece := _received(ours, until):
                said += piece
        except OSError as gone:  # too late, or ended
            raise TooHard from gone
    try:
        found: dict[str, Any] = json.loads(said)
    except ValueError as broken_off:
        raise TooHard from broken_off
    return found


def _received(end: socket.socket, until: float) -> bytes:
    left = until - time.monotonic()
    if left <= 0:  # also when the answer is there by now
        raise TimeoutError
    end.settimeout(left)
    return end.recv(2**16)
