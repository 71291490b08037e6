"""Time-based one-time codes (RFC 6238: SHA-1, 30 s, six digits). Pure.

Not pyotp: it refuses secrets under 112 bits, and the house's demo secret is shorter by contract.
"""

import base64
import hashlib
import hmac
import secrets

STEP_S = 30
DIGITS = 6


def new_secret() -> str:
    """Return a new secret of 160 bits, in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_at(seconds: float) -> int:
    """Return the number of the time step of a Unix time."""
    return int(seconds) // STEP_S


def code_for(secret: str, step: int) -> str:
    """Return the code of one time step. Raises `ValueError` for a secret that is not base32."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)
