"""The certificate as a credential: what is signed, what is refused, and the list that says what was revoked."""

import copy
import gzip
import json
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.credentials import badge, proofs, status, vocabulary
from certificates.credentials.multikeys import NotAKey, multikey, public_key
from tests.certificates.samples import COBOTS, LONGEST, SAMPLES

pytestmark = pytest.mark.once

BASE = "https://leren.example"
LIST = f"{BASE}/credentials/status/1"
KEY_ID = "did:web:leren.example#ed25519-2026-11"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
IDENTIFIER = UUID("7d3b2f6e-1c6f-4e0e-9d3a-0a5a3c1f2b4d")


def credential(snapshot=COBOTS):
    return badge.achievement_credential(
        snapshot, identifier=IDENTIFIER, base_url=BASE, status=status.entry(LIST, 94567)
    )


def signed(document):
    return proofs.sign(document, key_id=KEY_ID, created=NOW, sign_bytes=KEY.sign)


def check(document, key_of=lambda _id: KEY.public_key()):
    proofs.verify(document, key_of=key_of)


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_certificate_can_be_signed_and_its_proof_holds(sample):
    check(signed(credential(SAMPLES[sample])))


def test_the_same_certificate_gives_the_same_bytes():
    assert json.dumps(signed(credential())) == json.dumps(signed(credential()))


def test_spaces_and_order_do_not_count_only_what_is_said():
    document = signed(credential())
    check(json.loads(json.dumps(dict(reversed(document.items())), indent=8)))


@pytest.mark.parametrize(
    "change",
    [
        lambda doc: doc["credentialSubject"]["identifier"][0].update(identityHash="Somebody Else"),
        lambda doc: doc["credentialSubject"]["achievement"].update(name="Doctor"),
        lambda doc: doc["credentialSubject"]["achievement"]["criteria"].update(narrative="Nothing"),
        lambda doc: doc["issuer"].update(name="Somebody else"),
        lambda doc: doc["credentialStatus"].update(statusListIndex="1"),
        lambda doc: doc.pop("credentialStatus"),
        lambda doc: doc.update(validFrom="2020-01-01T00:00:00Z"),
        lambda doc: doc["proof"][0].update(created="2020-01-01T00:00:00Z"),
        lambda doc: doc["proof"][0].update(proofValue="z" + "1" * 88),
        lambda doc: doc["proof"][0].update(proofValue="not base58: 0OIl"),
        lambda doc: doc["proof"][0].update(proofValue="z" + "2" * 100_000),
        lambda doc: doc["proof"][0].update(proofPurpose="authentication"),
        lambda doc: doc["proof"][0].update(cryptosuite="eddsa-jcs-2022"),
        lambda doc: doc.update(proof=doc["proof"] * 2),
        lambda doc: doc.update(proof=[]),
        lambda doc: doc.update(proof="none"),
        lambda doc: doc.pop("proof"),
    ],
)
def test_whatever_is_changed_after_signing_the_proof_no_longer_holds(change):
    document = copy.deepcopy(signed(credential()))
    change(document)

    with pytest.raises(proofs.ProofRefused):
        check(document)


def test_another_key_does_not_do():
    other = Ed25519PrivateKey.generate()
    with pytest.raises(proofs.ProofRefused):
        check(signed(credential()), key_of=lambda _id: other.public_key())
    with pytest.raises(proofs.ProofRefused):
        check(signed(credential()), key_of=lambda _id: None)


@pytest.mark.parametrize(
    "add",
    [
        lambda doc: doc.update(studyLoad="28 hours"),
        lambda doc: doc["credentialSubject"]["achievement"].update(studyLoad="28 hours"),
        lambda doc: doc["type"].append("OurOwnType"),
        lambda doc: doc.update(id="7d3b2f6e"),
    ],
)
def test_a_word_that_would_be_printed_but_not_signed_is_refused_before_signing_and_after(add):
    """JSON-LD leaves out what no context defines; a signature over the rest would look like one over the whole."""
    document = credential()
    add(document)
    with pytest.raises(proofs.UndefinedTerm):
        signed(document)

    forged = signed(credential())
    add(forged)
    with pytest.raises(proofs.UndefinedTerm):
        check(forged)


def test_a_context_from_elsewhere_is_never_fetched():
    document = credential()
    document["@context"].append("https://evil.example/context")
    with pytest.raises(vocabulary.UnknownContext):
        signed(document)


def test_a_changed_context_file_is_noticed(monkeypatch, tmp_path):
    name, _digest = vocabulary._FILES[vocabulary.CREDENTIALS]
    monkeypatch.setitem(vocabulary._FILES, vocabulary.CREDENTIALS, (name, "0" * 64))
    vocabulary.context.cache_clear()
    try:
        with pytest.raises(vocabulary.UnknownContext, match="not the file that was pinned"):
            vocabulary.context(vocabulary.CREDENTIALS)
    finally:
        vocabulary.context.cache_clear()


