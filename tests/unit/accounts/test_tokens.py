"""JWTs: ours, of the one algorithm, and not expired."""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.test import override_settings

from accounts import tokens
from runtime import clock

ALICE, SESSION = uuid.uuid4(), uuid.uuid4()


@pytest.fixture(scope="module")
def pems() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


@pytest.fixture
def rs256(pems: tuple[str, str]) -> Iterator[str]:
    with override_settings(ALGORITHM="RS256", JWT_PRIVATE_KEY=pems[0], JWT_PUBLIC_KEY=pems[1]):
        yield pems[1]


def fresh() -> str:
    return tokens.new_access_token(ALICE, SESSION, clock.now())


def part(data: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


def claims() -> dict[str, object]:
    return jwt.decode(fresh(), options={"verify_signature": False})


def test_a_fresh_token_names_person_and_session() -> None:
    assert tokens.read_access(fresh()) == tokens.AccessClaims(ALICE, SESSION)


def test_it_lives_thirty_minutes() -> None:
    now = clock.now()
    assert tokens.read_access(tokens.new_access_token(ALICE, SESSION, now - timedelta(minutes=29)))
    assert tokens.read_access(tokens.new_access_token(ALICE, SESSION, now - timedelta(minutes=31))) is None


def test_alg_none_is_refused() -> None:
    for name in ("none", "None", "NONE"):
        assert tokens.read_access(f"{part({'alg': name, 'typ': 'JWT'})}.{part(claims())}.") is None


def test_another_secret_is_refused() -> None:
    assert tokens.read_access(jwt.encode(claims(), "x" * 64, algorithm="HS256")) is None


def test_another_hmac_is_refused() -> None:
    assert tokens.read_access(jwt.encode(claims(), settings.SECRET_KEY, algorithm="HS512")) is None


def test_rs256_signs_and_checks(rs256: str) -> None:
    token = fresh()
    assert jwt.get_unverified_header(token)["alg"] == "RS256"
    assert tokens.read_access(token) == tokens.AccessClaims(ALICE, SESSION)


def test_the_public_key_is_no_hmac_secret(rs256: str) -> None:
    body = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims())}"
    signature = hmac.new(rs256.encode(), body.encode(), hashlib.sha256).digest()
    forged = f"{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    assert tokens.read_access(forged) is None


def test_an_hs256_token_dies_when_the_house_goes_to_rs256(pems: tuple[str, str]) -> None:
    token = fresh()
    with override_settings(ALGORITHM="RS256", JWT_PRIVATE_KEY=pems[0], JWT_PUBLIC_KEY=pems[1]):
        assert tokens.read_access(token) is None


@pytest.mark.parametrize("missing", ["exp", "iat", "sub", "sid", "iss", "typ"])
def test_every_claim_is_needed(missing: str) -> None:
    short = {key: value for key, value in claims().items() if key != missing}
    assert tokens.read_access(jwt.encode(short, settings.SECRET_KEY, algorithm="HS256")) is None


@pytest.mark.parametrize("junk", ["", ".", "a.b.c", "x" * 10_000, "ü.é.ñ", "\ud800"])
def test_junk_is_refused(junk: str) -> None:
    assert tokens.read_access(junk) is None


def test_a_refresh_token_names_its_session_and_is_ours() -> None:
    token = tokens.new_refresh_token(SESSION)
    assert tokens.refresh_session(token) == SESSION
    assert tokens.refresh_is_ours(token)
    assert not tokens.refresh_is_ours(token[:-1] + ("0" if token[-1] != "0" else "1"))
    assert tokens.refresh_session("r1_zz") is None
