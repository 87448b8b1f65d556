"""Every app has one history, in one line."""

import re
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import AppConfig, apps

pytestmark = pytest.mark.once

PACKAGES = {"lms", "courses", "enrolments", "certificates", "cms"}
OURS = [app for app in apps.get_app_configs() if app.name.split(".")[0] in PACKAGES]

each_app = pytest.mark.parametrize("app", OURS, ids=lambda app: app.label)


def names_of(app: AppConfig) -> list[str]:
    return sorted(file.stem for file in Path(app.path, "migrations").glob("[0-9]*.py"))


@each_app
def test_migrations_are_numbered_without_gap_or_fork(app):
    names = names_of(app)
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1)), names


@each_app
def test_each_migration_follows_the_one_before(app):
    for before, name in pairwise(names_of(app)):
        migration = import_module(f"{app.name}.migrations.{name}").Migration
        parents = [parent for label, parent in migration.dependencies if label == app.label]
        assert parents == [before], f"{app.label}.{name}"


@each_app
def test_migrations_have_names(app):
    meaningless = [name for name in names_of(app) if re.search(r"_auto_\d|_and_more$", name)]
    assert meaningless == []
