"""Keeps a handful of programs running as one: starts them in order, starts a dead one again, stops all of them.

The programs are children of this process and die with it, even when it is killed outright: the kernel tells them
(PR_SET_PDEATHSIG; on Linux, on other systems an orderly stop is what there is). Each child leads a session of its
own, so that Ctrl-C reaches the supervisor alone and a child's own children can be cleared away with it.
"""

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
# A program that lived this long was well; its next failure is a new one.
HEALTHY_AFTER = 20.0

# Looked up here: between fork and exec there is no safe moment for it. None where it is not Linux.
_prctl: Callable[[int, int], int] | None = getattr(ctypes.CDLL(None), "prctl", None)


class AlreadyRunningError(Exception):
    """Another supervisor holds this directory."""


class StartFailedError(Exception):
    """A program did not become ready."""


@dataclass
class Program:
    """One child: what to run, and how to know that those after it may start."""

    name: str
    command: Sequence[str | os.PathLike[str]]
    ready: Callable[[], bool] = lambda: True
    environment: Mapping[str, str] = field(default_factory=dict)
    # File descriptors that the child keeps open, such as the lock of the data it writes.
    keeps: tuple[int, ...] = ()


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    started: float
    failures: int = 0
    restart_at: float | None = None


class Supervisor:
    """Runs programs until it is told to stop."""

    def __init__(self, programs: Sequence[Program], *, logs: Path, say: Callable[[str], None]) -> None:
        self._programs = programs
        self._logs = logs
        self._say = say
        self._children: dict[str, _Child] = {}
        self._stopping = False

    def run(self, when_ready: Callable[[], None] = lambda: None) -> None:
        """Start everything, call ``when_ready``, then watch until SIGINT, SIGTERM or SIGHUP; leaves nothing behind."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            for program in self._programs:
                self._children[program.name] = self._start(program)
                self._await(program)
            if not self._stopping:
                when_ready()
            while not self._stopping:
                self._revive()
                time.sleep(0.2)
        finally:
            self._stop_all()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _start(self, program: Program) -> _Child:
        self._logs.mkdir(parents=True, exist_ok=True)
        parent = os.getpid()

        def die_with_parent() -> None:
            if _prctl is not None:
                _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
                if os.getppid() != parent:  # it died in between, and will not be announced
                    os._exit(1)

        with (self._logs / f"{program.name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603  (the commands are ours)
                [os.fspath(part) for part in program.command],
                env={**os.environ, **program.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=program.keeps,
                preexec_fn=die_with_parent,  # safe: this process has one thread
            )
        return _Child(program, process, started=time.monotonic())

    def _await(self, program: Program, seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while not self._stopping and not program.ready():
            if self._children[program.name].process.poll() is not None or time.monotonic() > deadline:
                raise StartFailedError(f"{program.name} did not start.\n{self._last_lines(program)}")
            time.sleep(0.05)

    def _last_lines(self, program: Program, count: int = 15) -> str:
        text = (self._logs / f"{program.name}.log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-count:])

    def _revive(self) -> None:
        """Start again whatever died, later each time it dies young."""
        now = time.monotonic()
        for name, child in self._children.items():
            if child.restart_at is not None:
                if now >= child.restart_at:
                    again = self._start(child.program)
                    again.failures = child.failures
                    self._children[name] = again
            elif (status := child.process.poll()) is not None:
                _signal_group(child.process, signal.SIGKILL)  # what it started itself must not keep its port or queue
                child.failures = 1 if now - child.started > HEALTHY_AFTER else child.failures + 1
                delay = min(FIRST_DELAY * 2 ** (child.failures - 1), LONGEST_DELAY)
                child.restart_at = now + delay
                self._say(
                    f"{name} stopped ({_in_words(status)}); starting it again in {delay:g} s. "
                    f"Its log: {self._logs / f'{name}.log'}"
                )

    def _stop_all(self, seconds: float = 8.0) -> None:
        """Last started first; whoever has not finished in time is killed. Its tasks are delivered again."""
        deadline = time.monotonic() + seconds
        children = list(reversed(self._children.values()))
        front, foundation = children[:-1], children[-1:]
        # The first program is what the others stand on: it goes last, so that they can finish.
        for group in (front, foundation):
            for child in group:
                _signal_group(child.process, signal.SIGTERM, leader_only=True)
            for child in group:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.5, deadline - time.monotonic()))
                _signal_group(child.process, signal.SIGKILL)
                child.process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals, *, leader_only: bool = False) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if leader_only:
            process.send_signal(number)
        else:
            os.killpg(process.pid, number)


def _in_words(status: int) -> str:
    return f"exit {status}" if status >= 0 else signal.Signals(-status).name


@contextlib.contextmanager
def sole_use(path: Path, *, patience: float = 10.0) -> Iterator[int]:
    """Hold the lock at ``path``; yields its descriptor, for the child that writes the data it guards.

    A supervisor that was killed leaves a child that still closes its files: as long as that one keeps the lock, we
    wait. A supervisor that is alive is an answer at once. Raises AlreadyRunningError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
                if _is_alive(holder) or time.monotonic() > deadline:
                    raise AlreadyRunningError(holder or "unknown") from None
                time.sleep(0.1)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _is_alive(holder: str) -> bool:
    try:
        os.kill(int(holder), 0)
    except PermissionError:
        return True
    except (ValueError, ProcessLookupError):
        return False
    return True
