"""The doors of rooms and reports, under `/api/v1/`."""

from django.urls import path

from chat import views

urlpatterns = [
    path("api/v1/rooms/", views.RoomList.as_view(), name="rooms"),
    path("api/v1/rooms/<slug:slug>/", views.RoomItem.as_view(), name="room"),
    path("api/v1/reports/", views.Reports.as_view(), name="reports"),
]
