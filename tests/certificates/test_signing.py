"""Certificates that are signed and sealed: what they promise, and what anyone can check without us."""

from __future__ import annotations

import io
import json
import stat
import subprocess
import threading
from datetime import timedelta

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, close_old_connections, transaction

from certificates.actions import issue_certificate, request_certificate, revoke_certificate, supersede_certificate
from certificates.credentials import proofs, status
from certificates.credentials.multikeys import public_key
from certificates.keys import DemoKeyRefused, credential_signer, files, forget_keys, keeping
from certificates.making import key_of
from certificates.models import Certificate, IssuerKey, StatusEntry
from certificates.promises import give_place
from certificates.sealing import sealed_by
from tests.certificates import verapdf
from tests.certificates.conftest import issued
from tests.certificates.test_drawing import text_of
from tests.factories import EnrolmentFactory

pytestmark = pytest.mark.django_db

State = Certificate.State
Purpose = IssuerKey.Purpose


@pytest.fixture
def signed(keys, finished, now) -> Certificate:
    return issued(finished, now)


def document_of(certificate: Certificate) -> bytes:
    with certificate.pdf.open("rb") as file:
        return file.read()


def of_the_seal() -> bytes:
    return keeping.chain_of(IssuerKey.objects.active(Purpose.SEAL))[0].public_bytes(files.serialization.Encoding.DER)


# What is issued -------------------------------------------------------------------------------------------------------


def test_a_certificate_carries_its_credential_and_a_seal_that_holds(signed):
    document = document_of(signed)

    assert signed.state == State.ISSUED
    assert sealed_by(document) == of_the_seal()
    with pikepdf.open(io.BytesIO(document)) as pdf:
        inside = json.loads(pdf.attachments["credential.json"].get_file().read_bytes())
    assert inside == signed.credential
    proofs.verify(inside, key_of=key_of)
    assert inside["credentialSubject"]["identifier"][0]["identityHash"] == signed.enrolment.learner.full_name


