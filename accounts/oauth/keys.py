"""The key that signs what says who somebody is to an app: made at its first use, sealed in the database."""

from allauth.idp.oidc.models import PrivateKey
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts.models import SigningKey

BITS = 2_048


def private_keys() -> list[PrivateKey]:
    """Return every key, the oldest first; there is always one. Two processes may make one each: both hold."""
    rows = list(SigningKey.objects.order_by("created_at", "id")) or [_make()]
    return [PrivateKey(pem=row.pem, issued_at=row.created_at) for row in rows]


def _make() -> SigningKey:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=BITS)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SigningKey.objects.create(pem=pem.decode())
