"""The doors of circles, under `/api/v1/`."""

from django.urls import path

from accounts.circles import grant_views, invite_views, views

C = "api/v1/circles/<uuid:circle_id>/"

urlpatterns = [
    path("api/v1/circles/", views.Circles.as_view(), name="circles"),
    path("api/v1/circles/accept/", invite_views.Accept.as_view(), name="circles-accept"),
    path(C, views.CircleItem.as_view(), name="circle"),
    path(C + "leave/", views.Leave.as_view(), name="circle-leave"),
    path(C + "members/", views.Members.as_view(), name="circle-members"),
    path(C + "members/<uuid:member_id>/", views.MemberItem.as_view(), name="circle-member"),
    path(C + "invites/", invite_views.Invites.as_view(), name="circle-invites"),
    path(C + "invites/<uuid:invite_id>/", invite_views.InviteItem.as_view(), name="circle-invite"),
    path(C + "grants/", grant_views.Grants.as_view(), name="circle-grants"),
    path(
        C + "grants/<uuid:member_id>/<slug:category>/", grant_views.GrantItem.as_view(), name="circle-grant"
    ),
    path(C + "log/", grant_views.Log.as_view(), name="circle-log"),
]
