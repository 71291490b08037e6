"""Every door of the OpenAPI document answers as the document says, whatever is sent and whoever sends it."""

import logging
import os
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import override_settings

from runtime.rates import scaled
from tests.fuzz.scene import CALLERS
from tests.fuzz.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)

LONG = bool(os.environ.get("FUZZ_LONG"))  # `make fuzz`
NUMBER = int(os.environ.get("FUZZ_SEED", "1"))
EDGES = int(os.environ.get("FUZZ_EDGES", "6"))  # boundary cases for each operation
INVENTED = int(os.environ.get("FUZZ_INVENTED", "1"))  # cases drawn at random for each operation
FAST_HASH = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def hasty() -> Iterator[None]:
    """What costs time and shows nothing here: log lines, slow hashes, and waiting for the disk."""
    logging.disable(logging.CRITICAL)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    with override_settings(LIMITS=scaled(10_000), PASSWORD_HASHERS=FAST_HASH):
        yield
    logging.disable(logging.NOTSET)
    connection.close()


@pytest.mark.usefixtures("hasty")
def test_every_answer_is_one_that_the_document_names() -> None:
    findings = Walk(number=NUMBER, edges=EDGES, invented=INVENTED, shapes=LONG).go()
    print(findings.summary())
    assert not findings.failures, f"\n{findings}"
    assert set(findings.sent) == set(CALLERS)
    # A walk that only ever meets closed doors shows nothing.
    assert sum(count for status, count in findings.statuses.items() if status < 300) > len(findings.passed)
