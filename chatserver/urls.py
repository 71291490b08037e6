"""Every HTTP door of the house."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from chatserver import documents, health

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^health/?$", health.health, name="health"),
    re_path(r"^livez/?$", health.livez, name="livez"),
    re_path(r"^readyz/?$", health.readyz, name="readyz"),
    re_path(r"^metrics/?$", health.show_metrics, name="metrics"),
    re_path(r"^openapi\.json/?$", documents.OpenApi.as_view(), name="openapi"),
    re_path(r"^docs/?$", documents.Docs.as_view(), name="docs"),
    re_path(r"^redoc/?$", documents.Redoc.as_view(), name="redoc"),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("moderation.urls")),
    path("", include("chat.urls")),
    path("", include("tracking.urls")),
    path("", include("web.urls")),
]

handler400 = "runtime.http.faults.bad_request"
handler403 = "runtime.http.faults.forbidden"
handler404 = "runtime.http.faults.not_found"
handler500 = "runtime.http.faults.server_error"
