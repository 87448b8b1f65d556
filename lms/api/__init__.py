"""What other systems read: our own public API, the OEAPI, and the EDU-DEX feed.

Read-only, and of the catalogue alone: nothing in here knows a learner, a trainer or a certificate.
"""
