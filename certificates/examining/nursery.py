"""The program from which children are forked that open strange files: it has loaded what they need, and reads no file
itself. Without it each child would spend a second and a half on loading.

Started by ``fence``. For each file it gets one end of a socket, and how long the child may take; it forks, forgets the
socket, and ends children that take longer. It ends itself when who started it is gone, or has nothing for a while.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import struct
import sys
import time
from importlib import import_module

ORDER = struct.Struct("!d")  # seconds; with it comes the socket
IDLE_SECONDS = 600
_LOOK = 0.5  # how often children are looked after while there are some
# What children import when they come to it; libraries that are large.
_NEEDED = (
    "pikepdf",
    "certificates.examining.inside",
    "certificates.examining.words",
    "certificates.seals",
    "certificates.credentials.proofs",
    "certificates.credentials.multikeys",
    "certificates.credentials.vocabulary",
)


def main() -> int:
    """Serve until there is nobody left to serve."""
    control = socket.socket(fileno=int(sys.argv[1]))
    for name in _NEEDED:
        import_module(name)
    gc.collect()
    gc.freeze()  # what is loaded is shared with the children
    children: dict[int, float] = {}
    last = time.monotonic()
    while children or time.monotonic() - last < IDLE_SECONDS:
        ready, _none, _never = select.select([control], [], [], _LOOK if children else IDLE_SECONDS)
        _look_after(children)
        if not ready:
            continue
        order, given, _flags, _address = socket.recv_fds(control, ORDER.size, 1)
        if len(order) < ORDER.size:
            break  # who started us is gone
        last = time.monotonic()
        for end in given:
            children[_fork(end, control)] = last + ORDER.unpack(order)[0]
            os.close(end)
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    return 0


def _fork(end: int, control: socket.socket) -> int:
    if pid := os.fork():
        return pid
    from certificates.examining.inside import serve

    try:
        control.close()
        serve(socket.socket(fileno=end))
    finally:
        os._exit(0)  # whatever happened: a child never becomes a second nursery


def _look_after(children: dict[int, float]) -> None:
    """Bury those that ended; end those that take too long."""
    for pid, until in list(children.items()):
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            del children[pid]
        elif os.waitpid(pid, os.WNOHANG)[0]:
            del children[pid]


if __name__ == "__main__":
    sys.exit(main())
