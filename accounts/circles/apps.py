from django.apps import AppConfig

from accounts import guards


class CirclesConfig(AppConfig):
    name = "accounts.circles"
    label = "circles"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say who answers for what grants let people see."""
        from accounts.circles import guards as grants  # models exist only from here on

        guards.register(grants.SORT, grants.allowed)
