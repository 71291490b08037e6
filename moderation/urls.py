"""The doors of moderation, under `/api/v1/moderation/`."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("moderation.break_glass.urls")),
    path("", include("moderation.doors.urls")),
]
