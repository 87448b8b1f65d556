"""The keys of the issuer: one signs credentials (Ed25519), one seals PDF files (RSA, with a certificate), and one signs
the same credentials as tokens (P-256), for readers that know nothing else; there may be none of that one.

Private keys never stand in the database. It keeps the public half of every key that ever signed (``IssuerKey``), so
that what was signed can be checked for ever, and who holds the private half: a file, a device or a provider. A key is
loaded once per process: parsing one costs more than signing with it.
"""

from certificates.keys.errors import DemoKeyRefused, KeyUnusable
from certificates.keys.signers import credential_signer, forget_keys, pdf_sealer, token_signer

__all__ = ["DemoKeyRefused", "KeyUnusable", "credential_signer", "forget_keys", "pdf_sealer", "token_signer"]
