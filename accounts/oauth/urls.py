"""The doors of apps. The names are those that allauth's own views look up."""

from allauth.idp.oidc import views as allauth
from django.urls import URLPattern, URLResolver, include, path

from accounts.oauth import views

_doors: list[URLPattern | URLResolver] = [
    path(".well-known/openid-configuration", views.Configuration.as_view(), name="configuration"),
    path(".well-known/jwks.json", allauth.jwks, name="jwks"),
    path("identity/o/authorize", views.Authorization.as_view(), name="authorization"),
    path("identity/o/api/token", views.TokenDoor.as_view(), name="token"),
    path("identity/o/api/revoke", views.Revoke.as_view(), name="revoke"),
    path("identity/o/api/userinfo", views.UserInfo.as_view(), name="userinfo"),
]
_oidc: list[URLPattern | URLResolver] = [path("", include((_doors, "oidc")))]
urlpatterns: list[URLPattern | URLResolver] = [path("", include((_oidc, "idp")))]
