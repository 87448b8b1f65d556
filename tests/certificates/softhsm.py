"""A device that keeps keys (PKCS#11), in software: SoftHSM, as Debian has it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

TOKEN, PIN = "lms", "5678"
_MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
)


def module() -> str | None:
    return next(filter(os.path.exists, _MODULES), None)


def can_run() -> bool:
    return bool(shutil.which("softhsm2-util") and module() and importlib.util.find_spec("pkcs11"))


def make_token(home: Path) -> None:
    """An empty token in this folder, for the rest of this process: a module reads its settings once."""
    (home / "tokens").mkdir()
    (home / "softhsm2.conf").write_text(f"directories.tokendir = {home / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(home / "softhsm2.conf")
    _softhsm("--init-token", "--free", "--label", TOKEN, "--so-pin", "1234", "--pin", PIN)


def take_in(key: Path, label: str) -> None:
    """A private key (PEM), as its owner would bring it into the device."""
    _softhsm("--import", key, "--token", TOKEN, "--label", label, "--id", label.encode().hex(), "--pin", PIN)


def _softhsm(*words: str | Path) -> None:
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
