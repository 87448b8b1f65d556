"""Databases for the tests: migrated once per state of the migrations, then copied in a fraction of a second.

Wagtail's migrations take a quarter of a minute; a copy of a migrated database takes none. A test that commits
(``transaction=True``) gets a fresh copy after it, so Wagtail's root page, languages and site are there for the next.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg import sql

from tests import servers

Reset = Callable[[], None]


def fingerprint() -> str:
    """Of every migration there is, ours and the packages'."""
    digest = hashlib.sha256(django.__version__.encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.name):
        for file in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(f"{app.label}/{file.name}".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """Takes the place of pytest-django's own: a copy of the migrated template, for this process alone."""
    cache = request.config.cache.mkdir("databases")
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name = f"test_{worker}_{os.getpid()}"
    ours = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    with django_db_blocker.unblock(), _one_at_a_time(cache / "lock") as release, ours(cache, name) as fresh:
        release()
        flush = TransactionTestCase._fixture_teardown
        TransactionTestCase._fixture_teardown = lambda _test: fresh()
        try:
            yield
        finally:
            TransactionTestCase._fixture_teardown = flush


@contextlib.contextmanager
def _one_at_a_time(path: Path) -> Iterator[Callable[[], None]]:
    """The first of several processes makes the template; the others wait for it."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lambda: fcntl.flock(lock, fcntl.LOCK_UN)


@contextlib.contextmanager
def _on_sqlite(cache: Path, name: str) -> Iterator[Reset]:
    template = sqlite_template(cache)
    mine = cache / f"{name}.sqlite3"

    def fresh() -> None:
        connections.close_all()
        _remove(mine)
        shutil.copyfile(template, mine)

    connection.close()
    connection.settings_dict["NAME"] = str(mine)
    fresh()
    try:
        yield fresh
    finally:
        connections.close_all()
        _remove(mine)


def sqlite_template(cache: Path) -> Path:
    """The path of a migrated, otherwise empty SQLite database; made when there is none of these migrations yet."""
    template = cache / f"{fingerprint()}.sqlite3"
    if not template.exists():
        _remove_old(cache)
        draft = template.with_suffix(".draft")
        _remove(draft)
        connections.close_all()
        connection.settings_dict["NAME"] = str(draft)
        call_command("migrate", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")  # one file, complete in itself
        connections.close_all()
        draft.rename(template)
    return template


def _remove_old(cache: Path) -> None:
    """Templates of earlier migrations, copies of runs that were killed; not those of a run beside this one."""
    for file in cache.iterdir():
        if time.time() - file.stat().st_mtime > 24 * 3600 and file.name != "lock":
            file.unlink(missing_ok=True)


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{database}{ending}").unlink(missing_ok=True)


@contextlib.contextmanager
def _on_postgresql(cache: Path, name: str) -> Iterator[Reset]:
    settings = connection.settings_dict
    where = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}
    template = f"template_{fingerprint()}"

    def run(statement: str, *names: str) -> None:
        with psycopg.connect(**where, dbname="postgres", autocommit=True) as server:
            server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]

    def fresh() -> None:
        connections.close_all()
        run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        run("CREATE DATABASE {} TEMPLATE {}", name, template)

    connection.close()
    with psycopg.connect(**where, dbname="postgres") as server:
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
    if not known:
        run("CREATE DATABASE {}", template)
        _fill(template, cache / f"{template}.dump", settings)
    settings["NAME"] = name
    fresh()
    try:
        yield fresh
    finally:
        connections.close_all()
        run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _fill(template: str, dump: Path, where: dict[str, Any]) -> None:
    """The server is new in each run: load what an earlier run dumped, or migrate, and dump for the next."""
    programs = servers.postgresql_programs()
    address = ["-h", where["HOST"], "-p", where["PORT"], "-U", where["USER"]]
    if programs and dump.exists():
        subprocess.run([programs / "pg_restore", *address, "-d", template, dump], check=True)
        return
    connection.settings_dict["NAME"] = template
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()
    if programs:
        draft = dump.with_suffix(".dump.draft")
        dumping = [programs / "pg_dump", *address, "--format=custom", "--file", draft, template]
        if subprocess.run(dumping, stderr=subprocess.DEVNULL, check=False).returncode == 0:  # else: another version's
            draft.rename(dump)
