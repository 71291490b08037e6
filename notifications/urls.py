"""The doors of notifications, under `/api/v1/`."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("api/v1/preferences/", views.PreferencesDoor.as_view(), name="preferences"),
    path("api/v1/push/key/", views.PushKeyDoor.as_view(), name="push-key"),
    path("api/v1/push/subscriptions/", views.Subscriptions.as_view(), name="push-subscriptions"),
    path(
        "api/v1/push/subscriptions/<uuid:subscription_id>/",
        views.SubscriptionItem.as_view(),
        name="push-subscription",
    ),
]
