"""Keys in a device that signs and never gives them away (PKCS#11: an HSM, a token, a smart card).

Needs the optional ``python-pkcs11`` and the device's own module; both are loaded at the first use, once per process.
The device is named in the settings, a key by its label.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.conf import settings

from certificates.keys.errors import KeyUnusable

_ED25519 = "1.3.101.112"
# A session is not made for several threads at once.
_one_at_a_time = threading.Lock()


def new_credential_key(label: str) -> Ed25519PublicKey:
    """Make an Ed25519 key in the device; not every device can. Raises KeyUnusable."""
    pkcs11 = _library()
    from pkcs11.util.ec import encode_named_curve_parameters

    def make(session: Any) -> Ed25519PublicKey:
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(_ED25519)}
        domain = session.create_domain_parameters(pkcs11.KeyType.EC_EDWARDS, curve, local=True)
        how = pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN
        public, _private = domain.generate_keypair(mechanism=how, store=True, label=label)
        # Some devices wrap the 32 bytes once more; they stand at the end.
        return Ed25519PublicKey.from_public_bytes(bytes(public[pkcs11.Attribute.EC_POINT])[-32:])

    made: Ed25519PublicKey = _with_device(make, rw=True)
    return made


def new_token_key(label: str) -> EllipticCurvePublicKey:
    """Make a P-256 key in the device. Raises KeyUnusable."""
    pkcs11 = _library()
    from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

    def make(session: Any) -> Any:
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        domain = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
        public, _private = domain.generate_keypair(store=True, label=label)
        return load_der_public_key(encode_ec_public_key(public))

    made: EllipticCurvePublicKey = _with_device(make, rw=True)
    return made


def signs_credentials(label: str) -> Callable[[bytes], bytes]:
    return lambda data: _sign(label, data, "EDDSA")


def signs_tokens(label: str) -> Callable[[bytes], bytes]:
    """r and s, as the device gives them."""
    return lambda data: _sign(label, hashlib.sha256(data).digest(), "ECDSA")


def signs_seals(label: str) -> Callable[[bytes], bytes]:
    return lambda data: _sign(label, data, "SHA256_RSA_PKCS")


def _sign(label: str, data: bytes, mechanism: str) -> bytes:
    pkcs11 = _library()

    def sign(session: Any) -> bytes:
        key = session.get_key(label=label, object_class=pkcs11.ObjectClass.PRIVATE_KEY)
        return bytes(key.sign(data, mechanism=pkcs11.Mechanism[mechanism]))

    signature: bytes = _with_device(sign)
    return signature


def _with_device(work: Callable[[Any], Any], *, rw: bool = False) -> Any:
    """Do this with an open session. One that broke is opened anew next time. Raises KeyUnusable."""
    pkcs11 = _library()

    with _one_at_a_time:
        try:
            if rw:
                forget()  # a device lets a process in once; the session that only signs makes room
                with _open(rw=True) as session:
                    return work(session)
            return work(_session())
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as trouble:
            forget()
            raise KeyUnusable(f"The device does not sign: {type(trouble).__name__} {trouble}".strip()) from trouble


def _library() -> Any:
    """At its first use: most installations have no device, and no need of it."""
    try:
        import pkcs11
    except ImportError as missing:
        raise KeyUnusable("python-pkcs11 is not installed.") from missing
    return pkcs11


# Of this process: one that was inherited is the parent's.
_sessions: dict[int, Any] = {}


def _session() -> Any:
    if os.getpid() not in _sessions:
        _sessions[os.getpid()] = _open(rw=False)
    return _sessions[os.getpid()]


def forget() -> None:
    """Leave the device; the next signature enters it again."""
    if session := _sessions.pop(os.getpid(), None):
        with contextlib.suppress(_library().PKCS11Error):
            session.close()


def _open(*, rw: bool) -> Any:
    pkcs11 = _library()

    if not settings.LMS_SIGNER_PKCS11_MODULE:
        raise KeyUnusable("LMS_SIGNER_PKCS11_MODULE is not set.")
    device = pkcs11.lib(settings.LMS_SIGNER_PKCS11_MODULE)
    token = device.get_token(token_label=settings.LMS_SIGNER_PKCS11_TOKEN)
    return token.open(user_pin=settings.LMS_SIGNER_PKCS11_PIN, rw=rw)
