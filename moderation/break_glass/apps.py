from django.apps import AppConfig


class BreakGlassConfig(AppConfig):
    name = "moderation.break_glass"
    label = "break_glass"
    default_auto_field = "django.db.models.BigAutoField"
