"""Making, replacing and withdrawing keys, and looking whether they can still do their work."""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime, timedelta
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from certificates.credentials.multikeys import multikey, public_key, token_key
from certificates.keys import devices, files
from certificates.keys.errors import KeyUnusable
from certificates.keys.signers import credential_signer, forget_keys, pdf_sealer, token_signer
from certificates.models import IssuerKey
from certificates.stamping import NoTimeStamp, service
from lms.kernel.models import Event
from lms.people.models import Organisation, User

Purpose = IssuerKey.Purpose
# A seal's certificate takes weeks to renew.
EXPIRES_SOON = timedelta(days=60)


class CertificateRefused(Exception):
    """This certificate does not go with this key."""


@transaction.atomic
def take_key(
    purpose: str,
    key: files.PrivateKey,
    *,
    chain: str = "",
    is_demo: bool,
    by: User | None,
    at: datetime,
) -> IssuerKey:
    """Sign with this key from now on, kept in a file; the one before it is retired and stays trusted.

    ``chain`` is the seal's certificate and those above it, in PEM. Raises CertificateRefused where it is another key's
    or not valid today.
    """
    if isinstance(key, RSAPrivateKey):
        _require_valid(chain, at)
        if _own_of(chain).public_key() != key.public_key():
            raise CertificateRefused("The certificate is of another key.")
        public = chain
    else:
        public = multikey(key.public_key())
    row = _replace(purpose, public, name=_free_name(purpose, at), is_demo=is_demo, by=by, at=at)
    files.keep_key(row.name, key)
    return row


@transaction.atomic
def make_key_in_device(purpose: str, *, by: User | None, at: datetime) -> IssuerKey:
    """Have the device make a key that it never gives away, and sign credentials or tokens with it from now on.

    Raises KeyUnusable where it cannot.
    """
    name = _free_name(purpose, at)
    # A device may serve several installations, and keeps what a transaction that failed had it make.
    label = f"{name}-{secrets.token_hex(4)}"
    made = devices.new_token_key(label) if purpose == Purpose.TOKEN else devices.new_credential_key(label)
    return _replace(purpose, multikey(made), name=name, held_in=IssuerKey.Holder.DEVICE, held_as=label, by=by, at=at)


@transaction.atomic
def take_seal_from(held_in: str, held_as: str, chain: str, *, by: User | None, at: datetime) -> IssuerKey:
    """Seal from now on with a key that a device or a provider holds under this name.

    It is tried out first. Raises KeyUnusable, or CertificateRefused where the certificate is another key's.
    """
    _require_valid(chain, at)
    name = _free_name(Purpose.SEAL, at)
    row = _replace(Purpose.SEAL, chain, name=name, held_in=held_in, held_as=held_as, by=by, at=at)
    try:
        _try_out(row, at)
    except InvalidSignature as wrong:
        raise CertificateRefused("The certificate is of another key.") from wrong
    return row


def _replace(
    purpose: str,
    public: str,
    *,
    name: str,
    held_in: str = IssuerKey.Holder.FILE,
    held_as: str = "",
    is_demo: bool = False,
    by: User | None,
    at: datetime,
) -> IssuerKey:
    before = IssuerKey.objects.select_for_update().filter(purpose=purpose, retired_at=None).first()
    if before:
        before.retired_at = at
        before.save(update_fields=["retired_at"])
        Event.record(before, "issuer_key.retired", by=by, at=at)
    row = IssuerKey.objects.create(
        name=name, purpose=purpose, public=public, held_in=held_in, held_as=held_as, is_demo=is_demo, made_at=at
    )
    Event.record(row, "issuer_key.taken", by=by, at=at, data={"name": row.name, "demo": is_demo, "in": held_in})
    transaction.on_commit(forget_keys)
    return row


@transaction.atomic
def mark_compromised(row: IssuerKey, *, by: User | None, at: datetime) -> IssuerKey:
    """The private half may be in other hands: what it signed is not trusted any more, and must be issued again."""
    row = IssuerKey.objects.select_for_update().get(pk=row.pk)
    row.compromised_at = row.compromised_at or at
    row.retired_at = row.retired_at or at
    row.save(update_fields=["compromised_at", "retired_at"])
    Event.record(row, "issuer_key.compromised", by=by, at=at, data={"name": row.name})
    transaction.on_commit(forget_keys)
    return row


