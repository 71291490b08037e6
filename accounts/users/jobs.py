"""What is done about accounts in the background."""

from uuid import UUID

from django.core.mail import send_mail

from accounts.models import User
from runtime.jobs import job

SUBJECT = "Somebody used your e-mail address"
TEXT = (
    "Somebody has just made an account at Hearth with this e-mail address, which has one already.\n"
    "If that was you, sign in with the account you have. If it was not, you need do nothing: an address\n"
    "counts for an account only once it is verified from this mailbox.\n"
)


@job("users.greet_address")
def greet_address(person_id: str) -> None:
    """Tell the owner of an e-mail address that another account was made with it, if one was."""
    user = User.objects.filter(pk=UUID(person_id)).exclude(email=None).first()
    if user is None or not user.email:
        return
    others = User.objects.filter(email__iexact=user.email, deleted_at=None).exclude(pk=user.pk)
    if others.exists():
        send_mail(SUBJECT, TEXT, None, [user.email])
