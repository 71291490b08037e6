"""The doors of people, under `/api/v1/`."""

from django.urls import URLPattern, URLResolver, include, path

from accounts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/guests/", views.Guests.as_view(), name="guests"),
    path("api/v1/auth/token/", views.PasswordDoor.as_view(), name="auth-token"),
    path("api/v1/auth/refresh/", views.Refresh.as_view(), name="auth-refresh"),
    path("api/v1/auth/logout/", views.Logout.as_view(), name="auth-logout"),
    path("api/v1/realtime/ticket/", views.RealtimeTicket.as_view(), name="realtime-ticket"),
    path("", include("accounts.signin.urls")),
    path("", include("accounts.oauth.urls")),
    path("", include("accounts.audit.urls")),
    path("", include("accounts.circles.urls")),
    path("", include("accounts.users.urls")),
]
