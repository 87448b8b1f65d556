"""What a file turns out to be, whoever sends it: ours, altered, another's, somebody's, or made to do harm."""

from __future__ import annotations

import base64
import copy
import io
import json
import zlib

import pikepdf
import pytest
from django.urls import reverse
from pikepdf import Array, Dictionary, Name, String

from certificates.actions import revoke_certificate
from certificates.credentials.proofs import sign
from certificates.examining import fence, inside
from certificates.examining.fence import TooHard, look_inside
from certificates.examining.findings import Outcome, examine
from certificates.keys.files import new_credential_key
from certificates.keys.keeping import mark_compromised
from certificates.making import written
from certificates.models import Certificate, IssuerKey
from certificates.numbers import new_number
from certificates.views.public.numbers import FILES_PER_MINUTE
from tests.certificates.test_verification import as_file, document, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def sealed(keys, certificate) -> Certificate:
    """Amal's certificate, signed and sealed with the keys of a demo."""
    assert certificate.snapshot["seal"]
    return certificate


def changed(content: bytes, change) -> bytes:
    """The file opened, changed and saved again, as somebody with a PDF editor would."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        change(pdf)
        saved = io.BytesIO()
        pdf.save(saved)
    return saved.getvalue()


def rewrite(old: str, new: str):
    """Replace drawn text, letter for letter, by others that the font inside the file has."""

    def change(pdf: pikepdf.Pdf) -> None:
        for page in pdf.pages:
            steps = []
            tables: dict = {}
            from certificates.examining.words import _table_of

            current = None
            for step in pikepdf.parse_content_stream(page):
                operands, operator = list(step.operands), str(step.operator)
                if operator == "Tf":
                    name = str(operands[0])
                    tables.setdefault(name, _table_of(page.obj.Resources.Font.get(name)))
                    current = tables[name]
                if operator == "Tj" and current:
                    codes = {said: code for code, said in current[1].items()}
                    text = "".join(current[1].get(one, "?") for one in bytes(operands[0]))
                    if old in text and all(letter in codes for letter in new):
                        text = text.replace(old, new)
                        operands = [String(bytes(codes[letter] for letter in text))]
                steps.append((operands, step.operator))
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(steps))

    return change


# PDF ------------------------------------------------------------------------------------------------------------------


def test_an_altered_name_is_seen_and_said(client, sealed):
    forged = changed(document(sealed), rewrite("Amal", "Alma"))
    finding = examine(forged, sealed)
    assert finding.outcome == Outcome.ALTERED
    assert ("Amal", "Alma") in {(one.issued, one.found) for one in finding.differences}
    said = words(client.post(f"/v/{sealed.grouped_number}?taal=en", {"document": as_file(forged)}))
    assert "is not the document that we issued: it was altered" in said
    assert "Alma" in said
    assert "is valid" in said  # the certificate itself


def test_an_altered_file_alone_finds_its_certificate_by_the_number_in_it(client, sealed):
    forged = changed(document(sealed), rewrite("Amal", "Alma"))
    assert examine(forged, None).certificate == sealed
    said = words(client.post("/v/?taal=en", {"document": as_file(forged)}))
    assert "it was altered" in said
    assert sealed.grouped_number in said


def test_one_changed_byte_breaks_the_seal(sealed):
    content = bytearray(document(sealed))
    content[content.index(b"stream") + 40] ^= 1
    finding = examine(bytes(content), sealed)
    assert finding.outcome in {Outcome.ALTERED, Outcome.DIFFERENT}
    assert inside.look(bytes(content), {}).get("seal", "broken") == "broken"


def test_saved_again_without_a_change_says_that_no_word_differs(client, sealed):
    again = changed(document(sealed), lambda pdf: None)
    finding = examine(again, sealed)
    assert (finding.outcome, finding.differences) == (Outcome.ALTERED, [])
    said = words(client.post(f"/v/{sealed.grouped_number}?taal=en", {"document": as_file(again)}))
    assert "We found no word that differs" in said


def test_something_added_after_the_seal_is_seen(sealed):
    content = document(sealed)
    added = content + b"\n% and a note\n" + content[content.rindex(b"startxref") :]
    finding = examine(added, sealed)
    assert finding.outcome == Outcome.ALTERED
    assert look_inside(added, {})["seal"] in {"part", "broken"}


def test_a_copy_that_we_sealed_and_do_not_keep_is_genuine(sealed):
    content = document(sealed)
    Certificate.objects.filter(pk=sealed.pk).update(pdf_sha256="0" * 64)
    finding = examine(content, Certificate.objects.get())
    assert finding.outcome == Outcome.COPY
    assert any(check.tone == "y" for check in finding.checks)
    assert any(check.tone == "w" for check in finding.checks)  # a demo's key


def test_a_seal_of_a_key_that_fell_into_wrong_hands_counts_no_more(sealed, now):
    content = document(sealed)
    Certificate.objects.filter(pk=sealed.pk).update(pdf_sha256="0" * 64)
    mark_compromised(IssuerKey.objects.get(purpose="seal"), by=None, at=now)
    assert examine(content, Certificate.objects.get()).outcome == Outcome.ALTERED


def test_a_revoked_one_is_genuine_but_revoked(client, sealed, officer, now):
    revoke_certificate(sealed, public_reason="mistake", inside_reason="Want", by=officer, at=now)
    said = words(client.post("/v/?taal=en", {"document": as_file(document(sealed))}))
    assert "is the document that we issued" in said
    assert "has been revoked" in said


def test_an_altered_file_of_another_number_is_told_apart_and_names_nobody(client, sealed, of_dina):
    forged = changed(document(of_dina), lambda pdf: None)
    said = words(client.post(f"/v/{sealed.grouped_number}?taal=en", {"document": as_file(forged)}))
    assert "belongs to another certificate of ours" in said
    assert of_dina.grouped_number not in said
    assert "Dina" not in said


def test_a_file_with_a_number_that_is_nobodys_is_not_ours(sealed):
    Certificate.objects.filter(pk=sealed.pk).update(number=new_number(), credential=None)
    forged = changed(document(sealed), lambda pdf: pdf.attachments.clear())
    assert examine(forged, None).outcome == Outcome.NOT_OURS


# Credentials ----------------------------------------------------------------------------------------------------------


def test_the_signed_credential_is_recognised_however_it_is_written(client, sealed):
    for content in (written(sealed.credential), json.dumps(sealed.credential, sort_keys=True).encode()):
        finding = examine(content, None)
        assert (finding.outcome, finding.certificate) == (Outcome.GENUINE, sealed)
    said = words(client.post("/v/?taal=en", {"document": as_file(written(sealed.credential), "bewijs.json")}))
    assert "is the credential that we signed" in said
    assert "is valid" in said


def test_an_altered_credential_says_which_value_differs(client, sealed):
    forged = copy.deepcopy(sealed.credential)
    forged["credentialSubject"]["identifier"][0]["identityHash"] = "Iemand Anders"
    finding = examine(json.dumps(forged).encode(), sealed)
    assert finding.outcome == Outcome.ALTERED
    assert [(one.issued, one.found) for one in finding.differences] == [("Amal Haddad", "Iemand Anders")]
    said = words(
        client.post(f"/v/{sealed.grouped_number}?taal=en", {"document": as_file(json.dumps(forged).encode(), "x.json")})
    )
    assert "Iemand Anders" in said


def test_a_credential_signed_by_somebody_else_in_our_name_is_refused(sealed, now):
    forged = {**copy.deepcopy(sealed.credential), "name": "Professor"}
    key = new_credential_key()
    method = sealed.credential["proof"][0]["verificationMethod"]
    for named in (method, "did:web:elders.example#key"):
        signed = sign(forged, key_id=named, created=now, sign_bytes=key.sign)
        assert examine(json.dumps(signed).encode(), None).outcome == Outcome.ALTERED


def test_a_token_is_checked_by_its_signature(client, sealed):
    text = client.get(reverse("credential_token", args=[sealed.uuid])).content.decode().strip()
    assert examine(text.encode(), None).outcome == Outcome.GENUINE
    head, claims, _signature = text.split(".")
    other = base64.urlsafe_b64encode(b"\1" * 64).rstrip(b"=").decode()
    assert examine(f"{head}.{claims}.{other}".encode(), None).outcome == Outcome.ALTERED
    assert examine(f"{head}.{claims}.".encode(), None).outcome == Outcome.ALTERED


def test_the_badges_that_we_hand_out_are_recognised(client, sealed):
    for name in ("credential_png", "credential_svg"):
        picture = b"".join(client.get(reverse(name, args=[sealed.uuid])))
        assert examine(picture, None).outcome == Outcome.GENUINE


# Made to do harm ------------------------------------------------------------------------------------------------------


def blank(**root) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for name, value in root.items():
            pdf.Root[f"/{name}"] = value
        saved = io.BytesIO()
        pdf.save(saved)
    return saved.getvalue()


def many_pages() -> bytes:
    with pikepdf.new() as pdf:
        for _ in range(200):
            pdf.add_blank_page()
        saved = io.BytesIO()
        pdf.save(saved)
    return saved.getvalue()


def locked(password: str) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        saved = io.BytesIO()
        pdf.save(saved, encryption=pikepdf.Encryption(owner="baas", user=password))
    return saved.getvalue()


def bomb() -> bytes:
    """A page of a few kilobytes that unpacks to gigabytes: the same packed block a few thousand times, packed again."""
    packer = zlib.compressobj(9)
    first, again = (packer.compress(b"\0" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        stream = pdf.make_stream(b"")
        stream.write(zlib.compress(first + again * 3000), filter=Array([Name.FlateDecode, Name.FlateDecode]))
        page.Contents = stream
        saved = io.BytesIO()
        pdf.save(saved)
    return saved.getvalue()


def in_itself() -> bytes:
    """A drawing that draws itself."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        form = pdf.make_stream(b"/F Do", Type=Name.XObject, Subtype=Name.Form)
        form.Resources = Dictionary(XObject=Dictionary(F=form))
        page.Contents = pdf.make_stream(b"/F Do")
        page.Resources = Dictionary(XObject=Dictionary(F=form))
        saved = io.BytesIO()
        pdf.save(saved)
    return saved.getvalue()


