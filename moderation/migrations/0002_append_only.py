"""The database itself refuses to change or delete a line of a case's record; only its seal is set, once."""

from django.db import migrations

from moderation import triggers


def put_on(apps, schema_editor):
    triggers.install(schema_editor.connection)


def take_off(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial")]

    operations = [migrations.RunPython(put_on, take_off, elidable=False)]
