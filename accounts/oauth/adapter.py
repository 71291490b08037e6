"""What the house decides of allauth's OpenID provider."""

from collections.abc import Iterable
from typing import Any, Literal

from allauth.account.models import EmailAddress
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.internal.private_keys import filter_keys
from allauth.idp.oidc.models import Client, PrivateKey

from accounts.models import User
from accounts.oauth.keys import private_keys
from runtime import clock
from runtime.keyring import keyed_hash


class OIDCAdapter(DefaultOIDCAdapter):
    """Keys from the database, keyed hashes of tokens, and no more of a person than a scope names."""

    def hash_token(self, token: str) -> str:
        """Return what is kept of a token: a hash that nobody can test guesses against without our key."""
        return keyed_hash("oauth-token", token)

    def list_private_keys(
        self, *, did_activate: Literal[True] | None = None, is_active: Literal[True] | None = None
    ) -> list[PrivateKey]:
        """Return the signing keys."""
        return filter_keys(private_keys(), did_activate=did_activate, is_active=is_active)

    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: Any,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Return what an app is told: an id, and with their scopes the username and the verified address."""
        claims: dict[str, Any] = {"sub": self.get_user_sub(client, user)}
        if "profile" in scopes:
            claims["preferred_username"] = user.username
        if "email" in scopes:
            address = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk").first()
            if address is not None:
                claims |= {"email": address.email, "email_verified": True}
        return claims

    def get_user_by_sub(self, client: Client, sub: str) -> Any:
        """Return the person, if the house is open to them."""
        user = super().get_user_by_sub(client, sub)
        return user if isinstance(user, User) and user.admitted(clock.now()) else None
