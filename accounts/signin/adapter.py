"""What the house does where allauth would do something of its own: people, mail, passwords, addresses."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from accounts.audit.record import record
from accounts.letters import post
from accounts.models import User
from accounts.signin import again
from accounts.users.naming import name_fault, one_spelling
from runtime import clock
from runtime.http.limits import address_of


class AccountAdapter(DefaultAccountAdapter):
    """One rule for names, one refusal for whoever may not come in; mail is a job, and its texts are ours."""

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Return the name in its one spelling. Raises `ValidationError` where it cannot be, or is taken."""
        name = one_spelling(username)
        if fault := name_fault(name):
            raise ValidationError(fault, code="invalid")
        cleaned: str = super().clean_username(name, shallow)
        return cleaned

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **hints: Any) -> HttpResponse | None:
        """Stop whom the house is closed to, whatever they proved."""
        if isinstance(user, User) and not user.admitted(clock.now()):
            user.is_active = False  # allauth's word for it; this copy is never saved
        response: HttpResponse | None = super().pre_login(request, user, **hints)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return whether something asks to show again who is there.

        Raises `ReauthenticationRequired` for who has nothing that allauth would ask for: it takes such a
        person for shown.
        """
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        if required and again.needed(self.request):
            raise ReauthenticationRequired
        return required

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write whom somebody could not sign in as."""
        name = str(credentials.get("username", "")).replace("\0", "")
        tried = User.objects.filter(username__iexact=name).values_list("pk", flat=True).first()
        record("sign_in.refused", actor=None, subject=tried, detail={"by": "password"})

    def should_send_confirmation_mail(self, *args: Any, **kwargs: Any) -> bool:
        """Return False: whoever registered has a letter on its way already."""
        return False

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """Send an address the link that verifies it."""
        post.verify(emailconfirmation.email_address.pk)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person that something about their sign-in changed: with no address and no browser's name."""
        post.notify(template_prefix.rpartition("/")[2], user.pk, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Refuse: every letter of the house goes by `accounts.letters.post`."""
        raise NotImplementedError(template_prefix)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the caller's address, behind the proxies that are trusted."""
        return str(address_of(request) or "unknown")