HARM = {
    "empty pdf": (b"%PDF-1.7\n%%EOF", "broken"),
    "not a pdf": (b"MZ\x90\0" * 1000, "unknown"),
    "noughts": (b"\0" * 100_000, "unknown"),
    "blank": (blank(), "pdf"),
    "javascript": (blank(OpenAction=Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))), "pdf"),
    "locked": (locked("geheim"), "encrypted"),
    "locked for its owner": (locked(""), "encrypted"),
    "many pages": (many_pages(), "too_long"),
    "draws itself": (in_itself(), "pdf"),
    "deep json": (b'{"a":' * 40_000 + b"1" + b"}" * 40_000, "credential"),
    "long json": (b'{"a": "' + b"x" * 1_000_000 + b'"}', "unknown"),
    "a list": (b"[1, 2]", "unknown"),
    "foreign credential": (b'{"@context": ["https://elders.example"], "proof": {}}', "credential"),
    "a png of nothing": (b"\x89PNG\r\n\x1a\n" + b"\xff" * 1000, "unknown"),
    "entities": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg>&b;</svg>', "unknown"),
}
NOTHING_HOLDS = {"none", "broken", "unreadable", "foreign", None}


@pytest.mark.once
@pytest.mark.parametrize("name", list(HARM))
def test_harm_is_told_for_what_it_is(name):
    """In this process, for its speed; the ones that would harm it are sent to the child below."""
    content, kind = HARM[name]
    found = inside.look(content, {})
    assert found["kind"] == kind
    assert found.get("seal") in NOTHING_HOLDS
    assert found.get("proof") in NOTHING_HOLDS
    assert found.get("acts", False) == (name == "javascript")


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "outcomes"),
    [
        (b"\0" * 1000, {Outcome.UNREADABLE}),
        (locked("geheim"), {Outcome.ENCRYPTED}),
        (many_pages(), {Outcome.TOO_MUCH}),
        (bomb(), {Outcome.TOO_MUCH, Outcome.NOT_OURS}),
    ],
    ids=["noughts", "locked", "many pages", "unpacks to gigabytes"],
)
def test_harm_is_answered_clearly(client, content, outcomes):
    assert examine(content, None).outcome in outcomes
    assert client.post("/v/?taal=en", {"document": as_file(content)}).status_code == 200


