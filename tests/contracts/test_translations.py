"""Every text on the screen has a Dutch translation."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

pytestmark = [pytest.mark.once, pytest.mark.needs("gettext")]

ROOT = Path(__file__).resolve().parents[2]
SPEAKING = ["lms", "courses", "enrolments", "certificates", "cms", "templates", "static/js", "locale"]


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> Path:
    """The translation files as `make translations` would leave them, in a copy."""
    copy = tmp_path_factory.mktemp("translations")
    for name in SPEAKING:
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("*.mo", "__pycache__"))
    (copy / "locale" / "nl" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "nl", "--no-obsolete", "--no-location"]
    for domain in ("django", "djangojs"):
        subprocess.run([*command, "--domain", domain], cwd=copy, check=True, capture_output=True)
    return copy / "locale" / "nl" / "LC_MESSAGES"


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_text_is_translated_and_none_is_a_guess(collected, domain):
    file = collected / f"{domain}.po"
    if not file.exists():  # no text in JavaScript
        return
    with file.open("rb") as texts:
        catalogue = read_po(texts, locale="nl")
    missing = []
    for message in catalogue:
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(translations)):
            missing.append(message.id)
    assert missing == []


@pytest.mark.parametrize("file", sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")), ids=lambda file: file.name)
def test_translations_keep_the_places_for_values(file):
    with file.open("rb") as texts:
        catalogue = read_po(texts)
    problems = [(message.id, str(error)) for message, errors in catalogue.check() for error in errors]
    assert problems == []
