"""The doors of safety, under `/api/v1/`."""

from django.urls import path

from notifications.safety import views

S = "api/v1/safety/"

urlpatterns = [
    path(S + "contacts/", views.Contacts.as_view(), name="safety-contacts"),
    path(S + "contacts/<uuid:contact_id>/", views.ContactItem.as_view(), name="safety-contact"),
    path(S + "plan/", views.PlanDoor.as_view(), name="safety-plan"),
    path(S + "notices/", views.Notices.as_view(), name="safety-notices"),
    path(S + "notices/<uuid:notice_id>/", views.NoticeItem.as_view(), name="safety-notice"),
]
