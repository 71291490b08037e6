from django.apps import AppConfig


class AlarmsConfig(AppConfig):
    name = "notifications.alarms"
    label = "alarms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Wait for what people asked their circle to be told of, if it is not logged."""
        from notifications import reminding  # models exist only from here on
        from notifications.alarms import expecting

        reminding.register_expectation(expecting.expect)
