from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load what registers itself: OpenAPI's names of credentials, what follows a sign-in, letters."""
        for name in ("accounts.openapi", "accounts.signin.events", "accounts.letters.post"):
            import_module(name)
