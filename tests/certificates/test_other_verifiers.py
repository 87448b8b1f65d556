"""Our credentials before verifiers that are not ours, and published vectors before ours."""

from __future__ import annotations

import copy
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.actions import revoke_certificate
from certificates.credentials import badge, proofs, status, tokens, vocabulary
from certificates.credentials.multikeys import jwk, multikey, public_key
from certificates.drawing.archive import ATTACHMENT
from certificates.keys import files, signers
from tests.certificates import verifier
from tests.certificates.conftest import issued
from tests.certificates.samples import COBOTS, SAMPLES
from tests.certificates.test_credentials import BASE, KEY, KEY_ID, LIST, credential
from tests.certificates.test_credentials import signed as proven

DID = badge.did_of(BASE)
TOKEN_KEY_ID = f"{DID}#p256-2026-11"
VECTORS = Path(__file__).parent / "vectors"


def did_document(token_key: Any = None) -> dict[str, Any]:
    methods: list[dict[str, Any]] = [
        {"id": KEY_ID, "type": "Multikey", "controller": DID, "publicKeyMultibase": multikey(KEY.public_key())}
    ]
    if token_key:
        key = jwk(token_key.public_key())
        methods.append({"id": TOKEN_KEY_ID, "type": "JsonWebKey", "controller": DID, "publicKeyJwk": key})
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": DID,
        "verificationMethod": methods,
        "assertionMethod": [one["id"] for one in methods],
    }


def status_list(*revoked: int) -> dict[str, Any]:
    """A signed list that holds whenever the tests run."""
    today = datetime.now(UTC)
    return proven(
        status.list_credential(
            LIST, revoked, issuer=DID, since=today - timedelta(days=400), until=today + timedelta(days=400)
        )
    )


