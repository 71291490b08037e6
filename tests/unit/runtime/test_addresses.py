"""Whose address counts."""

from ipaddress import ip_network

import pytest
from django.test import override_settings

from runtime import addresses


def said(peer: str, forwarded: str = "") -> str:
    return str(addresses.client(peer, forwarded))


def test_a_stranger_cannot_choose_an_address() -> None:
    assert said("203.0.113.9", "198.51.100.1") == "203.0.113.9"


@override_settings(TRUSTED_PROXIES=(ip_network("10.0.0.0/8"),))
def test_a_trusted_proxy_names_its_caller() -> None:
    assert said("10.0.0.1", "198.51.100.1") == "198.51.100.1"


@override_settings(TRUSTED_PROXIES=(ip_network("10.0.0.0/8"),))
def test_only_as_far_as_trust_goes() -> None:
    assert said("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.2.0.1") == "198.51.100.1"
    assert said("10.0.0.1", "junk") == "10.0.0.1"


def test_one_household_is_one_key() -> None:
    parse, key = addresses.parse, addresses.key
    assert key(parse("2001:db8::1")) == key(parse("2001:db8::ffff"))
    assert key(parse("2001:db8::1")) != key(parse("2001:db8:0:1::1"))
    assert key(parse("::ffff:192.0.2.1")) == key(parse("192.0.2.1"))
    assert "192" not in key(parse("192.0.2.1"))[:3] or len(key(None)) == 64


@pytest.mark.parametrize(
    ("production", "loopback", "free"), [(False, False, True), (False, True, False), (True, False, False)]
)
def test_loopback_is_exempt_outside_production_unless_told(
    production: bool, loopback: bool, free: bool
) -> None:
    with override_settings(PRODUCTION=production, RATE_LIMIT_LOOPBACK=loopback):
        assert addresses.exempt(addresses.parse("127.0.0.1")) is free
        assert addresses.exempt(addresses.parse("::1")) is free
        assert not addresses.exempt(addresses.parse("203.0.113.9"))
        assert not addresses.exempt(None)
