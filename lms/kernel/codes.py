"""Short public codes for things that people read aloud or find in an address; never the primary key."""

import secrets

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: nothing to mistake on paper


def new_code(length: int = 10) -> str:
    """A random code; ten characters are 50 bits, enough where a code alone opens nothing."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(length))