@pytest.mark.needs("verapdf", "pdfsig")
def test_validators_that_are_not_ours_accept_the_sealed_file_and_refuse_a_changed_byte(signed, tmp_path):
    document = document_of(signed)
    (tmp_path / "sealed.pdf").write_bytes(document)
    assert verapdf.complaints_about([tmp_path / "sealed.pdf"]) == []

    def pdfsig(name: str) -> str:
        return subprocess.run(["pdfsig", tmp_path / name], capture_output=True, text=True).stdout

    assert "Signature is Valid." in pdfsig("sealed.pdf")
    assert "Total document signed" in pdfsig("sealed.pdf")
    changed = bytearray(document)
    changed[len(changed) // 3] ^= 1
    (tmp_path / "changed.pdf").write_bytes(changed)
    assert "Signature is Valid." not in pdfsig("changed.pdf")


def test_one_changed_or_added_byte_breaks_the_seal(signed):
    document = document_of(signed)
    for place in range(1000, len(document), len(document) // 25):
        changed = bytearray(document)
        changed[place] ^= 1
        assert sealed_by(bytes(changed)) is None, f"byte {place}"
    assert sealed_by(document + b"\n% and more") is None
    assert sealed_by(document[:-1]) is None


@pytest.mark.parametrize("bytes_", [b"", b"%PDF-1.7", b"no pdf", bytes(1000), b"%PDF-1.7\n" + b"9" * 5000])
def test_what_is_no_sealed_pdf_has_no_seal(bytes_):
    assert sealed_by(bytes_) is None


def test_the_paper_says_that_the_key_is_a_demos(signed):
    assert "Verzegeld met een demosleutel" in text_of(document_of(signed))


def test_without_keys_it_says_that_it_is_not_sealed_and_carries_nothing(certificate):
    document = document_of(certificate)
    assert "Niet verzegeld" in text_of(document)
    assert certificate.credential is None
    assert sealed_by(document) is None
    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert not pdf.attachments


# Promised is kept -----------------------------------------------------------------------------------------------------


def test_a_promised_signature_is_waited_for_never_left_out(keys, finished, settings, now, tmp_path):
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    settings.LMS_KEYS = tmp_path / "elsewhere"
    forget_keys()
    assert issue_certificate(asked, at=now).state == State.REQUESTED

    settings.LMS_KEYS = tmp_path / "keys"
    forget_keys()
    assert issue_certificate(asked, at=now).state == State.ISSUED
    assert Certificate.objects.get().credential


def test_outside_a_demo_a_demo_key_signs_nothing(keys, finished, settings, now):
    settings.LMS_DEMO = False
    with pytest.raises(DemoKeyRefused):
        credential_signer()
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    assert issue_certificate(asked, at=now).state == State.REQUESTED


def test_issuing_again_gives_the_same_credential_and_place(keys, finished, now):
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    place = asked.snapshot["credential"]
    issue_certificate(asked, at=now)
    again = request_certificate(finished, kind="participation", by=None, at=now + timedelta(days=1))
    assert again.snapshot["credential"] == place
    assert StatusEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_four_workers_seal_one_certificate_once_and_leave_one_file(keys, finished, now):
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    barrier, trouble = threading.Barrier(4), []

    def work() -> None:
        mine = Certificate.objects.get(pk=asked.pk)
        barrier.wait()
        try:
            issue_certificate(mine, at=now)
        except Exception as error:  # noqa: BLE001  (told by the main thread)
            trouble.append(error)
        finally:
            close_old_connections()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert trouble == []
    certificate = Certificate.objects.get()
    assert certificate.state == State.ISSUED
    assert sealed_by(document_of(certificate)) == of_the_seal()
    folder, _, name = certificate.pdf.name.rpartition("/")
    left = [one for one in certificate.pdf.storage.listdir(folder)[1] if one.startswith(certificate.number)]
    assert left == [name]


# The status list ------------------------------------------------------------------------------------------------------


def fetched(client, certificate: Certificate) -> tuple[dict, int]:
    entry = certificate.credential["credentialStatus"]
    answer = client.get(entry["statusListCredential"].removeprefix("http://testserver"))
    document = json.loads(answer.content)
    proofs.verify(document, key_of=key_of)
    return document["credentialSubject"], int(entry["statusListIndex"])


def test_the_status_list_flips_on_revocation(signed, client, officer, now):
    listed, place = fetched(client, signed)
    assert not status.is_set(listed["encodedList"], place)

    revoke_certificate(signed, public_reason="mistake", inside_reason="Wrong person", by=officer, at=now)

    listed, place = fetched(client, signed)
    assert status.is_set(listed["encodedList"], place)


def test_a_replaced_certificate_is_on_the_list_and_its_successor_is_not(signed, client, officer, now):
    successor = issue_certificate(supersede_certificate(signed, by=officer, at=now), at=now)

    listed, old = fetched(client, signed)
    assert status.is_set(listed["encodedList"], old)
    listed, new = fetched(client, successor)
    assert not status.is_set(listed["encodedList"], new)
    assert old != new


def test_a_place_is_never_given_twice(signed):
    entry = StatusEntry.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusEntry.objects.create(list_number=entry.list_number, place=entry.place, certificate=signed)


def test_a_certificate_has_one_place_and_the_next_list_begins_when_one_is_half_full(signed, finished, now, monkeypatch):
    assert give_place(signed) == StatusEntry.objects.get()
    monkeypatch.setattr("certificates.promises.FULL", 1)
    other = EnrolmentFactory(edition=finished.edition, completed=True)
    asked = request_certificate(other, kind="participation", by=None, at=now)
    assert asked.snapshot["credential"]["list"] == 2


def test_a_list_that_nobody_is_on_is_not_there(signed, client):
    assert client.get("/credentials/status/2").status_code == 404


# What machines read ---------------------------------------------------------------------------------------------------


def test_with_the_did_document_anyone_can_check_a_credential_without_us(signed, client):
    answer = client.get("/.well-known/did.json")
    document = answer.json()
    methods = {
        one["id"]: public_key(one["publicKeyMultibase"])
        for one in document["verificationMethod"]
        if one["type"] == "Multikey"
    }

    assert answer["Access-Control-Allow-Origin"] == "*"
    assert document["id"] == "did:web:testserver" == signed.credential["issuer"]["id"]
    assert all(one["controller"] == document["id"] for one in document["verificationMethod"])
    assert document["assertionMethod"] == [one["id"] for one in document["verificationMethod"]]
    proofs.verify(signed.credential, key_of=methods.get)


def test_an_old_key_stays_in_the_did_document_and_a_compromised_one_leaves_it(signed, client, now):
    old = IssuerKey.objects.active(Purpose.CREDENTIAL)
    new = keeping.take_key(Purpose.CREDENTIAL, files.new_credential_key(), is_demo=True, by=None, at=now)

    def names() -> list[str]:
        methods = client.get("/.well-known/did.json").json()["verificationMethod"]
        return [one["id"].partition("#")[2] for one in methods if one["type"] == "Multikey"]

    assert names() == [old.name, new.name]
    proofs.verify(signed.credential, key_of=key_of)

    keeping.mark_compromised(old, by=None, at=now)
    assert names() == [new.name]
    with pytest.raises(proofs.ProofRefused):
        proofs.verify(signed.credential, key_of=key_of)


def test_a_credential_can_be_fetched_by_its_identifier_and_asked_for_again_cheaply(signed, client):
    address = f"/credentials/{signed.uuid}"
    first = client.get(address)
    assert json.loads(first.content) == signed.credential
    assert (first["Content-Type"], first["X-Robots-Tag"]) == ("application/vc", "noindex")
    assert not first.cookies
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_certificate_that_is_not_issued_or_not_signed_has_no_credential(keys, finished, client, now):
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    assert client.get(f"/credentials/{asked.uuid}").status_code == 404


# Keys -----------------------------------------------------------------------------------------------------------------


def test_only_we_may_read_a_private_key_and_none_is_ever_overwritten(keys, settings):
    for row in keys:
        path = settings.LMS_KEYS / f"{row.name}.key"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        with pytest.raises(FileExistsError):
            files.keep_key(row.name, files.new_credential_key())


def test_a_demo_makes_its_keys_once(keys, now):
    assert {row.purpose for row in keys} == {"credential", "seal", "token"}
    assert all(row.is_demo for row in keys)
    assert keeping.make_demo_keys(at=now) == []


def test_two_keys_of_one_month_have_names_of_their_own(keys, now):
    second = keeping.take_key(Purpose.CREDENTIAL, files.new_credential_key(), is_demo=True, by=None, at=now)
    assert second.name == f"{keys[0].name}-2"


def test_one_key_signs_at_a_time(keys, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuerKey.objects.create(name="another", purpose=Purpose.SEAL, public="x", made_at=now)


def said(*words: str) -> str:
    out = io.StringIO()
    call_command("keys", *words, stdout=out)
    return out.getvalue()


def test_the_command_checks_that_the_keys_sign(keys, settings, now):
    assert "The keys sign" in said("check")
    (settings.LMS_KEYS / f"{keys[0].name}.key").unlink()
    forget_keys()
    with pytest.raises(CommandError, match=keys[0].name):
        said("check")


def test_the_command_says_that_there_are_no_keys(db):
    with pytest.raises(CommandError, match="credential: there is no key\nseal: there is no key"):
        said("check")


def test_a_key_that_is_not_the_published_one_is_noticed(keys, settings):
    path = settings.LMS_KEYS / f"{keys[0].name}.key"
    path.unlink()
    files.keep_key(keys[0].name, files.new_credential_key())
    forget_keys()
    assert keeping.troubles(at=keys[0].made_at) == [
        f"{keys[0].name}: the private key is not the one of the public half"
    ]


def test_a_certificate_that_ends_soon_is_announced(keys):
    ends = keeping.chain_of(keys[1])[0].not_valid_after_utc
    assert keeping.troubles(at=ends - timedelta(days=61)) == []
    assert keeping.troubles(at=ends - timedelta(days=30)) == [
        f"{keys[1].name}: the certificate ends on {ends:%Y-%m-%d}"
    ]
    assert keeping.troubles(at=ends + timedelta(days=1)) == [f"{keys[1].name}: The certificate is not valid today."]


def test_the_command_takes_a_new_credential_key_and_lists_the_old_one(keys):
    said("credential")
    listed = said("list")
    assert f"{keys[0].name:<24} credential  retired     demo" in listed
    assert IssuerKey.objects.active(Purpose.CREDENTIAL) != keys[0]
    assert listed.count("credential  active") == 1


def test_the_command_takes_a_seal_with_its_own_certificate_only(keys, now, tmp_path):
    key, other = files.new_seal_key(), files.new_seal_key()
    pem = files.serialization
    (tmp_path / "seal.key").write_bytes(
        key.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption())
    )
    (tmp_path / "seal.crt").write_text(files.demo_certificate(key, issuer="SMITZH", at=now))
    (tmp_path / "other.crt").write_text(files.demo_certificate(other, issuer="SMITZH", at=now))

    with pytest.raises(CommandError, match="of another key"):
        said("seal", str(tmp_path / "seal.key"), str(tmp_path / "other.crt"))
    with pytest.raises(CommandError, match="cannot be read"):
        said("seal", str(tmp_path / "nothing.key"), str(tmp_path / "seal.crt"))
    assert IssuerKey.objects.active(Purpose.SEAL) == keys[1]

    said("seal", str(tmp_path / "seal.key"), str(tmp_path / "seal.crt"))
    taken = IssuerKey.objects.active(Purpose.SEAL)
    assert (taken != keys[1], taken.is_demo) == (True, False)


def test_the_command_withdraws_a_key_and_knows_no_other(keys):
    said("compromised", keys[0].name)
    assert "compromised" in said("list")
    with pytest.raises(CommandError, match="no key"):
        said("compromised", "nobody")


def test_demo_keys_are_not_made_outside_a_demo(db, settings):
    settings.LMS_DEMO = False
    with pytest.raises(CommandError):
        said("demo")


# Shown ----------------------------------------------------------------------------------------------------------------


def test_the_page_of_a_certificate_checks_its_signature_and_says_how_to_do_so_without_us(signed, client):
    page = client.get(f"/v/{signed.grouped_number}").content.decode()
    assert "De digitale handtekening van de uitgever klopt" in page
    assert f'href="/credentials/{signed.uuid}"' in page
    assert 'href="/.well-known/did.json"' in page
    assert "demosleutels" in page


def test_a_register_that_was_tampered_with_is_seen_by_its_signature(signed, client):
    signed.credential["credentialSubject"]["achievement"]["name"] = "Doctor"
    Certificate.objects.filter(pk=signed.pk).update(credential=signed.credential)
    page = client.get(f"/v/{signed.grouped_number}").content.decode()
    assert "De digitale handtekening klopt niet" in page


def test_without_a_credential_the_page_promises_no_signature(certificate, client):
    page = client.get(f"/v/{certificate.grouped_number}").content.decode()
    assert "digitale handtekening" not in page


def test_the_holder_can_take_the_credential_to_a_wallet(signed, client):
    client.force_login(signed.enrolment.learner)
    page = client.get(f"/nl/certificaat/{signed.grouped_number}/").content.decode()
    assert f'href="/credentials/{signed.uuid}" download="{signed.grouped_number}.json"' in page
