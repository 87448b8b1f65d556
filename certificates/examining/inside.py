"""What happens inside the fence: a file in, what was found in it out. Knows no settings, no models, no network.

Runs in a child of its own (``nursery``). Its input is one line of JSON (the public keys that count, by verification
method), then the file; its answer is one line of JSON. It may be stopped at any moment: then there is no answer, and
that is one too.
"""

from __future__ import annotations

import base64
import io
import json
import os
import resource
import socket
from typing import Any

MEMORY = 1024**3
CPU_SECONDS = 8
MOST_PAGES = 20
LARGEST_JSON = 256 * 1024
LARGEST_ANSWER = 512 * 1024
_ACTIONS = ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Movie", "/Sound", "/Rendition", "/GoToE")


def look(content: bytes, keys: dict[str, str]) -> dict[str, Any]:
    """What this file is. Its ``kind`` is pdf, credential, or why it is neither."""
    if b"%PDF-" in content[:1024]:
        return _look_into_pdf(content, keys)
    text = _credential_text(content)
    if text is None:
        return {"kind": "unknown"}
    return {"kind": "credential", **_look_at_credential(text, keys)}


# PDF ------------------------------------------------------------------------------------------------------------------


def _look_into_pdf(content: bytes, keys: dict[str, str]) -> dict[str, Any]:
    import pikepdf

    from certificates.examining.words import lines_of

    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                return {"kind": "encrypted"}
            if len(pdf.pages) > MOST_PAGES:
                return {"kind": "too_long"}
            found: dict[str, Any] = {
                "kind": "pdf",
                "lines": _or(lambda: lines_of(pdf), []),
                "acts": _or(lambda: _acts(pdf), True),
            }
            attached = _or(lambda: _attached(pdf), None)
    except pikepdf.PasswordError:
        return {"kind": "encrypted"}
    except pikepdf.PdfError:
        return {"kind": "broken"}
    found["seal"], found["sealed_by"] = _seal_of(content)
    if attached is not None:
        found |= _look_at_credential(attached, keys)
    return found


def _or(read: Any, otherwise: Any) -> Any:
    """What a part of a hostile file says, or what to think of it where reading it fails."""
    try:
        return read()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  a hostile file may break a parser in any way
        return otherwise


def _acts(pdf: Any) -> bool:
    """Whether anything in it would run or open something; a certificate never does."""
    import pikepdf

    root = pdf.Root
    if "/OpenAction" in root or "/AA" in root or "/JavaScript" in root.get("/Names", {}):
        return True
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and ("/JS" in thing or str(thing.get("/S", "")) in _ACTIONS):
            return True
    return False


def _attached(pdf: Any) -> str | None:
    """The credential inside the PDF; of several files the one with its name."""
    for name in ("credential.json", *pdf.attachments):
        if name in pdf.attachments:
            raw = pdf.attachments[name].get_file().read_bytes()
            if len(raw) <= LARGEST_JSON and raw.lstrip()[:1] == b"{":
                return str(raw.decode("utf-8", "replace"))
    return None


def _seal_of(content: bytes) -> tuple[str, str]:
    """How the seal stands (none, whole, part, broken), and the certificate that it was made with, in base64.

    A signature says in plain sight which bytes it covers: where nothing does, the reader of signatures, which takes a
    second to load, stays in its drawer.
    """
    if b"/ByteRange" not in content:
        return "none", ""
    from certificates.seals import seal_on

    seal = seal_on(content, strict=False)
    if seal is None:
        return "none", ""
    state = "whole" if seal.holds_over_all else "part" if seal.holds else "broken"
    return state, base64.b64encode(seal.certificate).decode()


# Credentials ----------------------------------------------------------------------------------------------------------


