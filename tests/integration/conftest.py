from collections.abc import Iterator

import pytest
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate

from runtime import counting


@pytest.fixture(scope="session", autouse=True)
def _nothing_made_anew(django_db_setup: None) -> Iterator[None]:
    """Emptying the database after a test leaves Django's table of permissions empty: nobody here asks it.

    Filling it again took four fifths of the time between two tests.
    """
    permissions = "django.contrib.auth.management.create_permissions"
    post_migrate.disconnect(dispatch_uid=permissions)
    post_migrate.disconnect(create_contenttypes)
    yield
    post_migrate.connect(create_permissions, dispatch_uid=permissions)
    post_migrate.connect(create_contenttypes)


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """Every test begins with nobody counted, in this process and in Redis."""
    counting.counter.cache_clear()
    counting.counter().forget()
