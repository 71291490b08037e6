"""The database itself refuses to change or delete a row of the audit or a seal."""

from django.db import migrations

from runtime import append_only

TABLES = (("audit_entry", "id"), ("audit_seal", "seq"))


def put_on(apps, schema_editor):
    for table, key in TABLES:
        append_only.install(schema_editor.connection, table, key)


def take_off(apps, schema_editor):
    for table, _ in TABLES:
        append_only.remove(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(put_on, take_off, elidable=False)]