def test_the_narrative_tells_all_elements_to_whoever_has_only_the_credential():
    said = credential()["credentialSubject"]["achievement"]["criteria"]["narrative"]
    for element in (
        "Titel:",
        "Land en regio van de uitgever: Zuid-Holland, Nederland (NL)",
        "Uitgever: SMITZH; samen met RoboHouse",
        "Datum van afgifte: 25 september 2026",
        "Leerresultaten",
        "Studielast: 40 uur in totaal",
        "Niveau: mbo-4 werk- en denkniveau",
        "Toetsing: Praktijkopdracht",
        "Vorm van deelname: deels op locatie, deels online",
        "Kwaliteitsborging: Tweede beoordelaar",
    ):
        assert element in said


def test_it_says_nothing_that_connects_one_certificate_of_a_person_to_the_next():
    """No address, no number of the person: the holder's identifier is the credential's own."""
    subject = credential()["credentialSubject"]
    assert subject["id"] == f"{BASE}/credentials/{IDENTIFIER}#holder"
    assert [one["identityType"] for one in subject["identifier"]] == ["name"]


def test_a_level_is_an_alignment_only_where_the_register_has_the_course():
    def levels(snapshot):
        found = credential(snapshot)["credentialSubject"]["achievement"]["alignment"]
        return [one["targetType"] for one in found if one["targetType"] in ("ext:EQF", "ext:NLQF")]

    assert levels(LONGEST) == ["ext:EQF", "ext:NLQF"]
    assert levels({**LONGEST, "level": {**LONGEST["level"], "register_number": None}}) == []


def test_an_expiry_is_the_end_of_its_last_day():
    assert credential(COBOTS)["validUntil"] == "2028-09-25T23:59:59Z"
    assert "validUntil" not in credential({**COBOTS, "expires_on": None})


def test_the_issuer_is_the_address_of_the_site():
    assert badge.did_of("https://leren.example") == "did:web:leren.example"
    assert badge.did_of("http://127.0.0.1:8000") == "did:web:127.0.0.1%3A8000"


def test_a_public_key_is_written_and_read_back():
    written = multikey(KEY.public_key())
    assert written.startswith("z6Mk")
    assert public_key(written) == KEY.public_key()


@pytest.mark.parametrize("text", ["", "z", "z6Mk", "z0OIl", "u" + "a" * 46, "é", "z" + "1" * 46])
def test_what_is_no_public_key_is_refused(text):
    with pytest.raises(NotAKey):
        public_key(text)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.integers(0, status.ENTRIES - 1), max_size=20), st.integers(0, status.ENTRIES - 1))
def test_the_status_list_says_of_each_place_whether_it_was_revoked(revoked, asked):
    packed = status.encoded(revoked)
    assert status.is_set(packed, asked) == (asked in revoked)
    assert all(status.is_set(packed, place) for place in revoked)


def test_the_first_place_is_the_leftmost_bit():
    """Bitstring Status List 1.0, 3.3: index 0 is the left-most bit."""
    bits = bytearray(status.ENTRIES // 8)
    bits[0] = 0b1000_0000
    assert status.is_set("u" + urlsafe_b64encode(gzip.compress(bytes(bits))).decode().rstrip("="), 0)


@pytest.mark.parametrize(
    "packed",
    [
        "",
        "u",
        "uAAAA",
        "x" + status.encoded(())[1:],
        "u" + urlsafe_b64encode(gzip.compress(b"short")).decode(),
        "u" + urlsafe_b64encode(gzip.compress(bytes(status.ENTRIES))[:40]).decode(),
        "é",
    ],
    # Not the values themselves: gzip puts the second of packing in them, and processes must agree on a test's name.
    ids=["nothing", "no-list", "no-gzip", "another-base", "too-short", "cut-off", "no-ascii"],
)
def test_what_is_no_status_list_is_refused(packed):
    with pytest.raises(status.NotAList):
        status.is_set(packed, 5)


def test_a_list_that_would_unpack_to_gigabytes_is_not_unpacked():
    bomb = "u" + urlsafe_b64encode(gzip.compress(bytes(50_000_000))).decode().rstrip("=")
    assert status.is_set(bomb, 5) is False, "no more is read than a list can hold"


def test_the_list_is_a_credential_that_can_be_signed():
    document = status.list_credential(
        LIST, {94567}, issuer=badge.did_of(BASE), since=NOW, until=datetime(2026, 11, 24, tzinfo=UTC)
    )
    check(signed(document))
    assert status.is_set(document["credentialSubject"]["encodedList"], 94567)


def test_what_threads_sign_at_once_is_what_each_signs_alone(hasty_threads):
    """They share what PyLD remembers of contexts, which throws the oldest away once it is full."""
    documents = [credential(snapshot) for snapshot in SAMPLES.values()] * 8
    alone = [signed(one) for one in documents]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(signed, documents)) == alone
