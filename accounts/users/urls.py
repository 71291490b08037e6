"""The doors of people, under `/api/v1/users/`."""

from django.urls import path

from accounts.users import clinician_views, self_views, views

U = "api/v1/users/"

urlpatterns = [
    path(U, views.Users.as_view(), name="users"),
    path(U + "register/", views.Register.as_view(), name="users-register"),
    path(U + "me/export/", self_views.Export.as_view(), name="users-export"),
    path(U + "me/erase/", self_views.Erase.as_view(), name="users-erase"),
    path(U + "me/access-log/", self_views.AccessLog.as_view(), name="users-access-log"),
    path(U + "username/<str:username>/", views.AccountByName.as_view(), name="user-by-name"),
    path(U + "<str:user_id>/", views.Account.as_view(), name="user"),
    path(U + "<str:user_id>/clinicians/", clinician_views.Clinicians.as_view(), name="user-clinicians"),
    path(
        U + "<str:user_id>/clinicians/<uuid:assignment_id>/",
        clinician_views.Clinician.as_view(),
        name="user-clinician",
    ),
    path(
        U + "<str:user_id>/clinicians/<uuid:assignment_id>/accept/",
        clinician_views.ClinicianAccept.as_view(),
        name="user-clinician-accept",
    ),
]
