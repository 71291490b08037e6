"""The pages' addresses."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from web import console_views, contact_views, day_views, people_views, views

app_name = "web"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("rooms/<slug:slug>/", views.room, name="room"),
    path("help/", views.help_now, name="help"),
    path("sign-in/", people_views.sign_in, name="sign-in"),
    path("sign-up/", people_views.sign_up, name="sign-up"),
    # With and without the final slash: a mailed link has none, and is not redirected with its key.
    re_path("^verify-email/(?P<key>[^/]+)/?$", people_views.verify_email, name="verify-email"),
    path("forgot-password/", people_views.forgot_password, name="forgot-password"),
    path("reset-password/", RedirectView.as_view(pattern_name="web:forgot-password")),
    re_path("^reset-password/(?P<key>[^/]+)/?$", people_views.reset_password, name="reset-password"),
    path("settings/", people_views.settings, name="settings"),
    path("settings/qr/", people_views.qr, name="settings-qr"),
    path("circle/", people_views.circle, name="circle"),
    path("circle/accept/", people_views.circle, name="circle-accept"),
    path("family/", people_views.family, name="family"),
    path("today/", day_views.today, name="today"),
    path("history/", day_views.history, name="history"),
    path("history/report/", day_views.report, name="history-report"),
    path("moderation/", console_views.console, name="console"),
    path("moderation/work/", console_views.work, name="work"),
    path("moderation/wall/", console_views.wall, name="wall"),
    path("moderation/appeals/", console_views.appeals, name="appeals"),
    path("moderation/audit/", console_views.audit, name="audit"),
    path("moderation/parts/", console_views.parts, name="console-parts"),
    path("moderation/card/", console_views.card, name="console-card"),
    path("told/<str:token>/", contact_views.told, name="told"),
    path("sw.js", people_views.service_worker, name="service-worker"),
]
