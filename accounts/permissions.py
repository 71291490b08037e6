"""Which doors are open to whom: DRF permissions over a `Principal`."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.principals import Principal
from accounts.roles import Role


class IsPerson(BasePermission):
    """Signed-in people, not guests."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the caller is a person."""
        return isinstance(request.user, Principal) and not request.user.is_guest


class GuestOrPerson(BasePermission):
    """Whoever has a live credential."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether there is one."""
        return isinstance(request.user, Principal)


def holders(*roles: Role) -> type[BasePermission]:
    """Return the permission that admits whoever holds one of `roles`."""

    class Holders(BasePermission):
        def has_permission(self, request: Request, view: Any) -> bool:
            return isinstance(request.user, Principal) and request.user.has(*roles)

    return Holders
