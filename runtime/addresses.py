"""Who is calling, by address: never kept, only counted under a keyed hash."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings

from runtime.keyring import keyed_hash

Address = IPv4Address | IPv6Address


def parse(text: str) -> Address | None:
    """Return the address, IPv4 where it is mapped into IPv6, or None if it is none."""
    try:
        address = ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def client(peer: str, forwarded_for: str = "") -> Address | None:
    """Return the caller's address.

    `X-Forwarded-For` is believed from the right, and only as far as `settings.TRUSTED_PROXIES` wrote it.
    """
    address = parse(peer)
    for hop in reversed([part for part in forwarded_for.split(",") if part.strip()]):
        if address is None or not any(
            address in net for net in settings.TRUSTED_PROXIES if net.version == address.version
        ):
            break
        earlier = parse(hop)
        if earlier is None:
            break
        address = earlier
    return address


def key(address: Address | None) -> str:
    """Return what a limit counts: a keyed hash of the address, of its /64 for IPv6 (one household)."""
    if address is None:
        return keyed_hash("address", "unknown")
    if isinstance(address, IPv6Address):
        return keyed_hash("address", str(ip_network((address, 64), strict=False)))
    return keyed_hash("address", str(address))


def exempt(address: Address | None) -> bool:
    """Return whether limits per address do not apply: loopback, outside production, unless told to."""
    if settings.PRODUCTION or settings.RATE_LIMIT_LOOPBACK:
        return False
    return address is not None and address.is_loopback
