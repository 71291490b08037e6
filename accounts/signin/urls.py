"""The doors of `/_allauth/`: allauth's headless ones, and before them those that the house opens itself."""

from typing import Any

from allauth.headless.constants import Client
from django.urls import URLPattern, URLResolver, include, path

from accounts.signin import social_views, views


def _own(client: Client) -> list[URLPattern]:
    under = f"_allauth/{client.value}/v1/"
    doors: dict[str, Any] = {
        "auth/signup": views.Signup,
        "auth/password/request": views.Recover,
        "auth/2fa/authenticate": views.Authenticate,
        "auth/2fa/reauthenticate": views.Reauthenticate,
        "auth/reauthenticate/letter": views.LetterAgain,
        "auth/reauthenticate/code": views.CodeAgain,
        "auth/sessions": views.Sessions,
        "auth/webauthn/authenticate": views.AuthenticateKey,
        "auth/webauthn/reauthenticate": views.ReauthenticateKey,
        "auth/webauthn/login": views.LoginKey,
        "account/password/change": views.ChangePassword,
        "account/authenticators/totp": views.ManageTOTP,
        "account/authenticators/webauthn": views.ManageWebAuthn,
        "account/providers": social_views.Providers,
        "auth/provider/redirect": social_views.ToProvider,
        "auth/provider/signup": social_views.ProviderSignup,
    }
    return [path(under + door, view.as_api_view(client=client)) for door, view in doors.items()]


urlpatterns: list[URLPattern | URLResolver] = [
    *_own(Client.BROWSER),
    *_own(Client.APP),
    path(
        "_allauth/browser/v1/auth/provider/<slug:provider_id>/callback",
        social_views.callback,
        name="provider-callback",
    ),
    path("_allauth/", include("allauth.headless.urls")),
]
