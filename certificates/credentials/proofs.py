"""Data Integrity proofs of the suite ``eddsa-rdfc-2022`` (W3C VC-DI-EDDSA 1.0, 3.2).

What is signed is the meaning of a document, not its bytes: it is written as RDF, canonicalised and hashed, so that
spaces and the order of keys do not count. A word that no context defines has no meaning; PyLD would silently leave it
out, and it would be printed but unsigned. Here such a document is refused.
"""

from __future__ import annotations

import copy
import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyld import jsonld
from pyld.canon import URDNA2015

from certificates.credentials import vocabulary

Document = dict[str, Any]

SUITE = "eddsa-rdfc-2022"
PURPOSE = "assertionMethod"
# A name that is no full address is completed with this by PyLD, and refused by us.
_NOWHERE = "https://relative.invalid/"
_LONGEST_PROOF = 100  # a signature of 64 bytes is at most 89 characters in base58


class UndefinedTerm(Exception):
    """A word in the document that no context gives a meaning, so that no signature would cover it."""


class ProofRefused(Exception):
    """The proof is missing, of another kind, or does not belong to this document and key."""


def sign(document: Document, *, key_id: str, created: datetime, sign_bytes: Callable[[bytes], bytes]) -> Document:
    """The document with its proof. ``key_id`` is the full DID URL of the key that ``sign_bytes`` signs with.

    Raises UndefinedTerm. The proof is a list, as the JSON Schema of Open Badges wants it.
    """
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": moment(created),
        "verificationMethod": key_id,
        "proofPurpose": PURPOSE,
    }
    unsigned = {name: copy.deepcopy(value) for name, value in document.items() if name != "proof"}
    signature = sign_bytes(_to_sign(unsigned, options))
    return unsigned | {"proof": [options | {"proofValue": "z" + base58.b58encode(signature).decode()}]}


def verify(document: Document, *, key_of: Callable[[str], Ed25519PublicKey | None]) -> None:
    """Raises ProofRefused unless the one proof belongs to this document; UndefinedTerm where a word is unsigned.

    ``key_of`` gives the public key of a verification method, or None for one that may not sign here.
    """
    options = _only_proof(document)
    if options.get("type") != "DataIntegrityProof" or options.get("cryptosuite") != SUITE:
        raise ProofRefused("The proof is of another kind.")
    if options.get("proofPurpose") != PURPOSE:
        raise ProofRefused("The proof is for another purpose.")
    public = key_of(str(options.get("verificationMethod", "")))
    if public is None:
        raise ProofRefused("The key is not the issuer's.")
    written = str(options.pop("proofValue", ""))
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    try:
        if not written.startswith("z") or len(written) > _LONGEST_PROOF:
            raise ProofRefused("The proof is not written as one.")
        public.verify(base58.b58decode(written[1:]), _to_sign(unsigned, options))
    except (InvalidSignature, ValueError) as wrong:
        raise ProofRefused("The proof is not of this document.") from wrong


def moment(value: datetime) -> str:
    """As XML Schema writes a date and time, in UTC and whole seconds."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _only_proof(document: Document) -> Document:
    proof = document.get("proof")
    proofs = proof if isinstance(proof, list) else [proof]
    if len(proofs) != 1 or not isinstance(proofs[0], dict):
        raise ProofRefused("There is not one proof.")
    return dict(proofs[0])


def _to_sign(document: Document, options: Document) -> bytes:
    """Hash of the proof's options, then of the document: 64 bytes."""
    about = options | {"@context": document.get("@context")}
    return hashlib.sha256(canonical(about)).digest() + hashlib.sha256(canonical(document)).digest()


# PyLD keeps contexts in caches of the process, which two threads at once leave broken.
_READING = threading.Lock()


def canonical(document: Document) -> bytes:
    """The document as canonical N-Quads (RDFC-1.0). Raises UndefinedTerm, or UnknownContext for a foreign context."""
    options: dict[str, Any] = {"documentLoader": vocabulary.load, "base": _NOWHERE}
    try:
        with _READING:
            dataset = _Meaning(on_property_dropped=_refuse).to_rdf(document, options)
    except jsonld.JsonLdError as problem:
        if isinstance(cause := _root(problem), UndefinedTerm | vocabulary.UnknownContext):
            raise cause from problem
        raise UndefinedTerm(str(problem)) from problem
    quads: str = URDNA2015().main(dataset, {"format": "application/n-quads"})
    return quads.encode()


class _Meaning(jsonld.JsonLdProcessor):
    """On its way to RDF a document is expanded once, and seen here; PyLD's own normalising would do it over."""

    def expand(self, input_: Document, options: dict[str, Any]) -> list[Any]:
        expanded: list[Any] = super().expand(input_, options)
        _refuse_relative(expanded)
        return expanded


def _refuse(term: str, *_about: Any) -> None:
    raise UndefinedTerm(f"{term!r} is not defined by any context.")


def _refuse_relative(node: Any) -> None:
    """A type or name that no context completes has no meaning outside this document."""
    if isinstance(node, list):
        for one in node:
            _refuse_relative(one)
    elif isinstance(node, dict):
        types = node.get("@type", [])
        for name in [*(types if isinstance(types, list) else [types]), node.get("@id", "")]:
            if name.startswith(_NOWHERE):
                raise UndefinedTerm(f"{name.removeprefix(_NOWHERE)!r} is not defined by any context.")
        for value in node.values():
            _refuse_relative(value)


def _root(problem: BaseException) -> BaseException:
    cause = getattr(problem, "cause", None) or problem.__cause__
    return _root(cause) if isinstance(cause, BaseException) else problem
