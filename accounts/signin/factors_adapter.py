"""How allauth keeps second factors here: sealed, under the key of who is who."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser

from accounts import factors
from accounts.models import User


class MFAAdapter(DefaultMFAAdapter):
    """Secrets are sealed; a label names the account and no mailbox."""

    def encrypt(self, text: str) -> str:
        """Return a secret sealed."""
        return factors.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret opened. Raises `tink.TinkError` where it was tampered with."""
        return factors.unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Return whether a second factor may go: not the last one of a member of staff."""
        user = authenticator.user
        return not (
            isinstance(user, User) and user.role_set() and not factors.others_than(user, [authenticator])
        )

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return str(getattr(user, "username", None) or user.pk)

    def _get_site_name(self) -> str:
        return "Hearth"
