from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules, import_string


class RuntimeConfig(AppConfig):
    name = "runtime"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load every app's jobs and what it erases and exports: all of them register themselves."""
        from runtime import records, waking

        if settings.CELERY_BROKER_URL:
            waking.register_bell(lambda: import_string(settings.FAR_BELL)())
        autodiscover_modules("jobs", "erasure")
        post_migrate.connect(records.ensure, sender=self, dispatch_uid="runtime.records")
