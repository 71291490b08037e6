from django.apps import AppConfig

from notifications import ports


class TrackingConfig(AppConfig):
    name = "tracking"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say when something was last logged to whoever waits for it."""
        from tracking import catalogue  # models exist only from here on

        ports.register_last_logged(catalogue.last_logged)
