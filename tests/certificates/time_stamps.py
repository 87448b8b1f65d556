"""A time-stamp service (RFC 3161) on this machine, around ``openssl ts``; it can be told to misbehave."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {home}/serial
signer_cert = {home}/tsa.pem
signer_key = {home}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Service(ThreadingHTTPServer):
    """``mood`` is how it answers: well, refuse, garbage, other (another file's stamp), slow; ``asked`` counts."""

    daemon_threads = True
    mood = "well"
    asked = 0
    home: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def reply(self, query: bytes) -> bytes:
        name = self.home / f"{threading.get_ident()}-{time.monotonic_ns()}"
        name.with_suffix(".tsq").write_bytes(query)
        # fmt: off
        subprocess.run(
            ["openssl", "ts", "-reply", "-config", self.home / "tsa.cnf", "-queryfile", name.with_suffix(".tsq"),
             "-out", name.with_suffix(".tsr")],
            check=True, capture_output=True,
        )
        # fmt: on
        return name.with_suffix(".tsr").read_bytes()


class _Answer(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked += 1
        if self.server.mood == "slow":
            time.sleep(2)
        if self.server.mood == "refuse":
            self.send_error(503)
            return
        if self.server.mood == "other":  # the digest stands as 32 bytes in the query
            place = query.index(b"\x04\x20") + 2
            query = query[:place] + bytes(32) + query[place + 32 :]
        body = b"no stamp at all" if self.server.mood == "garbage" else self.server.reply(query)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        pass


@contextlib.contextmanager
def service(home: Path) -> Iterator[Service]:
    """One with a key and certificate of its own, in this folder."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time stamps for tests")]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    (home / "tsa.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (home / "tsa.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (home / "tsa.cnf").write_text(CONFIG.format(home=home))
    (home / "serial").write_text("01\n")
    with Service(("127.0.0.1", 0), _Answer) as server:
        server.home = home
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
