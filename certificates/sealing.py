"""The seal on a certificate's PDF: PAdES, into the empty field that the drawing left for it. Level B-T with somebody
else's time stamp, B-B without.

The seal forbids every change: one altered byte and any reader of PDF files says so. It is invisible; what it is stands
printed on the page, since text that a reader draws into a field would use fonts that are not inside the file.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from datetime import UTC, datetime

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import SigningError

from certificates.drawing.archive import SEAL_FIELD
from certificates.keys.signers import PdfSealer
from certificates.seals import is_sealed_by, seal_on
from certificates.stamping import NoTimeStamp, TimeStamper

# Room for the signature besides its certificates, in bytes.
ROOM = 2048
SPARE = 256  # a stamp's serial number and fraction of a second are not always as long
_NOT_KNOWN_YET = 9_999_999_999  # as wide as any place in a file of ours
NO_CHANGES = 1  # ISO 32000, 12.8.2.2: what may be done to the document afterwards


class NotSealed(Exception):
    """The file has no seal of ours that holds."""


def seal(drawn: bytes, sealer: PdfSealer, *, issuer: str, stamps: TimeStamper | None = None) -> bytes:
    """The file with its seal. Raises NotSealed where it cannot be put on, or does not hold once it is; NoTimeStamp
    where it was to have a stamp and got none that holds.
    """
    room = max(0, _room_for(sealer, stamps))
    document, first, second = _with_place_for(drawn, room, issuer=issuer, at=datetime.now(UTC))
    digest = hashlib.sha256(document[:first])
    digest.update(document[second:])
    refused = NoTimeStamp if stamps else NotSealed
    try:
        if stamps:
            signing = sealer.signer.async_sign(digest.digest(), "sha256", use_pades=True, timestamper=stamps)
            signature = asyncio.run(signing).dump()
        else:
            signature = sealer.signer.signature_over(digest.digest())
    except (SigningError, PdfError) as wrong:
        raise refused(str(wrong)) from wrong
    if len(signature) > room:  # a stamp may be longer than the first
        raise refused("The signature is longer than its place.")
    document[first + 1 : first + 1 + 2 * len(signature)] = signature.hex().encode()
    sealed = bytes(document)
    if not is_sealed_by(sealed, certificate_of(sealer)):
        raise NotSealed("The seal does not hold.")
    if stamps and stamped_at(sealed) is None:
        raise NoTimeStamp("The stamp does not hold.")
    return sealed


def _with_place_for(drawn: bytes, room: int, *, issuer: str, at: datetime) -> tuple[bytearray, int, int]:
    """The file with a signature of so many zeros in its field, saying that it covers all but itself: from the first
    place given up to the second.

    Written anew rather than added to: pyHanko's own way of adding to a file takes several times as long.
    """
    prepared = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        fields = list(pdf.Root.AcroForm.Fields) if "/AcroForm" in pdf.Root else []
        if [str(one.T) for one in fields] != [SEAL_FIELD] or "/V" in fields[0]:
            raise NotSealed("The file has no empty field for a seal.")
        value = Dictionary(
            Type=Name.Sig,
            Filter=Name("/Adobe.PPKLite"),
            SubFilter=Name("/ETSI.CAdES.detached"),
            ByteRange=Array([0, _NOT_KNOWN_YET, _NOT_KNOWN_YET, _NOT_KNOWN_YET]),
            Contents=String(bytes(room)),
            M=String(f"D:{at:%Y%m%d%H%M%S}+00'00'"),
            Name=String(issuer),
            Reference=Array(
                [
                    Dictionary(
                        Type=Name.SigRef,
                        TransformMethod=Name.DocMDP,
                        TransformParams=Dictionary(Type=Name.TransformParams, V=Name("/1.2"), P=NO_CHANGES),
                    )
                ]
            ),
        )
        fields[0].V = pdf.make_indirect(value)
        pdf.Root.Perms = Dictionary(DocMDP=fields[0].V)
        pdf.save(
            prepared,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    document = bytearray(prepared.getvalue())
    hole = b"<" + b"00" * room + b">"
    first = document.index(b"/Contents " + hole) + len(b"/Contents ")
    second = first + len(hole)
    numbers = f"{_NOT_KNOWN_YET} {_NOT_KNOWN_YET} {_NOT_KNOWN_YET}".encode()
    at_range = document.index(numbers)
    known = f"{first} {second} {len(document) - second}".encode()
    document[at_range : at_range + len(numbers)] = known.ljust(len(numbers))
    return document, first, second


def _room_for(sealer: PdfSealer, stamps: TimeStamper | None) -> int:
    """In bytes. A service's stamps are as long as its first one, or nearly."""
    chain = [sealer.signer.signing_cert, *sealer.signer.cert_registry]
    stamp = len(asyncio.run(stamps.async_dummy_response("sha256")).dump()) + SPARE if stamps else 0
    return ROOM + sum(len(one.dump()) for one in chain) + stamp


def certificate_of(sealer: PdfSealer) -> bytes:
    """The seal's own certificate, in DER."""
    return bytes(sealer.signer.signing_cert.dump())  # type: ignore[union-attr]  # its loader saw to it


def sealed_by(document: bytes) -> bytes | None:
    """The certificate (DER) of the key whose seal holds over this whole file; None where none does.

    Says nothing about whether that key is ours, or trusted by anyone.
    """
    found = seal_on(document)
    return found.certificate if found and found.holds_over_all else None


def stamped_at(document: bytes) -> datetime | None:
    """When somebody else says the seal was put on; None without a stamp that holds.

    As with the seal, whose stamp it is must be asked elsewhere.
    """
    found = seal_on(document)
    stamp = found.status.timestamp_validity if found and found.status and found.is_only else None
    return stamp.timestamp if stamp and stamp.intact and stamp.valid else None