def make_demo_keys(*, at: datetime) -> list[IssuerKey]:
    """Every key for a demo that has none yet; their rows say what they are."""
    made = []
    office = Organisation.objects.filter(is_programme_office=True).first()
    if IssuerKey.objects.active(Purpose.CREDENTIAL) is None:
        made.append(take_key(Purpose.CREDENTIAL, files.new_credential_key(), is_demo=True, by=None, at=at))
    if IssuerKey.objects.active(Purpose.SEAL) is None:
        key = files.new_seal_key()
        chain = files.demo_certificate(key, issuer=office.name if office else settings.LMS_SITE, at=at)
        made.append(take_key(Purpose.SEAL, key, chain=chain, is_demo=True, by=None, at=at))
    if IssuerKey.objects.active(Purpose.TOKEN) is None:
        made.append(take_key(Purpose.TOKEN, files.new_token_key(), is_demo=True, by=None, at=at))
    return made


def troubles(*, at: datetime) -> list[str]:
    """What keeps the keys from doing their work, now or soon; nothing when all is well. Tokens may have no key."""
    found = []
    for purpose in (Purpose.CREDENTIAL, Purpose.SEAL, Purpose.TOKEN):
        row = IssuerKey.objects.active(purpose)
        if row is None:
            if purpose != Purpose.TOKEN:
                found.append(f"{purpose}: there is no key")
            continue
        try:
            _try_out(row, at)
        except (KeyUnusable, CertificateRefused, InvalidSignature) as trouble:
            found.append(f"{row.name}: {str(trouble) or 'the private key is not the one of the public half'}")
        else:
            if purpose == Purpose.SEAL and (ends := chain_of(row)[0].not_valid_after_utc) - at < EXPIRES_SOON:
                found.append(f"{row.name}: the certificate ends on {ends:%Y-%m-%d}")
    if settings.LMS_TIME_STAMPS:
        try:
            asyncio.run(service(settings.LMS_TIME_STAMPS).async_timestamp(bytes(32), "sha256"))
        except NoTimeStamp as trouble:
            found.append(f"time stamps: {trouble}")
    return found


def chain_of(row: IssuerKey) -> list[x509.Certificate]:
    """The certificates of a seal, its own first."""
    return x509.load_pem_x509_certificates(row.public.encode())


def _try_out(row: IssuerKey, at: datetime) -> None:
    """Sign something, and check it with the public half that we publish."""
    trial = b"a trial"
    if row.purpose == Purpose.SEAL:
        _require_valid(row.public, at)
        public = _own_of(row.public).public_key()
        if not isinstance(public, RSAPublicKey):
            raise CertificateRefused("A seal needs an RSA key.")
        sealer = pdf_sealer()
        public.verify(sealer.signer.sign_bytes(trial) if sealer else b"", trial, PKCS1v15(), hashes.SHA256())
        return
    signer = token_signer() if row.purpose == Purpose.TOKEN else credential_signer()
    signature = signer.sign(trial) if signer else b""
    if row.purpose == Purpose.TOKEN:
        r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
        token_key(row.public).verify(encode_dss_signature(r, s), trial, ECDSA(hashes.SHA256()))
    else:
        public_key(row.public).verify(signature, trial)


def _own_of(chain: str) -> x509.Certificate:
    return x509.load_pem_x509_certificates(chain.encode())[0]


def _require_valid(chain: str, at: datetime) -> None:
    try:
        certificates = x509.load_pem_x509_certificates(chain.encode())
    except ValueError as wrong:
        raise CertificateRefused("There is no certificate in PEM.") from wrong
    own = certificates[0]
    if not own.not_valid_before_utc <= at <= own.not_valid_after_utc:
        raise CertificateRefused("The certificate is not valid today.")
    for below, above in pairwise(certificates):
        try:
            below.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature) as wrong:
            raise CertificateRefused("The certificates do not form a chain, the seal's own first.") from wrong


# What a key's name begins with: its kind, except for seals, whose kind nobody needs.
_KINDS = {Purpose.CREDENTIAL: "ed25519", Purpose.SEAL: "seal", Purpose.TOKEN: "p256"}


def _free_name(purpose: str, at: datetime) -> str:
    """``ed25519-2026-11``, and a number behind it for a second one in the same month.

    A file without a row, left over from a transaction that failed, keeps its name to itself.
    """
    month = f"{_KINDS[Purpose(purpose)]}-{timezone.localtime(at):%Y-%m}"
    taken = set(IssuerKey.objects.filter(name__startswith=month).values_list("name", flat=True))
    return next(
        name
        for name in (month, *(f"{month}-{n}" for n in range(2, 1000)))
        if name not in taken and not files.path_of(name).exists()
    )
