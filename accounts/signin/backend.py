"""The password as allauth's doors ask for it."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User
from runtime import clock


class HouseBackend(AuthenticationBackend):
    """Lets in whom the password door lets in; whom it does not gets the answer of a wrong password."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        """Return whether the house is open to them."""
        return isinstance(user, User) and not user.is_guest and user.admitted(clock.now())

    @classmethod
    def _stash_user(cls, user: AbstractBaseUser | None) -> AbstractBaseUser | None:
        # allauth would tell a suspended person's right password by another answer.
        return None
