"""The demo that browser tests look at: seeded once per state of the code, and before each test as it was then.

With several workers each has a copy of its own: another port, other files, on PostgreSQL another database. Whichever
it is, the browser finds it under one name, since mails and certificates name the address (NAME).
"""

import contextlib
import datetime
import fcntl
import hashlib
import os
import shutil
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
from tests.servers import ON_POSTGRESQL, die_with_parent, wait_until

ROOT = Path(__file__).resolve().parents[2]
NAME = "smitzh.localhost"  # as safe to a browser as https
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
        if name := self._database:
            _copy_database(f"{name}_kept", name)
        else:
            _copy_rows(self._var / "db.sqlite3", self._kept / "db.sqlite3")

    def restore(self) -> None:
        """Bring back what was kept, while it runs: no test finds what another one left."""
        if name := self._database:
            _copy_database(name, f"{name}_kept")
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

    @property
    def _database(self) -> str:
        """Its name, when it is not a file."""
        return self.environment.get("DATABASE_URL", "").rpartition("/")[2].partition("?")[0]


def _copy_rows(source: Path, target: Path) -> None:
    """One database into another, in one transaction: who works with it sees the one or the other."""
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
        new.execute("PRAGMA busy_timeout=60000")
        old.backup(new)


def _copy_database(name: str, template: str) -> None:
    """In the other's place within a moment, and whoever was connected connects anew."""
    draft = f"{name}_draft"
    _on_server("ALTER DATABASE {} ALLOW_CONNECTIONS false", template)  # one that is in use cannot be copied
    with psycopg.connect(_address_of("template1"), autocommit=True) as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [template])
    _on_server("CREATE DATABASE {} TEMPLATE {}", draft, template)
    _on_server("ALTER DATABASE {} ALLOW_CONNECTIONS true", template)
    _on_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _on_server("ALTER DATABASE {} RENAME TO {}", draft, name)


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
def running(var: Path, port: int, seeds: Path, migrated: Path) -> Iterator[Site]:
    """The demo as ``make demo`` serves it, in ``var``, from a copy of what was seeded; seeded first where it was not.

    Seeding begins with a copy of ``migrated``, the database that all other tests begin with.
    """
    environment = _environment(var, port)
    with _one_at_a_time(seeds):
        if ON_POSTGRESQL:
            name = f"demo_{port}"
            shutil.copytree(_seeded_on_postgresql(seeds), var)
            _on_server("CREATE DATABASE {} TEMPLATE demo_seeded", name)
            environment["DATABASE_URL"] = _address_of(name)
        else:
            shutil.copytree(_seeded(seeds, migrated), var)
    with (var / "serve.log").open("wb") as log:
        serve = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT, env=environment, stdout=log, stderr=log, preexec_fn=die_with_parent,
        )  # fmt: skip
    try:
        wait_until(lambda: "Ready on" in _output(var, serve), 90, "the demo to start")
        yield Site(f"http://{NAME}", environment)
    finally:
        serve.terminate()
        serve.wait(15)


def _output(var: Path, serve: subprocess.Popen) -> str:
    text = (var / "serve.log").read_text()
    assert serve.poll() is None, text
    return text


def _environment(var: Path, port: int = 0) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CACHE_URL", "BROKER_URL"}
    }
    return kept | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.demo",
        "LMS_VAR": str(var),
        "LMS_BASE_URL": f"http://{NAME}",
        "ALLOWED_HOSTS": f"{NAME},127.0.0.1",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


# Seeding --------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """The first of several workers seeds; the others wait for it."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _seeded(seeds: Path, migrated: Path) -> Path:
    """The demo's files, seeded. Its editions lie around today: tomorrow it is another one."""
    digest = hashlib.sha256(f"{datetime.datetime.now(tz=datetime.UTC).date()}".encode())
    for folder in ("lms", "courses", "enrolments", "certificates", "cms"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file} {file.stat().st_mtime_ns}".encode())
    seeded = seeds / digest.hexdigest()[:16]
    if not seeded.exists():
        draft = _new_draft(seeds)
        shutil.copyfile(migrated, draft / "db.sqlite3")
        _seed(_environment(draft))
        draft.rename(seeded)
    return seeded


def _seeded_on_postgresql(seeds: Path) -> Path:
    """Its files; the rows are in the database ``demo_seeded``. The server is new in each run, and so is the demo."""
    seeded = seeds / hashlib.sha256(os.environ["DATABASE_URL"].encode()).hexdigest()[:16]
    if not seeded.exists():
        _on_server("DROP DATABASE IF EXISTS demo_seeded")
        _on_server("CREATE DATABASE demo_seeded TEMPLATE {}", f"template_{fingerprint()}")
        draft = _new_draft(seeds)
        _seed(_environment(draft) | {"DATABASE_URL": _address_of("demo_seeded")})
        draft.rename(seeded)
    return seeded


def _new_draft(seeds: Path) -> Path:
    """Instead of what was seeded before, and of what a killed run left."""
    for old in seeds.iterdir():
        if old.is_dir():
            shutil.rmtree(old)
    draft = seeds / "draft"
    draft.mkdir()
    return draft


def _on_server(statement: LiteralString, *names: str) -> None:
    with psycopg.connect(_address_of("template1"), autocommit=True) as server:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _address_of(database: str) -> str:
    """On the server of these tests."""
    server, _, options = os.environ["DATABASE_URL"].partition("?")
    return f"{server.rpartition('/')[0]}/{database}" + (f"?{options}" if options else "")


def _seed(environment: dict[str, str]) -> None:
    """Migrated first: what the demo's settings have and those of the tests have not."""
    for command in (["migrate", "--verbosity", "0"], ["seed"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
