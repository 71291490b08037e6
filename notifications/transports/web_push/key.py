"""The VAPID key by which push services know this house (RFC 8292)."""

import base64

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02


def public_key() -> str | None:
    """Return what a browser subscribes with: the VAPID key's public point in base64url; None without one."""
    if not settings.VAPID_PRIVATE_KEY:
        return None
    key: ec.EllipticCurvePublicKey = Vapid02.from_string(settings.VAPID_PRIVATE_KEY).public_key
    point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
