"""The demo that browser tests look at: seeded once per state of the code, and before each test as it was then.

With several workers each has a demo of its own: another port, other files, on PostgreSQL another database.
"""

import contextlib
import datetime
import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import redis
from psycopg import sql

from lms.settings.env import socket_path
from tests.databases import fingerprint
from tests.servers import die_with_parent, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
FILES = ("mail", "media", "private")  # what the demo keeps beside its database


@dataclass
class Site:
    """The running demo."""

    url: str
    environment: dict[str, str]
    at_first: dict[str, Any] = field(default_factory=dict)  # what it holds before a test touches it

    def manage(self, *command: str) -> str:
        """Run a management command beside it; its output."""
        ran = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=self.environment, check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def keep(self) -> None:
        """What ``restore`` comes back to is what is there now."""
        shutil.rmtree(self._kept, ignore_errors=True)
        self._kept.mkdir()
        for name in FILES:
            if (self._var / name).exists():
                shutil.copytree(self._var / name, self._kept / name)
        if server := self._postgresql():
            _copy_database(server, f"{server['dbname']}_kept", f"{server['dbname']}")
        else:
            _copy_rows(self._var / "db.sqlite3", self._kept / "db.sqlite3")

    def restore(self) -> None:
        """Bring back what was kept, while it runs: no test finds what another one left."""
        if server := self._postgresql():
            _copy_database(server, f"{server['dbname']}", f"{server['dbname']}_kept")
        else:
            _copy_rows(self._kept / "db.sqlite3", self._var / "db.sqlite3")
        for name in FILES:
            _make_alike(self._kept / name, self._var / name)
        with redis.Redis(unix_socket_path=str(socket_path(self._var)), db=1) as cache:
            cache.flushdb()

    @property
    def _var(self) -> Path:
        return Path(self.environment["LMS_VAR"])

    @property
    def _kept(self) -> Path:
        return self._var.with_name("kept")

    def _postgresql(self) -> dict[str, Any]:
        """Where its database is, when it is not a file."""
        address = self.environment.get("DATABASE_URL", "")
        return psycopg.conninfo.conninfo_to_dict(address) if address else {}


def _copy_rows(source: Path, target: Path) -> None:
    """One database into another, in one transaction: who works with it sees the one or the other."""
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
        new.execute("PRAGMA busy_timeout=60000")
        old.backup(new)


def _copy_database(server: dict[str, Any], name: str, template: str) -> None:
    """In the other's place within a moment, and whoever was connected connects anew."""
    draft = f"{name}_draft"
    with psycopg.connect(**(server | {"dbname": "template1"}), autocommit=True) as maintenance:

        def run(statement: LiteralString, *names: str) -> None:
            maintenance.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

        run("ALTER DATABASE {} ALLOW_CONNECTIONS false", template)  # one that is in use cannot be copied
        maintenance.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [template])
        run("CREATE DATABASE {} TEMPLATE {}", draft, template)
        run("ALTER DATABASE {} ALLOW_CONNECTIONS true", template)
        run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        run("ALTER DATABASE {} RENAME TO {}", draft, name)


def _make_alike(kept: Path, folder: Path) -> None:
    """Files are written once and never changed: which are there is what can differ."""
    had = {file.relative_to(kept) for file in kept.rglob("*") if file.is_file()}
    have = {file.relative_to(folder) for file in folder.rglob("*") if file.is_file()}
    for file in have - had:
        (folder / file).unlink(missing_ok=True)
    for file in had - have:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(kept / file, folder / file)


@contextlib.contextmanager
def running(var: Path, cache: Path, *, migrated: Path | None, database: str) -> Iterator[Site]:
    """The demo as ``make demo`` serves it, in ``var``: from a copy of its seeded files, or seeded in ``database``.

    Seeding begins with a copy of ``migrated``, the database that all other tests begin with.
    """
    port = _port_of(cache)
    environment = _environment(var, port)
    if migrated is None:
        environment["DATABASE_URL"] = database
        var.mkdir()
        _seed(environment)
    else:
        shutil.copytree(_seeded(cache, port, migrated), var)
    with (var / "serve.log").open("wb") as log:
        serve = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT, env=environment, stdout=log, stderr=log, preexec_fn=die_with_parent,
        )  # fmt: skip
    try:
        wait_until(lambda: "Ready on" in _output(var, serve), 90, "the demo to start")
        yield Site(f"http://127.0.0.1:{port}", environment)
    finally:
        serve.terminate()
        serve.wait(15)


def database_of(worker: str) -> str:
    """The address of a migrated, otherwise empty database on the server of these tests."""
    server, _, _ = os.environ["DATABASE_URL"].partition("?")
    name = f"demo_{worker}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_{fingerprint()}")  # names of ours
    return os.environ["DATABASE_URL"].replace(server, f"{server.rpartition('/')[0]}/{name}", 1)


def _output(var: Path, serve: subprocess.Popen) -> str:
    text = (var / "serve.log").read_text()
    assert serve.poll() is None, text
    return text


def _environment(var: Path, port: int) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CACHE_URL", "BROKER_URL"}
    }
    return kept | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.demo",
        "LMS_VAR": str(var),
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


def _port_of(cache: Path) -> int:
    """The same as last time if it is free: addresses in seeded mails and certificates name it."""
    kept = cache / "port"
    if kept.exists():
        port = int(kept.read_text())
        if _is_free(port):
            return port
    port = free_port()
    kept.write_text(str(port))
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return True
    return False


def _seeded(cache: Path, port: int, migrated: Path) -> Path:
    """The demo's files, seeded. Its editions lie around today: tomorrow it is another one."""
    digest = hashlib.sha256(f"{port} {datetime.datetime.now(tz=datetime.UTC).date()}".encode())
    for folder in ("lms", "courses", "enrolments", "certificates", "cms"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file} {file.stat().st_mtime_ns}".encode())
    seeded = cache / digest.hexdigest()[:16]
    if not seeded.exists():
        for old in cache.iterdir():
            if old.is_dir():
                shutil.rmtree(old)
        draft = cache / "draft"
        shutil.rmtree(draft, ignore_errors=True)  # of a run that was killed
        draft.mkdir()
        shutil.copyfile(migrated, draft / "db.sqlite3")
        _seed(_environment(draft, port))
        draft.rename(seeded)
    return seeded


def _seed(environment: dict[str, str]) -> None:
    """Migrated first: what the demo's settings have and those of the tests have not."""
    for command in (["migrate", "--verbosity", "0"], ["seed"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
