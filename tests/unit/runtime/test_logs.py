"""What logs leave out."""

import io
import json
import logging

import pytest
import structlog

from runtime import logs

SECRETS = [
    "alice@example.org",
    "203.0.113.9",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    "g1_abcdefghijklmnopqrstuvwx",
]


@pytest.fixture
def lines() -> io.StringIO:
    written = io.StringIO()
    config = logs.configuration(as_json=True, level="INFO")
    formatter = config["formatters"]["lines"]
    handler = logging.StreamHandler(written)
    made = dict(formatter)
    handler.setFormatter(made.pop("()")(**made))
    logger = logging.getLogger("tests.logs")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel("INFO")
    return written


def test_what_names_a_person_is_dropped(lines: io.StringIO) -> None:
    log = structlog.get_logger("tests.logs")
    log.info(
        "something", email=SECRETS[0], ip=SECRETS[1], note=f"bearer {SECRETS[2]} and {SECRETS[3]}", status=200
    )
    line = json.loads(lines.getvalue())
    assert line["status"] == 200
    assert line["email"] == line["ip"] == logs.DROPPED
    assert not [secret for secret in SECRETS if secret in lines.getvalue()]


def test_an_exception_keeps_its_type_and_place_only(lines: io.StringIO) -> None:
    try:
        raise ValueError("Key (email)=(alice@example.org) already exists")
    except ValueError:
        logging.getLogger("tests.logs").exception("it failed")
        structlog.get_logger("tests.logs").exception("it failed again")
    first, second = [json.loads(line) for line in lines.getvalue().splitlines()]
    for line in (first, second):
        assert line["exception_type"] == "ValueError"
        assert "test_an_exception_keeps_its_type" in line["where"]
    assert "alice" not in lines.getvalue()
