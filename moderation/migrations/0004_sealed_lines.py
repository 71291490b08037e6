"""Gives every line of a case's record that has no seal yet its own, and its row in the audit."""

import uuid

from django.db import migrations

from accounts.audit.record import record
from moderation.casework.record import mac_of


def seal(apps, schema_editor):
    lines = apps.get_model("moderation", "CaseEvent")
    for line in lines.objects.filter(seal_hash="").order_by("at", "n").iterator():
        entry, mac = uuid.uuid4(), mac_of(line)
        lines.objects.filter(pk=line.pk).update(seal_prev=entry.hex, seal_hash=mac)
        detail = {"case": line.case_id, "line": line.pk, "n": line.n, "mac": mac}
        record(line.kind, actor=line.actor_id, detail=detail, uid=entry, request_id="")


class Migration(migrations.Migration):
    dependencies = [("moderation", "0003_casework"), ("audit", "0002_append_only"), ("runtime", "0002_record_key")]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop, elidable=True)]
