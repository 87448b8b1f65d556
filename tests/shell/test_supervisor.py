"""One command runs everything, mends what breaks and leaves nothing behind."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.supervisor import AlreadyRunningError, sole_use
from tests.databases import sqlite_template
from tests.servers import free_port, wait_until

pytestmark = [pytest.mark.once, pytest.mark.skipif(sys.platform != "linux", reason="about Linux' processes")]

ROOT = Path(__file__).resolve().parents[2]


def processes(marker: str) -> dict[int, str]:
    """Of every process that carries ``marker`` in its environment: what it was called with.

    Valkey writes its title over its environment; it is known by the directory it works in.
    """
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            marked = marker.encode() in (process / "environ").read_bytes() or marker in os.readlink(process / "cwd")
            if marked and not is_dead(process):
                found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def is_dead(process: Path) -> bool:
    """Killed, and only waiting for someone to read how it ended."""
    return (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"


@contextlib.contextmanager
def started(command: list[str], marker: str, output: Path, **environment: str) -> Iterator[subprocess.Popen]:
    with output.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=log, stderr=log, env={**os.environ, "MARKER": marker, **environment}
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pid in processes(marker):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def marker(tmp_path):
    return str(tmp_path)


SLEEPERS = """
    import sys
    from pathlib import Path
    from lms.supervisor import Program, Supervisor

    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    stubborn = [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"]
    # A child with a child of its own, as a web server has workers.
    parent = [sys.executable, "-c", "import subprocess; subprocess.run(['sleep', '601'])"]
    broken = [sys.executable, "-c", "print('no such thing'); raise SystemExit(3)"]
    commands = {"sleep": sleep, "stubborn": stubborn, "parent": parent, "broken": broken}
    names = sys.argv[2:]
    Supervisor(
        [Program(name, commands[name], ready=lambda name=name: name != "broken") for name in names],
        logs=Path(sys.argv[1]), say=lambda line: print(line, flush=True),
    ).run(when_ready=lambda: print("ready", flush=True))
"""


@contextlib.contextmanager
def sleepers(tmp_path: Path, marker: str, *names: str) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-c", textwrap.dedent(SLEEPERS), str(tmp_path / "log"), *names]
    output = tmp_path / "output"
    with started(command, marker, output) as process:
        wait_until(lambda: "ready" in output.read_text() or process.poll() is not None, 20, "the programs to start")
        yield process


def children_of(process: subprocess.Popen, marker: str) -> dict[int, str]:
    return {pid: command for pid, command in processes(marker).items() if pid != process.pid}


def test_a_killed_program_is_started_again(tmp_path, marker):
    with sleepers(tmp_path, marker, "sleep") as supervisor:
        (before,) = children_of(supervisor, marker)
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: set(children_of(supervisor, marker)) - {before}, 5, "a new child")
        assert "SIGKILL; starting it again" in (tmp_path / "output").read_text().replace(")", "")


def test_what_a_killed_program_had_started_goes_with_it(tmp_path, marker):
    with sleepers(tmp_path, marker, "parent") as supervisor:
        wait_until(lambda: len(children_of(supervisor, marker)) == 2, 5, "the grandchild")
        before = children_of(supervisor, marker)
        os.kill(next(pid for pid, command in before.items() if "601" in command and "-c" in command), signal.SIGKILL)
        wait_until(lambda: not set(before) & set(children_of(supervisor, marker)), 5, "both to be gone")


def test_a_program_that_does_not_start_ends_everything_and_says_why(tmp_path, marker):
    with sleepers(tmp_path, marker, "sleep", "broken") as supervisor:
        assert supervisor.wait(10) != 0
        assert "broken did not start" in (tmp_path / "output").read_text()
        assert "no such thing" in (tmp_path / "output").read_text()
        assert processes(marker) == {}


@pytest.mark.parametrize("ask", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_leaves_nothing_behind(tmp_path, marker, ask):
    with sleepers(tmp_path, marker, "sleep", "parent") as supervisor:
        supervisor.send_signal(ask)
        assert supervisor.wait(5) == 0
        assert processes(marker) == {}


def test_who_does_not_want_to_stop_is_killed_within_ten_seconds(tmp_path, marker):
    with sleepers(tmp_path, marker, "sleep", "stubborn") as supervisor:
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait(10) == 0
        assert processes(marker) == {}


def test_killed_outright_it_leaves_no_orphan(tmp_path, marker):
    with sleepers(tmp_path, marker, "sleep", "sleep") as supervisor:
        supervisor.kill()
        supervisor.wait()
        wait_until(lambda: processes(marker) == {}, 5, "the children to go")


def test_two_cannot_use_the_same_files(tmp_path):
    with sole_use(tmp_path / "lock"), pytest.raises(AlreadyRunningError, match=str(os.getpid())):
        with sole_use(tmp_path / "lock"):
            pass


def test_the_lock_of_a_killed_supervisor_is_waited_for(tmp_path):
    """Its broker may still be writing: it holds the lock as long as it lives."""
    with sole_use(tmp_path / "lock") as lock:
        keeper = subprocess.Popen(["sleep", "1"], pass_fds=[lock])
        os.pwrite(lock, b"99999999\n", 0)  # a process that is not
    with sole_use(tmp_path / "lock"):
        assert keeper.poll() is not None


# The platform itself, in one story: starting it takes seconds.


def test_the_platform_survives_its_parts_and_leaves_nothing(
    tmp_path, marker, request, django_db_setup, django_db_blocker
):
    with django_db_blocker.unblock():
        migrated = sqlite_template(request.config.cache.mkdir("databases"))
    var, port = tmp_path / "var", free_port()
    var.mkdir()
    shutil.copyfile(migrated, var / "db.sqlite3")
    environment = {"DJANGO_SETTINGS_MODULE": "lms.settings.demo", "LMS_VAR": str(var), "PORT": str(port)}
    environment |= {"DATABASE_URL": f"sqlite:///{var / 'db.sqlite3'}", "HOST": "127.0.0.1"}
    serve = [sys.executable, "manage.py", "serve"]
    output = tmp_path / "output"

    def one(words: str) -> int | None:
        return min((pid for pid, command in processes(marker).items() if words in command), default=None)

    def says(supervisor: subprocess.Popen, words: str) -> bool:
        assert supervisor.poll() is None, output.read_text()
        return words in output.read_text()

    def answers() -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as page:
            return page.status == 200
        return False

    with started(serve, marker, output, **environment) as supervisor:
        wait_until(lambda: says(supervisor, "Ready on"), 60, "the platform to start")
        assert answers()

        second = subprocess.run(serve, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True)
        assert second.returncode == 1
        assert "already running" in second.stderr

        elsewhere = {**environment, "LMS_VAR": str(tmp_path / "elsewhere")}
        third = subprocess.run(serve, cwd=ROOT, env={**os.environ, **elsewhere}, capture_output=True, text=True)
        assert f"make demo PORT={port + 1}" in third.stderr

        for words in ("granian", "celery --app lms worker", "celery --app lms beat", "valkey-server"):
            before = one(words)
            assert before, f"{words} does not run"
            os.kill(before, signal.SIGKILL)
            wait_until(lambda words=words, before=before: one(words) not in {None, before}, 15, f"a new {words}")
        wait_until(answers, 30, "the platform to answer again")

        supervisor.kill()
        supervisor.wait()
        wait_until(lambda: processes(marker) == {}, 15, "everything to be gone")

    with started(serve, marker, output, **environment) as supervisor:  # at once, on the same files
        wait_until(lambda: says(supervisor, "Ready on"), 60, "the platform to start again")
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait(10) == 0
        assert processes(marker) == {}
