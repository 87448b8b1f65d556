"""What production writes to its logs about an error: where it happened, not whom it concerned."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.utils.module_loading import import_string

from lms.settings import logs


def test_an_error_is_logged_without_the_values_of_variables() -> None:
    setting: dict[str, Any] = logs.lines(level="INFO", as_json=True)
    [described] = setting["formatters"].values()
    options = {name: value for name, value in described.items() if name != "()"}
    formatter = import_string(described["()"])(**options)
    address = "amal" + "@voorbeeld.example"
    try:
        int(address[:1])
    except ValueError:
        record = logging.LogRecord("lms", logging.ERROR, __file__, 1, "it failed", None, sys.exc_info())
    line = formatter.format(record)
    assert "ValueError" in line
    assert address not in line
