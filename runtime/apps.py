from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RuntimeConfig(AppConfig):
    name = "runtime"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load every app's jobs and what it erases and exports: all of them register themselves."""
        autodiscover_modules("jobs", "erasure")
