"""The doors of notifications, under `/api/v1/`, and those by which providers report."""

from django.urls import include, path

from notifications import notice_views, reports, views

urlpatterns = [
    path("api/v1/preferences/", views.PreferencesDoor.as_view(), name="preferences"),
    path("api/v1/notices/", notice_views.Notices.as_view(), name="notices"),
    path("api/v1/notices/<str:event_id>/read/", notice_views.ReadNotice.as_view(), name="notice-read"),
    path(
        "api/v1/notices/<str:event_id>/acknowledge/",
        notice_views.AcknowledgeNotice.as_view(),
        name="notice-acknowledge",
    ),
    path("api/v1/notices/<str:event_id>/snooze/", notice_views.SnoozeNotice.as_view(), name="notice-snooze"),
    path("api/v1/push/key/", views.PushKeyDoor.as_view(), name="push-key"),
    path("api/v1/push/subscriptions/", views.Subscriptions.as_view(), name="push-subscriptions"),
    path(
        "api/v1/push/subscriptions/<uuid:subscription_id>/",
        views.SubscriptionItem.as_view(),
        name="push-subscription",
    ),
    path("", include("notifications.safety.urls")),
    path("hooks/twilio/", reports.sms_status, name="sms-status"),
    path("anymail/<slug:service>/tracking/", reports.mail_status, name="mail-status"),
]
