"""What every test may ask for. Databases, tools and servers are in the modules beside this one."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from tests import servers, tools
from tests.cast import *  # noqa: F403  (the cast: fixtures by name)
from tests.databases import django_db_setup  # noqa: F401  (a fixture: it takes the place of pytest-django's)
from tests.tools import (  # noqa: F401  (hooks)
    pytest_collection_modifyitems,
    pytest_deselected,
    pytest_sessionfinish,
    pytest_terminal_summary,
)


@pytest.fixture(autouse=True)
def _empty_cache():
    """What one test cached is not what the next one sees."""
    cache.clear()


@pytest.fixture(autouse=True)
def _in_dutch():
    """The language of one test's last request is not the language in which the next one begins."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def postgresql_only(db):
    """For tests about PostgreSQL itself; on SQLite there is nothing to say."""
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL")


@pytest.fixture
def broker():
    """The address of a real, empty Valkey for this test alone."""
    if not servers.can_run_valkey():
        pytest.skip(tools.TOOLS["valkey"].command)
    with servers.valkey() as address:
        yield address
