from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "notifications.safety"
    label = "safety"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say who answers for the contacts that people name."""
        from notifications import consent  # models exist only from here on
        from notifications.safety import contacts

        consent.register_contacts(contacts.stands)
