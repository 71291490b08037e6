"""What the house decides where somebody comes in by another house."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.audit.record import record

OPENID = "openid_connect"  # as allauth calls the kind that all of them are


def configured() -> list[str]:
    """Return the providers that the environment names, by their word."""
    return [str(one["provider_id"]) for one in settings.SOCIAL_APPS]


class SocialAdapter(DefaultSocialAccountAdapter):
    """Providers from the environment alone; nobody is let in, or joined to an account, by an address."""

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the providers' apps; the database is not asked, since none stand there."""
        found = [SocialApp(provider=OPENID, **one) for one in settings.SOCIAL_APPS]
        return [
            app
            for app in found
            if provider in (None, app.provider_id, app.provider) and client_id in (None, app.client_id)
        ]

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Return False: a newcomer chooses a name, and says which address is theirs."""
        return False

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """Return False: whoever has an account signs in to it first, and joins the other one then."""
        return False

    def validate_disconnect(self, account: SocialAccount, accounts: QuerySet[SocialAccount]) -> None:
        """Refuse to take away the last way in that still opens. Raises `ValidationError`."""
        others = accounts.exclude(pk=account.pk).filter(provider__in=configured())
        if not account.user.has_usable_password() and not others.exists():
            raise self.validation_error("no_password")

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Write that somebody came back from a provider and was not let in; nobody knows who."""
        record("sign_in.refused", actor=None, detail={"by": "social"})
