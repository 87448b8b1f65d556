"""Keys that are not ours to read: in a device (PKCS#11), or with a trust service provider (CSC)."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from django.core.management import CommandError, call_command

from certificates.actions import issue_certificate, request_certificate
from certificates.credentials import proofs
from certificates.keys import KeyUnusable, credential_signer, devices, files, forget_keys, keeping
from certificates.making import key_of
from certificates.models import Certificate, IssuerKey
from certificates.sealing import sealed_by
from tests.certificates import signing_service, softhsm
from tests.certificates.test_signing import document_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

State = Certificate.State
Purpose = IssuerKey.Purpose


def said(*words: str) -> str:
    out = io.StringIO()
    call_command("keys", *words, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def seal(tmp_path_factory) -> Path:
    """A folder with a seal's private key and its certificate, as their owner has them."""
    home = tmp_path_factory.mktemp("seal")
    key = files.new_seal_key()
    (home / "seal.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (home / "seal.pem").write_text(files.demo_certificate(key, issuer="SMITZH", at=datetime.now(UTC)))
    other = files.demo_certificate(files.new_seal_key(), issuer="SMITZH", at=datetime.now(UTC))
    (home / "other.pem").write_text(other)
    return home


@pytest.fixture(scope="module")
def token(seal, tmp_path_factory) -> None:
    softhsm.make_token(tmp_path_factory.mktemp("softhsm"))
    softhsm.take_in(seal / "seal.key", "seal")


@pytest.fixture
def device(token, keys, settings) -> Iterator[Path]:
    """The device is set, beside the files of a demo; the folder for files is the answer."""
    settings.LMS_SIGNER_PKCS11_MODULE = softhsm.module()
    settings.LMS_SIGNER_PKCS11_TOKEN, settings.LMS_SIGNER_PKCS11_PIN = softhsm.TOKEN, softhsm.PIN
    devices.forget()
    yield settings.LMS_KEYS
    devices.forget()


@pytest.fixture
def provider(seal, keys, settings) -> Iterator[signing_service.Provider]:
    key = serialization.load_pem_private_key((seal / "seal.key").read_bytes(), None)
    with signing_service.provider(key, (seal / "seal.pem").read_text()) as one:
        settings.LMS_SIGNER_CSC_URL = one.url
        settings.LMS_SIGNER_CSC_ACCESS, settings.LMS_SIGNER_CSC_PIN = signing_service.ACCESS, signing_service.PIN
        yield one


def der_of(pem: Path) -> bytes:
    return keeping._own_of(pem.read_text()).public_bytes(serialization.Encoding.DER)


# A device -------------------------------------------------------------------------------------------------------------


@pytest.mark.needs("softhsm")
def test_a_device_signs_all_three_and_no_key_of_it_is_ever_a_file(device, seal, finished, client, now):
    before = sorted(device.iterdir())
    said("credential", "--in-device")
    said("token", "--in-device")
    said("seal-in", "pkcs11", "seal", str(seal / "seal.pem"))

    certificate = issue_certificate(request_certificate(finished, kind="participation", by=None, at=now), at=now)

    assert certificate.state == State.ISSUED
    proofs.verify(certificate.credential, key_of=key_of)
    used = certificate.credential["proof"][0]["verificationMethod"].partition("#")[2]
    assert used == IssuerKey.objects.active(Purpose.CREDENTIAL).name
    assert sealed_by(document_of(certificate)) == der_of(seal / "seal.pem")
    written = client.get(f"/credentials/{certificate.uuid}/credential.jwt").content.decode()
    methods = {one["id"]: one for one in client.get("/.well-known/did.json").json()["verificationMethod"]}
    key = jwt.PyJWK(methods[jwt.get_unverified_header(written)["kid"]]["publicKeyJwk"])
    assert jwt.decode(written, key, algorithms=["ES256"], options={"verify_nbf": False})
    assert sorted(device.iterdir()) == before
    assert said("list").count("in pkcs11") == 3
    assert "The keys sign" in said("check")


@pytest.mark.needs("softhsm")
def test_a_device_that_is_away_is_waited_for(device, seal, finished, client, settings, now):
    said("credential", "--in-device")
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    settings.LMS_SIGNER_PKCS11_PIN = "0000"
    devices.forget()

    assert issue_certificate(asked, at=now).state == State.REQUESTED
    assert client.get("/credentials/status/1").status_code == 404, "a list that cannot be signed is not handed out"
    with pytest.raises(CommandError, match="The device does not sign: PinIncorrect"):
        said("check")

    settings.LMS_SIGNER_PKCS11_PIN = softhsm.PIN
    assert issue_certificate(asked, at=now).state == State.ISSUED


@pytest.mark.needs("softhsm")
def test_a_seal_in_a_device_is_tried_out_before_it_is_taken(device, seal):
    active = IssuerKey.objects.active(Purpose.SEAL)
    with pytest.raises(CommandError, match="of another key"):
        said("seal-in", "pkcs11", "seal", str(seal / "other.pem"))
    with pytest.raises(CommandError, match="The device does not sign"):
        said("seal-in", "pkcs11", "nobody", str(seal / "seal.pem"))
    with pytest.raises(CommandError, match="certificates as a file"):
        said("seal-in", "pkcs11", "seal")
    assert IssuerKey.objects.active(Purpose.SEAL) == active


def test_without_a_device_or_what_speaks_to_it_the_command_says_so(keys, settings, monkeypatch):
    settings.LMS_SIGNER_PKCS11_MODULE = ""
    with pytest.raises(CommandError, match="LMS_SIGNER_PKCS11_MODULE is not set"):
        said("credential", "--in-device")
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(CommandError, match="python-pkcs11 is not installed"):
        said("token", "--in-device")


# A provider -----------------------------------------------------------------------------------------------------------


def test_a_provider_seals_and_hears_hashes_only(provider, seal, finished, now):
    said("seal-in", "csc", signing_service.CREDENTIAL)
    certificate = issue_certificate(request_certificate(finished, kind="participation", by=None, at=now), at=now)

    assert sealed_by(document_of(certificate)) == der_of(seal / "seal.pem")
    assert certificate.enrolment.learner.family_name.encode() not in provider.heard
    assert len(provider.heard) < 3_000, "no document was sent"
    assert "The keys sign" in said("check")
    assert "in csc" in said("list")


@pytest.mark.parametrize("mood", ["busy", "garbage", "empty"])
def test_a_provider_that_misbehaves_is_waited_for(provider, finished, now, mood):
    said("seal-in", "csc", signing_service.CREDENTIAL)
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    provider.mood = mood
    assert issue_certificate(asked, at=now).state == State.REQUESTED
    with pytest.raises(CommandError):
        said("check")
    with pytest.raises(CommandError):
        said("seal-in", "csc", signing_service.CREDENTIAL)

    provider.mood = "well"
    assert issue_certificate(asked, at=now).state == State.ISSUED


@pytest.mark.parametrize(
    ("name", "value"),
    [("LMS_SIGNER_CSC_ACCESS", "wrong"), ("LMS_SIGNER_CSC_PIN", "0000"), ("LMS_SIGNER_CSC_PIN", ""),
     ("LMS_SIGNER_CSC_URL", ""), ("LMS_SIGNER_CSC_URL", "http://127.0.0.1:9")],
)  # fmt: skip
def test_a_provider_that_does_not_know_us_seals_nothing(provider, settings, name, value):
    active = IssuerKey.objects.active(Purpose.SEAL)
    setattr(settings, name, value)
    with pytest.raises(CommandError):
        said("seal-in", "csc", signing_service.CREDENTIAL)
    assert IssuerKey.objects.active(Purpose.SEAL) == active


def test_a_provider_holds_seals_only(provider):
    IssuerKey.objects.filter(purpose=Purpose.CREDENTIAL).update(held_in=IssuerKey.Holder.PROVIDER)
    forget_keys()
    with pytest.raises(KeyUnusable, match="nothing signs credential with a key in csc"):
        credential_signer()
