"""What an app client of `/_allauth/app/` holds: the key of its session, and our own pair of tokens."""

from typing import Any

from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.http import HttpRequest

from accounts import sessions
from accounts.signin.live import sign_in_of
from runtime import clock


class HouseTokens(SessionTokenStrategy):
    """Access and refresh tokens of the sign-in itself: one row ends session, tokens and sockets together."""

    def create_access_token_payload(self, request: HttpRequest) -> dict[str, Any] | None:
        """Return a first pair for the sign-in that has just been made."""
        session = sign_in_of(request)
        if session is None:
            return None
        pair = sessions.issue_pair(session, clock.now())
        return {"access_token": pair.access, "refresh_token": pair.refresh}

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """Return a new pair; the token given dies, and one used twice ends its sign-in."""
        pair = sessions.refresh(refresh_token, clock.now())
        return (pair.access, pair.refresh) if pair else None
