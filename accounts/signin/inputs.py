"""What allauth's doors take, where the house asks for it in its own way."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter as account_adapter
from allauth.headless.account.inputs import SignupInput
from allauth.headless.internal.restkit import inputs
from allauth.headless.mfa.inputs import (
    ActivateTOTPInput,
    AuthenticateInput,
    AuthenticateWebAuthnInput,
    LoginWebAuthnInput,
    ReauthenticateInput,
    ReauthenticateWebAuthnInput,
)
from allauth.headless.socialaccount.forms import RedirectToProviderForm
from allauth.headless.socialaccount.inputs import SignupInput as SocialSignupInput
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.internal.flows.add import validate_can_add_authenticator
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts import factors
from accounts.audit.record import record
from accounts.locales import preferred
from accounts.models import User
from accounts.principals import authenticate_bearer
from accounts.users.registration import Application, register
from protocol.errors import RateLimited
from runtime import clock


class HouseSignup(SignupInput):
    """Name, e-mail and password, judged as `POST users/register` judges them."""

    def validate_unique_email(self, value: str) -> str:
        """Return the address unasked: whether somebody has it is told to its mailbox alone."""
        return value

    def save(self, request: HttpRequest) -> User:
        """Return the new person; a guest who sends their token becomes one. Raises Conflict."""
        given = self.cleaned_data
        application = Application(
            given["username"], given["email"], given["password"], locale=preferred(request.headers)
        )
        return register(application, _guest(request), clock.now())


class ToProvider(RedirectToProviderForm, inputs.Input):
    """Which provider to go to, what for, and the page of ours to come back to."""


class LetsInAlready(Exception):
    """The account elsewhere has an account here by now."""


class ProviderSignup(SocialSignupInput):
    """Name and e-mail of who came by another house, judged as those of anyone else."""

    def validate_unique_email(self, value: str) -> str:
        """Return the address unasked: whether somebody has it is told to its mailbox alone."""
        return value

    def save(self, request: HttpRequest) -> User:
        """Return the new person, whom the account elsewhere lets in from now on.

        Raises `Conflict` for a taken name, `LetsInAlready` in the second of two tabs.
        """
        given, account = self.cleaned_data, self.sociallogin.account
        with transaction.atomic():
            application = Application(given["username"], given["email"], locale=preferred(request.headers))
            user = register(application, _guest(request), clock.now())
            account.user = user
            try:
                with transaction.atomic():
                    account.save()
            except IntegrityError:
                raise LetsInAlready from None
            note = {"provider": account.provider}
            record("social.added", actor=user.pk, subject=user.pk, detail=note)
        return user


def _guest(request: HttpRequest) -> Any:
    kind, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    principal = authenticate_bearer(token.strip()) if kind.lower() == "bearer" else None
    return principal.person_id if principal and principal.is_guest else None


class Recovery(inputs.Input):
    """The address of somebody who cannot sign in. Nothing is looked up here: every address is one."""

    email = inputs.EmailField()


class LetterCode(inputs.Input):
    """A code that came by letter."""

    code = inputs.CharField(max_length=32)


class _SpentCode:
    """Codes are used up in their row: exactly once on every process, whatever becomes of a cache."""

    user: User
    cleaned_data: dict[str, Any]
    by = "code"

    def clean_code(self) -> str:
        """Return the code. Raises `ValidationError` for a wrong one, and after too many of them."""
        code: str = self.cleaned_data["code"]
        try:
            found = factors.spend(self.user, code, clock.now())
        except RateLimited:
            raise account_adapter().validation_error("too_many_login_attempts") from None
        if found is None:
            record("sign_in.refused", actor=None, subject=self.user.pk, detail={"by": self.by})
            raise mfa_adapter().validation_error("incorrect_code")
        found.user = self.user
        self.authenticator = found
        return code


class HouseAuthenticate(_SpentCode, AuthenticateInput):
    """A code that ends signing in."""


class HouseReauthenticate(_SpentCode, ReauthenticateInput):
    """A code that shows again who is there."""

    by = "code-again"


class HouseActivateTOTP(ActivateTOTPInput):
    """The first code of an authenticator app; it is used up by this."""

    def clean_code(self) -> str:
        """Return the code. Raises `ValidationError` for a wrong one."""
        validate_can_add_authenticator(self.user)
        code: str = self.cleaned_data["code"]
        step = factors.step_of(self.secret, code, clock.now())
        if step is None:
            raise mfa_adapter().validation_error("incorrect_code")
        self.step = step
        return code


class _CountedKey(AuthenticateWebAuthnForm):
    """A security key signs with a count that goes up; one that does not is a copy."""

    by = "key"

    def clean_credential(self) -> Authenticator:
        """Return the key. Raises `ValidationError` for a wrong one, and for a copy."""
        signed = self.cleaned_data["credential"]
        try:
            found: Authenticator = super().clean_credential()
        except ValidationError:
            record(
                "sign_in.refused", actor=None, subject=getattr(self.user, "pk", None), detail={"by": self.by}
            )
            raise
        count = parse_authentication_response(signed).response.authenticator_data.counter
        if not factors.count_use(found, count):
            record("sign_in.refused", actor=None, subject=found.user_id, detail={"by": f"{self.by}-copied"})
            raise mfa_adapter().validation_error("incorrect_code")
        return found


class HouseAuthenticateKey(_CountedKey, AuthenticateWebAuthnInput):
    """A security key that ends signing in."""


class HouseReauthenticateKey(_CountedKey, ReauthenticateWebAuthnInput):
    """A security key that shows again who is there."""

    by = "key-again"


class HouseLoginKey(_CountedKey, LoginWebAuthnInput):
    """A passkey that is name, password and second factor in one."""

    by = "passkey"


class EndedSessions(inputs.Input):
    """Which of one's sign-ins are to end."""

    sessions = inputs.CharField()

    def __init__(self, data: dict[str, Any], **kwargs: Any) -> None:
        given = data.get("sessions")
        words = given if isinstance(given, list) else [given]
        super().__init__(data={"sessions": " ".join(str(word) for word in words)}, **kwargs)

    def clean_sessions(self) -> list[UUID]:
        """Return their ids. Raises `ValidationError` for what is no id."""
        try:
            return [UUID(word) for word in self.cleaned_data["sessions"].split()]
        except ValueError:
            raise ValidationError("Must be ids of sessions.", code="invalid") from None
