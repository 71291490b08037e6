"""The doors of the glass, under `/api/v1/`."""

from django.urls import path

from moderation.break_glass import views

BASE = "api/v1/moderation/break-glass/"

urlpatterns = [
    path(BASE, views.Glasses.as_view(), name="break-glass"),
    path(f"{BASE}<uuid:glass_id>/", views.GlassItem.as_view(), name="break-glass-item"),
    path(f"{BASE}<uuid:glass_id>/approve/", views.Approve.as_view(), name="break-glass-approve"),
    path(f"{BASE}<uuid:glass_id>/review/", views.Review.as_view(), name="break-glass-review"),
]
