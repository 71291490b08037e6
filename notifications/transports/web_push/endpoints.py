"""Which push services the house speaks to: nobody may point it at a machine of its own network.

The address is looked at where the connection is made: a name that changes its mind meanwhile gains nothing.
"""

import base64
import socket
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

MAX_ENDPOINT = 2_048
_KEY_BYTES, _AUTH_BYTES = 65, 16  # RFC 8291: an uncompressed point on P-256, and the secret


class ForbiddenAddress(OSError):
    """The endpoint leads into a private network."""


def admitted(address: str) -> bool:
    """Return whether a numeric address may be spoken to: public ones, and this machine in development."""
    ip = ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    return (mapped.is_global and not mapped.is_multicast) or (mapped.is_loopback and not settings.PRODUCTION)


def fault_of(endpoint: str) -> str | None:
    """Return what is wrong with an endpoint as it is written, or None."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return "Must be an address."
    host = parts.hostname or ""
    if len(endpoint) > MAX_ENDPOINT or not host or parts.username or parts.password or port == 0:
        return "Must be the address of a push service."
    literal = _literal(host)
    if parts.scheme != "https" and not (
        parts.scheme == "http" and not settings.PRODUCTION and literal and ip_address(literal).is_loopback
    ):
        return "Must begin with https://."
    if (literal and not admitted(literal)) or host == "localhost" or host.endswith((".local", ".internal")):
        return "Must be the address of a push service."
    return None


def _literal(host: str) -> str | None:
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def keys_are_good(keys: Mapping[str, Any]) -> bool:
    """Return whether a browser's keys are a point on the curve and a secret of the right length."""
    point, secret = _bytes(keys.get("p256dh")), _bytes(keys.get("auth"))
    if point is None or secret is None or len(point) != _KEY_BYTES or len(secret) != _AUTH_BYTES:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return True


def _bytes(text: Any) -> bytes | None:
    if not isinstance(text, str) or not text.isascii():
        return None
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except ValueError:
        return None


def _checked(sock: socket.socket) -> socket.socket:
    if not admitted(sock.getpeername()[0]):
        sock.close()
        raise ForbiddenAddress
    return sock


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn())


class _Secure(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn())


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Guarded(HTTPAdapter):
    """Looks at every address a connection came to."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Let the pools make connections that look."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


def session() -> requests.Session:
    """Return a session that goes to public addresses alone, by no proxy, and follows nobody elsewhere."""
    made = requests.Session()
    made.trust_env = False
    made.max_redirects = 0
    for scheme in ("http://", "https://"):
        made.mount(scheme, _Guarded())
    return made
