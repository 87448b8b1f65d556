"""The certificate as a verifiable credential: Open Badges 3.0 on W3C Verifiable Credentials 2.0.

Pure: from a frozen snapshot and keys to documents. No database, clock, settings, request or network. Names and
choices follow the specifications; the proof is ``eddsa-rdfc-2022``, which most verifiers read.
"""