def _credential_text(content: bytes) -> str | None:
    """The credential in a file of JSON, or in a picture that carries one; None where there is none."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _in_png(content)
    if len(content) > LARGEST_JSON:
        return None
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return None
    if text.startswith("<"):
        return _in_svg(text)
    return text if text.startswith("{") or (text.count(".") == 2 and text.startswith("ey")) else None


def _in_png(content: bytes) -> str | None:
    """From the iTXt chunk that Open Badges names."""
    at = 8
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if kind == b"iTXt" and data.startswith(b"openbadgecredential\0\0\0") and length <= LARGEST_JSON:
            return data.split(b"\0", 5)[-1].decode("utf-8", "replace").strip()
        at += 12 + length
    return None


def _in_svg(text: str) -> str | None:
    """Between the tags that Open Badges names, or in the attribute; read as text, so that no entity is followed."""
    import html
    import re

    if found := re.search(r"<openbadges:credential[^>]*>\s*(?:<!\[CDATA\[(.*?)\]\]>\s*)+</", text, re.DOTALL):
        return "".join(re.findall(r"<!\[CDATA\[(.*?)\]\]>", found.group(0), re.DOTALL)).strip()
    if found := re.search(r"<openbadges:credential[^>]*\sverify=\"([^\"]+)\"", text):
        return html.unescape(found.group(1)).strip()
    if found := re.search(r"<openbadges:credential[^>]*>(.*?)</", text, re.DOTALL):
        return html.unescape(found.group(1)).strip()
    return None


def _look_at_credential(text: str, keys: dict[str, str]) -> dict[str, Any]:
    """The document, and how its proof stands: holds, broken, foreign (a key that is not ours), none."""
    if not text.startswith("{"):
        return _or(lambda: _look_at_token(text, keys), {"credential": None, "proof": "unreadable"})
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {"credential": None, "proof": "unreadable"}
    if not isinstance(document, dict):
        return {"credential": None, "proof": "unreadable"}
    return {"credential": document, "proof": _or(lambda: _proof_of(document, keys), "broken")}


def _proof_of(document: dict[str, Any], keys: dict[str, str]) -> str:
    from certificates.credentials import proofs
    from certificates.credentials.multikeys import public_key
    from certificates.credentials.vocabulary import UnknownContext

    if "proof" not in document:
        return "none"
    asked: list[str] = []

    def key_of(method: str) -> Any:
        asked.append(method)
        return public_key(keys[method]) if method in keys else None

    try:
        proofs.verify(document, key_of=key_of)
    except (proofs.ProofRefused, proofs.UndefinedTerm, UnknownContext):
        return "foreign" if asked and asked[0] not in keys else "broken"
    return "holds"


_OF_THE_TOKEN = {"iss", "jti", "sub", "nbf", "exp"}


def _look_at_token(text: str, keys: dict[str, str]) -> dict[str, Any]:
    """The same, of a token: the credential is what it claims, its proof the signature behind it."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    from certificates.credentials.multikeys import token_key

    head, claims, signature = text.split(".")
    about, document = json.loads(_unpacked(head)), json.loads(_unpacked(claims))
    credential = {name: value for name, value in document.items() if name not in _OF_THE_TOKEN}
    key, raw = keys.get(str(about.get("kid"))), _unpacked(signature)
    if key is None:
        return {"credential": credential, "proof": "foreign"}
    if about.get("alg") != "ES256" or len(raw) != 64:
        return {"credential": credential, "proof": "broken"}
    pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        token_key(key).verify(pair, f"{head}.{claims}".encode(), ECDSA(SHA256()))
    except InvalidSignature:
        return {"credential": credential, "proof": "broken"}
    return {"credential": credential, "proof": "holds"}


def _unpacked(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


# The child ------------------------------------------------------------------------------------------------------------


def fence_in() -> None:
    """Give away, for good, what reading a certificate does not need. Before a byte of the file is read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)


def serve(end: socket.socket) -> None:
    """Read, look, answer: nothing, when the file was too much."""
    fence_in()
    with end, end.makefile("rb") as given:
        keys = json.loads(given.readline())
        # Half a pair of UTF-16 is in no text of ours, and no page could be written with it.
        answer = json.dumps(look(given.read(), keys), ensure_ascii=False).encode("utf-8", "replace")
        end.sendall(answer if len(answer) <= LARGEST_ANSWER else b'{"kind": "too_long"}')