@pytest.mark.once
def test_what_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(fence, "SECONDS", 0.001)
    with pytest.raises(TooHard):
        look_inside(blank(), {})


@pytest.mark.once
def test_a_script_is_named(client, sealed):
    forged = changed(document(sealed), _with_script)
    said = words(client.post(f"/v/{sealed.grouped_number}?taal=en", {"document": as_file(forged)}))
    assert "It holds a script or an action" in said


def _with_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


@pytest.mark.once
def test_a_file_cut_short_anywhere_is_answered(sealed):
    """In this process, for its speed: whatever comes of it, it is one of the answers."""
    content = document(sealed)
    for part in range(1, 20):
        found = inside.look(content[: len(content) * part // 20], {})
        assert found["kind"] in {"pdf", "broken", "unknown", "encrypted"}
        assert found.get("seal", "broken") in {"broken", "none"}


@pytest.mark.once
def test_a_file_with_any_byte_changed_never_has_a_whole_seal(sealed):
    content = document(sealed)
    start = content.index(b"/Contents <") if b"/Contents <" in content else len(content)
    for at in range(100, start, max(1, start // 25)):
        broken = bytearray(content)
        broken[at] ^= 0x20
        assert inside.look(bytes(broken), {}).get("seal", "broken") != "whole", at


@pytest.mark.once
def test_a_name_in_a_file_is_shown_and_never_run(client, sealed):
    forged = copy.deepcopy(sealed.credential)
    forged["name"] = "<script>alert(1)</script>"
    answer = client.post(
        f"/v/{sealed.grouped_number}?taal=en", {"document": as_file(json.dumps(forged).encode(), "x.json")}
    )
    assert b"<script>alert" not in answer.content
    assert b"&lt;script&gt;alert" in answer.content


def test_files_are_looked_at_so_many_times_a_minute(client, certificate):
    for _ in range(FILES_PER_MINUTE):
        client.post("/v/?taal=en", {"document": as_file(document(certificate))})
    said = words(client.post("/v/?taal=en", {"document": as_file(document(certificate))}))
    assert "Try again in a minute" in said
    assert client.get(f"/v/{certificate.grouped_number}").status_code == 200
