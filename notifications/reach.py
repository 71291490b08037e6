"""By which channels somebody can be reached at all, now."""

from datetime import datetime

from allauth.account.models import EmailAddress

from accounts.models import User
from notifications.outgoing import live_subscriptions
from notifications.recipients import Channel


def of(user: User, now: datetime) -> frozenset[Channel]:
    """Return the channels by which a person can be reached. The house knows no number of anybody's phone."""
    found = {Channel.IN_APP}
    if live_subscriptions(user.pk, now):
        found.add(Channel.WEB_PUSH)
    if email_of(user):
        found.add(Channel.EMAIL)
    return frozenset(found)


def email_of(user: User) -> str | None:
    """Return a person's verified address; one that nobody verified may be somebody else's."""
    rows = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    found: str | None = rows.values_list("email", flat=True).first()
    return found
