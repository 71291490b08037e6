"""Another house that says who somebody is: any OpenID provider that the environment names.

It is asked for nothing but its own id of the person: no name, picture or address. Of the id a keyed hash is
kept, so from the table nobody can tell which account elsewhere is whose.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialToken
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from requests import RequestException

from runtime.keyring import keyed_hash

SCOPE = ["openid"]
DISCOVERY_S = 3_600  # what a provider says of its doors is read anew once an hour
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class OpenID(OpenIDConnectOAuth2Adapter):
    """The talk with one provider."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of its doors. Raises `ProviderException` where it says nothing of use."""
        provider = self.get_provider()
        address = provider.server_url
        key = f"openid:{keyed_hash('openid', address)}"
        found: dict[str, Any] | None = cache.get(key)
        if found is None:
            found = _discover(address, provider.app.settings["server_url"])
            cache.set(key, found, DISCOVERY_S)
        return found

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> Any:
        """Return who came, by the ID token alone. Raises `ProviderException` without one."""
        id_token = kwargs["response"].get("id_token")
        claims = self._decode_id_token(app, id_token) if isinstance(id_token, str) else {}
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise ProviderException("The provider sent no ID token with a subject.")
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Return where the provider sends people back to."""
        return request.build_absolute_uri(reverse("provider-callback", args=[self.provider_id]))


def _discover(address: str, issuer: str) -> dict[str, Any]:
    try:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address)
            answer.raise_for_status()
            told = answer.json()
    except (RequestException, ValueError) as failure:
        raise ProviderException("The provider does not answer.") from failure
    # Who answers for another issuer could sign in its people (OpenID Connect Discovery 1.0, 4.3).
    if not isinstance(told, dict) or str(told.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
        raise ProviderException("The provider names another issuer.")
    if not all(isinstance(told.get(name), str) for name in NEEDED):
        raise ProviderException("The provider does not name its doors.")
    return told


class HouseProvider(OpenIDConnectProvider):
    """A provider as the house knows it."""

    oauth2_adapter_class = OpenID
    supports_token_authentication = False  # browsers alone: a token that an app brings could be another app's
    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        """Return what is asked for."""
        return list(SCOPE)

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Return a keyed hash of the provider's id."""
        return keyed_hash("social", self.sub_id, str(data["id_token"]["sub"]))

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return nothing: nothing more is kept."""
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return nothing: names and addresses are the person's to tell."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Return none, whatever came along: an address counts once its own letter was answered."""
        return []
