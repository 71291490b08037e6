from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.core.management.commands import flush
from django.db.models.signals import post_migrate

from runtime import counting

PERMISSIONS = "django.contrib.auth.management.create_permissions"


@pytest.fixture(scope="session", autouse=True)
def _emptied_fast(django_db_setup: None) -> Iterator[None]:
    """What is done between two tests, which would take most of their time.

    Only tables that hold rows are emptied (PostgreSQL makes a new file for each table it truncates), and
    Django's permissions are not made anew, since nobody here asks for them.
    """
    patch = pytest.MonkeyPatch()
    patch.setattr(flush, "sql_flush", rows_deleted)
    post_migrate.disconnect(dispatch_uid=PERMISSIONS)
    post_migrate.disconnect(create_contenttypes)
    yield
    post_migrate.connect(create_permissions, dispatch_uid=PERMISSIONS)
    post_migrate.connect(create_contenttypes)
    patch.undo()


def rows_deleted(style: Any, connection: Any, **options: Any) -> list[str]:
    """Return the statements that empty every table that holds a row; foreign keys wait for the commit."""
    quote = connection.ops.quote_name
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quote(table)})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [f"DELETE FROM {quote(table)}" for (table,) in cursor.fetchall()]


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """Every test begins with nobody counted, in this process and in Redis."""
    counting.counter.cache_clear()
    counting.counter().forget()
