"""The database itself refuses to change or delete what was done about a glass."""

from django.db import migrations

from runtime import append_only

TABLES = ("break_glass_glass", "break_glass_step")


def put_on(apps, schema_editor):
    for table in TABLES:
        append_only.install(schema_editor.connection, table)


def take_off(apps, schema_editor):
    for table in TABLES:
        append_only.remove(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("break_glass", "0001_initial")]

    operations = [migrations.RunPython(put_on, take_off, elidable=False)]
