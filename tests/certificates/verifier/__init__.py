"""Verifiers of credentials that are not ours: Digital Bazaar's, and jose for tokens. ``.ci/tools`` brings them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from certificates.credentials import vocabulary

HERE = Path(__file__).parent
PACKAGES = Path(__file__).resolve().parents[3] / ".tools" / "verifier"
CONTEXTS = (vocabulary.CREDENTIALS, vocabulary.OPEN_BADGES, vocabulary.OPEN_BADGES_EXTENSIONS)


def can_run() -> bool:
    return bool(shutil.which("node")) and (PACKAGES / "node_modules" / "@digitalbazaar" / "vc").is_dir()


def what_they_say(**given: Any) -> dict[str, list[dict[str, Any]]]:
    """Their verdicts on ``credentials`` and ``tokens``, with nothing but our contexts, ``did`` and status ``lists``."""
    contexts = {url: vocabulary.context(url) for url in CONTEXTS}
    said = subprocess.run(
        ["node", HERE / "verify.mjs", PACKAGES],
        input=json.dumps({"contexts": contexts} | given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)
