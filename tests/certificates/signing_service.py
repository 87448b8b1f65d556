"""A trust service provider that keeps a seal's key (CSC API 1), on this machine; it can be told to misbehave."""

from __future__ import annotations

import contextlib
import json
import secrets
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding

ACCESS, PIN, CREDENTIAL = "an-access-token", "2468", "seal-of-the-office"


class Provider(ThreadingHTTPServer):
    """``mood`` is how it answers: well, busy, garbage, empty; ``heard`` is every word that it was sent."""

    daemon_threads = True
    mood = "well"
    heard: bytes
    key: RSAPrivateKey
    chain: list[x509.Certificate]
    allowed: dict[str, list[str]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def do(self, what: str, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if said.get("credentialID") != CREDENTIAL:
            return 400, {"error": "invalid_request"}
        if what == "credentials/info":
            return 200, {"cert": {"certificates": [b64encode(one.public_bytes(Encoding.DER)).decode()
                                                   for one in self.chain]}}  # fmt: skip
        if what == "credentials/authorize":
            if said.get("PIN") != PIN:
                return 400, {"error": "invalid_pin"}
            permission = secrets.token_hex(8)
            self.allowed[permission] = said["hash"]
            return 200, {"SAD": permission, "expiresIn": 60}
        if what == "signatures/signHash":
            # A permission is for these hashes, once.
            if self.allowed.pop(said["SAD"], None) != said["hash"] or said["hashAlgo"] != "2.16.840.1.101.3.4.2.1":
                return 400, {"error": "invalid_request"}
            how = Prehashed(hashes.SHA256())
            made = [self.key.sign(b64decode(one), PKCS1v15(), how) for one in said["hash"]]
            return 200, {"signatures": [b64encode(one).decode() for one in made]}
        return 404, {}


class _Answer(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        said = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard += said
        if self.headers["Authorization"] != f"Bearer {ACCESS}":
            status, answer = 401, {"error": "unauthorized"}
        elif self.server.mood == "busy":
            status, answer = 503, {}
        elif self.server.mood == "empty":
            status, answer = 200, {}
        else:
            status, answer = self.server.do(self.path.removeprefix("/csc/v1/"), json.loads(said))
        body = b"<html>" if self.server.mood == "garbage" else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        pass


@contextlib.contextmanager
def provider(key: RSAPrivateKey, chain: str) -> Iterator[Provider]:
    with Provider(("127.0.0.1", 0), _Answer) as server:
        server.key, server.chain = key, x509.load_pem_x509_certificates(chain.encode())
        server.heard, server.allowed = b"", {}
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
