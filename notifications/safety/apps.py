from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "notifications.safety"
    label = "safety"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say who answers for the contacts that people name."""
        from notifications import consent, ports  # models exist only from here on
        from notifications.safety import calling, contacts

        consent.register_contacts(contacts.stands)
        ports.register_contacts_of(calling.contacts_of, calling.check_in)
