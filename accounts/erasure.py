"""What `accounts` itself erases and exports for a person."""

from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from accounts import sealed
from accounts.models import User
from accounts.registries import LAST, eraser, exporter
from runtime import clock
from runtime.models import KeptAnswer


@eraser(LAST)
def erase(person_id: UUID) -> None:
    """Delete the person's ties, kept answers and row, with it their sessions."""
    sealed.forget(person_id)
    KeptAnswer.objects.filter(owner=person_id).delete()
    User.objects.filter(pk=person_id).delete()


@exporter("accounts")
def export(person_id: UUID) -> dict[str, Any]:
    """Return the person's row and sessions; secrets are left out."""
    user = User.objects.get(pk=person_id)
    return {
        "id": str(user.pk),
        "username": user.username,
        "email": user.email,
        "guest": user.is_guest,
        "locale": user.locale,
        "time_zone": user.time_zone,
        "created_at": clock.rfc3339(user.created_at),
        "roles": sorted(user.role_set()),
        "emails": [
            {"email": row.email, "verified": row.verified, "primary": row.primary}
            for row in EmailAddress.objects.filter(user=user).order_by("pk")
        ],
        "second_factors": [
            {
                "type": row.type,
                "created_at": clock.rfc3339(row.created_at),
                "last_used_at": clock.rfc3339(row.last_used_at) if row.last_used_at else None,
            }
            for row in Authenticator.objects.filter(user=user).order_by("pk")
        ],
        "accounts_elsewhere": [
            {"provider": row.provider, "since": clock.rfc3339(row.date_joined)}
            for row in SocialAccount.objects.filter(user=user).order_by("pk")
        ],
        "sessions": [
            {
                "kind": row.kind,
                "client": row.client,
                "created_at": clock.rfc3339(row.created_at),
                "ended_at": clock.rfc3339(row.ended_at) if row.ended_at else None,
            }
            for row in user.sessions.order_by("created_at")
        ],
    }
