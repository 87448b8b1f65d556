"""The file as an archive: what travels inside, and how large it is. What validators say of it: test_matrix."""

import io
import json
import subprocess

import pikepdf
import pytest

from certificates.drawing import draw_certificate
from certificates.drawing.archive import ATTACHMENT, SEAL_FIELD
from tests.certificates import verapdf
from tests.certificates.samples import COBOTS, SAMPLES

CREDENTIAL = json.dumps({"type": ["VerifiableCredential"], "name": "Şükrü van ’t Veld"}).encode()
SEAL = {"demo": False}


def opened(drawn: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(drawn))


@pytest.mark.once
@pytest.mark.needs("verapdf")
def test_the_validator_refuses_a_file_that_is_no_archive(tmp_path):
    """Without this the tests of the matrix could be ones that cannot fail."""
    with opened(draw_certificate(COBOTS)) as pdf:
        del pdf.Root.Metadata
        pdf.save(tmp_path / "stripped.pdf")

    assert {line.split()[1] for line in verapdf.complaints_about([tmp_path / "stripped.pdf"]) if "FAIL" in line} == {
        "3a",
        "ua1",
    }


@pytest.mark.once
@pytest.mark.needs("pdfdetach")
def test_the_credential_inside_comes_out_byte_for_byte(tmp_path):
    (tmp_path / "certificate.pdf").write_bytes(draw_certificate(COBOTS, credential=CREDENTIAL))

    subprocess.run(["pdfdetach", "-saveall", "-o", tmp_path, tmp_path / "certificate.pdf"], check=True)

    assert (tmp_path / ATTACHMENT).read_bytes() == CREDENTIAL


@pytest.mark.once
def test_without_a_credential_nothing_is_attached():
    with opened(draw_certificate(COBOTS)) as pdf:
        assert not pdf.attachments
        assert "/AF" not in pdf.Root


@pytest.mark.once
def test_only_a_certificate_that_will_be_sealed_has_a_field_for_it():
    with opened(draw_certificate({**COBOTS, "seal": None})) as pdf:
        assert "/AcroForm" not in pdf.Root
    with opened(draw_certificate({**COBOTS, "seal": SEAL})) as pdf:
        assert [str(field.T) for field in pdf.Root.AcroForm.Fields] == [SEAL_FIELD]
        assert "/V" not in pdf.Root.AcroForm.Fields[0], "the field is still empty"


@pytest.mark.once
@pytest.mark.parametrize("sample", SAMPLES)
def test_no_file_is_larger_than_eighty_kilobytes(sample):
    assert len(draw_certificate({**SAMPLES[sample], "seal": SEAL}, credential=CREDENTIAL * 90)) < 80_000
