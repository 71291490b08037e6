"""The database itself refuses to change or delete a line of an alarm's log."""

from django.db import migrations

from runtime import append_only


def put_on(apps, schema_editor):
    append_only.install(schema_editor.connection, "alarms_alarmchange")


def take_off(apps, schema_editor):
    append_only.remove(schema_editor.connection, "alarms_alarmchange")


class Migration(migrations.Migration):
    dependencies = [("alarms", "0001_initial")]

    operations = [migrations.RunPython(put_on, take_off, elidable=False)]
