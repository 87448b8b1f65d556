"""Seals before tools that are not ours, and time stamps whose service may be away. A key of the test, no database."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import DER_cert_to_PEM_cert

import pikepdf
import pytest
from django.core.cache import cache

from certificates import stamping
from certificates.drawing import draw_certificate
from certificates.keys import files
from certificates.keys.signers import PdfSealer, SealSigner, seal_signature_with
from certificates.making import _sealed
from certificates.sealing import NotSealed, seal, sealed_by, stamped_at
from certificates.stamping import NoTimeStamp
from tests.certificates import time_stamps, verapdf
from tests.certificates.samples import COBOTS

pytestmark = [pytest.mark.once, pytest.mark.needs("openssl")]

DRAWN = draw_certificate({**COBOTS, "seal": {"demo": True}}, credential=b"{}")


@pytest.fixture(scope="module")
def sealer() -> PdfSealer:
    key = files.new_seal_key()
    chain = files.demo_certificate(key, issuer="SMITZH", at=datetime.now(UTC))
    return PdfSealer("rsa-of-the-test", True, SealSigner(seal_signature_with(key), chain))


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Iterator[time_stamps.Service]:
    with time_stamps.service(tmp_path_factory.mktemp("tsa")) as one:
        yield one


@pytest.fixture
def asked(service, settings) -> Iterator[time_stamps.Service]:
    """The service, set and well; whatever a test did to it or to our patience is over afterwards."""
    settings.LMS_TIME_STAMPS = service.url
    service.mood, service.asked = "well", 0
    yield service
    service.mood = "well"
    cache.clear()
    stamping.service.cache_clear()


def parts_of(document: bytes, folder: Path, pem: str = "") -> tuple[Path, Path]:
    """The signature, and the bytes that it covers, as files; beside them the certificate it is to be of: if not said,
    the one that the document brings.
    """
    (folder / "seal.pem").write_text(pem or DER_cert_to_PEM_cert(sealed_by(document)))
    with pikepdf.open(io.BytesIO(document)) as pdf:
        value = pdf.Root.AcroForm.Fields[0].V
        start, first, second, rest = (int(number) for number in value.ByteRange)
        placed = bytes(value.Contents)
    (folder / "seal.p7s").write_bytes(placed)
    (folder / "covered").write_bytes(document[start : start + first] + document[second : second + rest])
    return folder / "seal.p7s", folder / "covered"


def cades_accepts(signature: Path, covered: Path) -> bool:
    # fmt: off
    said = subprocess.run(
        ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", signature, "-content", covered,
         "-CAfile", signature.with_name("seal.pem"), "-partial_chain", "-purpose", "any", "-out", "/dev/null"],
        capture_output=True, text=True, check=False,
    )
    # fmt: on
    return said.returncode == 0


def test_openssl_accepts_the_seal_as_cades_and_refuses_one_changed_byte(sealer, tmp_path):
    signature, covered = parts_of(seal(DRAWN, sealer, issuer="SMITZH"), tmp_path)
    assert cades_accepts(signature, covered)
    changed = bytearray(covered.read_bytes())
    changed[len(changed) // 2] ^= 1
    covered.write_bytes(changed)
    assert not cades_accepts(signature, covered)


def test_openssl_refuses_a_seal_of_another_key(sealer, tmp_path):
    signature, covered = parts_of(seal(DRAWN, sealer, issuer="SMITZH"), tmp_path)
    other = files.demo_certificate(files.new_seal_key(), issuer="SMITZH", at=datetime.now(UTC))
    (tmp_path / "seal.pem").write_text(other)
    assert not cades_accepts(signature, covered)


def test_without_a_service_a_seal_has_no_stamp(sealer, settings):
    settings.LMS_TIME_STAMPS = ""
    document, level = _sealed(DRAWN, sealer, "SMITZH")
    assert (level, stamped_at(document)) == ("B-B", None)
    assert sealed_by(document)


@pytest.mark.needs("verapdf", "pdfsig")
def test_with_a_service_somebody_else_says_when_it_was_sealed(sealer, asked, tmp_path):
    before = datetime.now(UTC)
    document, level = _sealed(DRAWN, sealer, "SMITZH")
    assert level == "B-T"
    assert sealed_by(document)
    assert before - timedelta(seconds=2) <= stamped_at(document) <= datetime.now(UTC) + timedelta(seconds=2)
    assert cades_accepts(*parts_of(document, tmp_path))
    assert len(document) < 80_000
    (tmp_path / "stamped.pdf").write_bytes(document)
    assert verapdf.complaints_about([tmp_path / "stamped.pdf"]) == []
    said = subprocess.run(["pdfsig", tmp_path / "stamped.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said


def test_how_large_a_stamp_is_is_asked_once(sealer, asked):
    for _ in range(3):
        assert _sealed(DRAWN, sealer, "SMITZH")[1] == "B-T"
    assert asked.asked == 4


@pytest.mark.parametrize("mood", ["refuse", "garbage", "other", "slow"])
def test_a_service_that_misbehaves_never_keeps_us_from_sealing_and_is_left_alone_for_a_while(
    sealer, asked, monkeypatch, mood
):
    monkeypatch.setattr(stamping, "PATIENCE", 0.3)
    asked.mood = mood
    document, level = _sealed(DRAWN, sealer, "SMITZH")
    assert (level, stamped_at(document)) == ("B-B", None)
    assert sealed_by(document)
    count = asked.asked
    assert _sealed(DRAWN, sealer, "SMITZH")[1] == "B-B"
    assert asked.asked == count, "nobody asked again"

    asked.mood = "well"
    cache.clear()  # the minutes are over
    assert _sealed(DRAWN, sealer, "SMITZH")[1] == "B-T"


def test_a_service_that_is_not_there_never_keeps_us_from_sealing(sealer, asked, settings):
    settings.LMS_TIME_STAMPS = "http://127.0.0.1:9/"
    assert _sealed(DRAWN, sealer, "SMITZH")[1] == "B-B"


def test_a_stamp_longer_than_the_first_one_is_done_without(sealer, asked, monkeypatch):
    stamper = stamping.service(asked.url)
    monkeypatch.setattr("certificates.sealing.ROOM", -3000)
    with pytest.raises(NoTimeStamp):
        seal(DRAWN, sealer, issuer="SMITZH", stamps=stamper)
    with pytest.raises(NotSealed):
        seal(DRAWN, sealer, issuer="SMITZH")
