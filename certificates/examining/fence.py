"""The child process that opens strange files: started, given the file, and ended when it takes too long."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import Any

from django.conf import settings

SECONDS = 15  # on the clock; of memory and processor the child takes no more than it gave itself (inside)
AT_ONCE = 2  # in one process of ours; the machine has pages to serve as well
WAIT_SECONDS = 5
_places = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """As many files are being looked at as may be at once."""


class TooHard(Exception):
    """The file could not be read within the limits."""


def look_inside(content: bytes, keys: dict[str, str]) -> dict[str, Any]:
    """What ``inside.look`` says of this file. Raises Busy or TooHard."""
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        return _ask_child(json.dumps(keys).encode() + b"\n" + content)
    finally:
        _places.release()


def _ask_child(given: bytes) -> dict[str, Any]:
    program = [sys.executable, "-m", "certificates.examining.inside"]
    # No settings, no secrets, no proxies: only where to find Python's packages and this one's.
    environment = {"PYTHONPATH": str(settings.BASE_DIR), "PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(  # noqa: S603  a program of ours; the file goes in through a pipe
        program,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=settings.BASE_DIR,
        env=environment,
        start_new_session=True,
    ) as child:
        try:
            said, _nothing = child.communicate(given, timeout=SECONDS)
        except subprocess.TimeoutExpired as slow:
            child.kill()
            raise TooHard from slow
    if child.returncode != 0 or not said:
        raise TooHard
    found: dict[str, Any] = json.loads(said)
    return found
