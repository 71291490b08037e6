"""The door of the audit, under `/api/v1/`."""

from django.urls import path

from accounts.audit import views

urlpatterns = [
    path("api/v1/moderation/audit/", views.AuditSearch.as_view(), name="moderation-audit"),
]
