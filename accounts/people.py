"""Finding a person as an operator names them."""

from uuid import UUID

from accounts.models import User


def find(name: str) -> User:
    """Return the person of that username or id. Raises `User.DoesNotExist`."""
    try:
        return User.objects.get(pk=UUID(name))
    except (ValueError, User.DoesNotExist):
        return User.objects.get_by_natural_key(name)
