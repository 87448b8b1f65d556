"""Every app has one history, in one line."""

import re
from itertools import pairwise

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

pytestmark = pytest.mark.once

OURS = [app.label for app in apps.get_app_configs() if app.name.split(".")[0] in {
    "lms", "courses", "enrolments", "certificates", "cms",
}]  # fmt: skip


@pytest.fixture(scope="module")
def history():
    return MigrationLoader(None, ignore_no_migrations=True).disk_migrations


@pytest.mark.parametrize("label", OURS)
def test_migrations_are_numbered_without_gap_or_fork(history, label):
    names = sorted(name for app, name in history if app == label)
    numbers = [int(match[1]) for name in names if (match := re.match(r"(\d{4})_", name))]
    assert numbers == list(range(1, len(names) + 1)), names


@pytest.mark.parametrize("label", OURS)
def test_each_migration_follows_the_one_before(history, label):
    names = sorted(name for app, name in history if app == label)
    for before, name in pairwise(names):
        parents = [parent for app, parent in history[label, name].dependencies if app == label]
        assert parents == [before], f"{label}.{name}"


@pytest.mark.parametrize("label", OURS)
def test_migrations_have_names(history, label):
    for app, name in history:
        assert app != label or "_auto_" not in name, f"{label}.{name} says nothing"
