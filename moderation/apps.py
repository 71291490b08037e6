"""Moderation's start-up."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ModerationConfig(AppConfig):
    name = "moderation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.audit import verify
        from moderation import cases
        from moderation.casework import verifying

        verify.register("cases", verifying.check)
        post_migrate.connect(cases.forget_queue_stream, sender=self, dispatch_uid="moderation.queue")
