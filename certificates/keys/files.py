"""Keys in files that only we may read, outside the project: for a demo, and where there is no better place.

``<name>.key`` is the private key (PKCS#8, PEM). A seal's certificate and those above it stand with the key's row.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID
from django.conf import settings

PrivateKey = Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

SEAL_BITS = 3072  # ETSI TS 119 312 asks for 3000 and more
DEMO_YEARS = 10


def path_of(name: str) -> Path:
    return Path(settings.LMS_KEYS) / f"{name}.key"


def read_key(name: str) -> PrivateKey:
    """The private key of this name. Raises OSError or ValueError where there is none that can be read."""
    key = serialization.load_pem_private_key(path_of(name).read_bytes(), password=None)
    if not isinstance(key, PrivateKey):
        raise TypeError(f"{name} is a key of another kind.")
    return key


def keep_key(name: str, key: PrivateKey) -> None:
    """Write a private key where none is yet; a key that is there is never overwritten (FileExistsError)."""
    path = path_of(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(written)
        file.flush()
        os.fsync(file.fileno())


def new_credential_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def new_token_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def new_seal_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=SEAL_BITS)


def demo_certificate(key: rsa.RSAPrivateKey, *, issuer: str, at: datetime) -> str:
    """A certificate that the key gives itself, in PEM; its name says that it proves nothing."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, issuer[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, "Demo seal, without legal value"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=365 * 5))  # the demo's own past is sealed as well
        .not_valid_after(at + timedelta(days=365 * DEMO_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signs_documents(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _signs_documents() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
