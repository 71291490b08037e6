"""How the audit is shown to those who watch over the house."""

from typing import Any

from rest_framework import serializers

from accounts.audit.models import Seal
from accounts.audit.record import Opened, open_entry
from runtime.http.json import Moment


class AuditRow(serializers.Serializer[Any]):
    """One sealed row; `seq` is its place in the chain."""

    seq = serializers.IntegerField()
    at = Moment(source="entry.at")
    kind = serializers.CharField(source="entry.kind")
    actor = serializers.UUIDField(allow_null=True)
    subject = serializers.UUIDField(allow_null=True)
    detail = serializers.DictField()
    hash = serializers.CharField()

    def to_representation(self, seal: Seal) -> dict[str, Any]:
        """Return the row opened."""
        opened: Opened = open_entry(seal.entry)
        return {
            "seq": seal.seq,
            "at": Moment().to_representation(seal.entry.at),
            "kind": seal.entry.kind,
            "actor": str(opened.actor) if opened.actor else None,
            "subject": str(opened.subject) if opened.subject else None,
            "detail": opened.detail,
            "hash": seal.hash,
        }
