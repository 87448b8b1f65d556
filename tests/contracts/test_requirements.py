"""The locked versions are those pyproject.toml asks for, with hashes, the same to run and to work on."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
TO_RUN = PROJECT["project"]["dependencies"]
TO_WORK = TO_RUN + PROJECT["dependency-groups"]["dev"]


def locked(file: str) -> dict[str, list[Requirement]]:
    """By name; one name may be locked to a version per platform."""
    found: dict[str, list[Requirement]] = {}
    for line in (ROOT / file).read_text().splitlines():
        if line and not line.startswith((" ", "#")):
            requirement = Requirement(line.rstrip("\\ "))
            found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def version_of(requirement: Requirement) -> str:
    return str(requirement.specifier).removeprefix("==")


@pytest.mark.parametrize(("file", "wishes"), [("requirements.txt", TO_RUN), ("requirements-dev.txt", TO_WORK)])
def test_every_wish_is_locked_to_a_version_that_meets_it(file, wishes):
    lock = locked(file)
    for wish in map(Requirement, wishes):
        versions = [version_of(found) for found in lock.get(canonicalize_name(wish.name), [])]
        assert versions, f"{wish.name} is not in {file}: make requirements"
        assert all(wish.specifier.contains(version) for version in versions), f"{wish} is locked to {versions}"


def test_what_runs_is_what_was_tested():
    to_run, to_work = locked("requirements.txt"), locked("requirements-dev.txt")
    different = [name for name, found in to_run.items() if set(map(str, found)) != set(map(str, to_work.get(name, [])))]
    assert different == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_line_has_a_hash_and_none_names_a_host(file):
    text = (ROOT / file).read_text()
    assert "://" not in text
    for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        assert "--hash=sha256:" in block, block
