"""The pages' addresses."""

from django.urls import path

from web import views

app_name = "web"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("rooms/<slug:slug>/", views.room, name="room"),
    path("help/", views.help_now, name="help"),
]
