"""The two keys of the issuer: one signs credentials (Ed25519), one seals PDF files (RSA, with a certificate).

Private keys never stand in the database. It keeps the public half of every key that ever signed (``IssuerKey``), so
that what was signed can be checked for ever; where the private half is, its back end knows. A key is loaded once per
process: parsing one costs more than signing with it.
"""

from certificates.keys.signers import DemoKeyRefused, KeyUnusable, credential_signer, forget_keys, pdf_sealer

__all__ = ["DemoKeyRefused", "KeyUnusable", "credential_signer", "forget_keys", "pdf_sealer"]
