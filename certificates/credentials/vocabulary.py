"""The JSON-LD contexts that give our credentials' words their meaning, kept here and never fetched.

A context that changed under a signature would change what was signed, so each is pinned by its hash.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
# Without it the type of a credentialSchema is a word without meaning, and strict verifiers refuse it.
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

_FILES = {
    CREDENTIALS: ("credentials-v2", "8a9f494a89ecc51db093e90e84713e07e84d6d9204364a9b3c7868b21751236f"),
    OPEN_BADGES: ("open-badges-3.0.3", "ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761"),
    OPEN_BADGES_EXTENSIONS: (
        "open-badges-extensions",
        "2d013f981d1f4516081a6a04e55468ba2b071d4153b794f19a79715c45a89a5e",
    ),
}


class UnknownContext(Exception):
    """A document names a context that is not kept here; its words would be anybody's."""


@cache
def context(url: str) -> Any:
    """A context by its address. Raises UnknownContext; a file that is not the one pinned is refused as well."""
    if url not in _FILES:
        raise UnknownContext(url)
    name, digest = _FILES[url]
    written = (Path(__file__).parent / "contexts" / f"{name}.jsonld").read_bytes()
    if hashlib.sha256(written).hexdigest() != digest:
        raise UnknownContext(f"{url}: {name}.jsonld is not the file that was pinned")
    return json.loads(written)


def load(url: str, _options: Any = None) -> dict[str, Any]:
    """As PyLD asks for documents. What it is told is static it reads once per process: these never change."""
    return {
        "tag": "static",
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": context(url),
    }
