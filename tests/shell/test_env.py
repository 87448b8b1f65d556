"""Settings come from the environment through one reader, which says by name what is missing or wrong."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from lms.settings import env

pytestmark = pytest.mark.once


def test_a_missing_value_is_named(monkeypatch):
    monkeypatch.delenv("NOT_THERE", raising=False)
    with pytest.raises(ImproperlyConfigured, match="NOT_THERE"):
        env.text("NOT_THERE")


def test_a_secret_may_come_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("SECRET_KEY", "from the environment")
    assert env.text("SECRET_KEY") == "from the file"


@pytest.mark.parametrize(("value", "meaning"), [("1", True), ("Yes", True), ("off", False), ("", False)])
def test_a_flag_is_yes_or_no(monkeypatch, value, meaning):
    monkeypatch.setenv("A_FLAG", value)
    assert env.flag("A_FLAG", default=not meaning) is meaning


def test_a_flag_that_is_neither_is_refused(monkeypatch):
    monkeypatch.setenv("A_FLAG", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="perhaps"):
        env.flag("A_FLAG")


def test_a_number_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("A_NUMBER", "eight")
    with pytest.raises(ImproperlyConfigured, match="A_NUMBER"):
        env.number("A_NUMBER", 8)


def test_a_required_list_may_not_be_empty(monkeypatch):
    monkeypatch.setenv("HOSTS", " , ")
    with pytest.raises(ImproperlyConfigured, match="HOSTS"):
        env.words("HOSTS", required=True)


def test_postgresql_is_understood_with_everything_in_its_address(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://me:p%40ss@db.example:5433/lms?sslmode=require")
    found = env.database("DATABASE_URL")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("me", "p@ss", "db.example", "5433")
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_sqlite_takes_its_write_lock_at_the_start_of_a_transaction(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite:////srv/lms.sqlite3")
    found = env.database("DATABASE_URL")
    assert found["NAME"] == "/srv/lms.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize("read", [env.database, env.cache])
def test_an_unknown_kind_of_server_is_refused(monkeypatch, read):
    monkeypatch.setenv("AN_ADDRESS", "mystery://somewhere")
    with pytest.raises(ImproperlyConfigured, match="mystery"):
        read("AN_ADDRESS")


def test_a_kept_secret_is_the_same_for_all_who_start_at_once_and_closed_to_others(tmp_path):
    place = tmp_path / "new" / "secret_key"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: env.kept_secret(place), range(32)))
    assert len(found) == 1
    assert len(found.pop()) >= 50
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert list(place.parent.iterdir()) == [place]


def test_a_socket_fits_in_what_the_kernel_allows(tmp_path):
    assert env.socket_path(Path("/srv/lms/var")) == Path("/srv/lms/var/broker.sock")
    deep = tmp_path / ("deep" * 30)
    assert len(os.fsencode(env.socket_path(deep))) < 100
    assert env.socket_path(deep) != env.socket_path(deep / "er")


SECRETS = {
    "SECRET_KEY": "fifty-characters-or-more-for-this-check-0123456789-AZ",
    "ALLOWED_HOSTS": "lms.example",
    "LMS_BASE_URL": "https://lms.example",
    "LMS_METRICS_TOKEN": "token",
    "DATABASE_URL": "postgres://lms@localhost/lms",
    "CACHE_URL": "redis://localhost/1",
    "BROKER_URL": "redis://localhost/0",
    "EMAIL_HOST": "localhost",
    "DEFAULT_FROM_EMAIL": "lms@lms.example",
}


@pytest.mark.parametrize("missing", SECRETS)
def test_production_does_not_start_without(missing):
    given = {name: value for name, value in SECRETS.items() if name != missing}
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    started = subprocess.run(
        [sys.executable, "-c", "import lms.settings.production"],
        env=bare | given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode != 0
    assert f"Set {missing}" in started.stderr