def past(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Issued last year and without an end: other verifiers go by today's date."""
    return {**snapshot, "issued_on": f"{datetime.now(UTC) - timedelta(days=365):%Y-%m-%d}", "expires_on": None}


# Before others --------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.needs("verifier")
def test_another_implementation_accepts_every_certificate_and_refuses_each_when_one_word_is_changed():
    genuine = [proven(credential(past(snapshot))) for snapshot in SAMPLES.values()]
    altered = copy.deepcopy(genuine)
    for one in altered:
        one["credentialSubject"]["achievement"]["name"] += "!"
    said = verifier.what_they_say(did=did_document(), lists={LIST: status_list(5)}, credentials=genuine + altered)[
        "credentials"
    ]
    assert said[: len(genuine)] == [{"verified": True, "revoked": False, "error": None}] * len(genuine)
    assert {(one["verified"], "Invalid signature" in one["error"]) for one in said[len(genuine) :]} == {(False, True)}


@pytest.mark.once
@pytest.mark.needs("verifier")
def test_another_implementation_reads_the_status_list_and_refuses_one_that_was_altered():
    place = 94567
    document, revoked = proven(credential(past(COBOTS))), status_list(5, place)
    forged = copy.deepcopy(revoked)
    forged["credentialSubject"]["encodedList"] = status.encoded({5})

    def said_with(listed: dict[str, Any]) -> dict[str, Any]:
        return verifier.what_they_say(did=did_document(), lists={LIST: listed}, credentials=[document])["credentials"][
            0
        ]

    assert said_with(revoked) == {"verified": True, "revoked": True, "error": None}
    assert said_with(forged)["verified"] is False
    assert verifier.what_they_say(did=did_document(), credentials=[revoked])["credentials"][0]["verified"]


@pytest.mark.once
@pytest.mark.needs("verifier")
def test_another_implementation_accepts_the_token_and_refuses_an_altered_one():
    key = files.new_token_key()
    document = proven(credential(past(COBOTS)))
    said = tokens.token(document, key_id=TOKEN_KEY_ID, sign_bytes=signers.token_signature_with(key))
    head, claims, signature = said.split(".")
    altered = f"{head}.{claims[:-6]}AAAAAA.{signature}"
    genuine, refused = verifier.what_they_say(did=did_document(key), tokens=[said, altered])["tokens"]
    assert genuine == {"verified": True, "error": None, "name": COBOTS["title"]["nl"]}
    assert not refused["verified"]


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.needs("verifier", "pdfdetach")
def test_what_travels_in_an_issued_pdf_is_accepted_elsewhere_until_it_is_revoked(
    keys, finished, client, officer, tmp_path
):
    """With nothing but what we publish: the file, the DID document and the status list."""
    asked = datetime.now(UTC) - timedelta(days=1)
    certificate = issued(finished, asked)
    with certificate.pdf.open("rb") as file:
        (tmp_path / "certificate.pdf").write_bytes(file.read())
    subprocess.run(["pdfdetach", "-saveall", "-o", tmp_path, tmp_path / "certificate.pdf"], check=True)
    attached = json.loads((tmp_path / ATTACHMENT).read_bytes())
    address = attached["credentialStatus"]["statusListCredential"]

    def said() -> dict[str, Any]:
        return verifier.what_they_say(
            did=client.get("/.well-known/did.json").json(),
            lists={address: json.loads(client.get(address.removeprefix("http://testserver")).content)},
            credentials=[attached],
        )["credentials"][0]

    assert said() == {"verified": True, "revoked": False, "error": None}
    revoke_certificate(
        certificate, public_reason="mistake", inside_reason="Wrong person", by=officer, at=datetime.now(UTC)
    )
    assert said() == {"verified": True, "revoked": True, "error": None}


# Published vectors ----------------------------------------------------------------------------------------------------


@pytest.fixture
def examples(monkeypatch) -> None:
    """The context of W3C's examples, which gives every unknown word a meaning; never one of ours."""
    ours = vocabulary.context
    extra = {
        "https://www.w3.org/ns/credentials/examples/v2": {
            "@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}
        }
    }
    monkeypatch.setattr(vocabulary, "context", lambda url: extra[url] if url in extra else ours(url))


@pytest.mark.once
def test_w3cs_vector_is_reproduced_to_the_last_character(examples):
    vector = json.loads((VECTORS / "w3c-eddsa-rdfc-2022.json").read_text())
    expected = vector["signed"]
    document = {name: value for name, value in expected.items() if name != "proof"}
    key = Ed25519PrivateKey.from_private_bytes(base58.b58decode(vector["keys"]["privateKeyMultibase"][1:])[2:])
    made: list[bytes] = []

    def sign_bytes(data: bytes) -> bytes:
        made.append(data)
        return key.sign(data)

    signed = proofs.sign(
        document,
        key_id=expected["proof"]["verificationMethod"],
        created=datetime.fromisoformat(expected["proof"]["created"]),
        sign_bytes=sign_bytes,
    )
    assert proofs.canonical(document).decode() == vector["canonical"]
    assert made[0].hex() == vector["hash"]
    assert signed["proof"] == [expected["proof"]]
    assert multikey(key.public_key()) == vector["keys"]["publicKeyMultibase"]
    proofs.verify(expected, key_of=lambda _method: key.public_key())


@pytest.mark.once
def test_1edtechs_signed_documents_are_accepted_and_their_list_says_which_was_revoked():
    given = json.loads((VECTORS / "1edtech-open-badges-3.json").read_text())

    def key_of(method: str) -> Any:
        return public_key(method.partition("#")[2] or method.rpartition(":")[2])

    for document in given.values():
        proofs.verify(document, key_of=key_of)
        forged = copy.deepcopy(document)
        forged["validFrom"] = "2000-01-01T00:00:00Z"
        with pytest.raises(proofs.ProofRefused):
            proofs.verify(forged, key_of=key_of)
    packed = given["list"]["credentialSubject"]["encodedList"]
    assert status.is_set(packed, given["revoked"]["credentialStatus"]["statusListIndex"])
    assert not status.is_set(packed, 24)
