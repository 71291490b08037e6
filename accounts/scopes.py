"""What an app may do for a person who let it: OAuth2 scopes. Pure.

A view says what it asks for as `required_scope`: `tracking` is reading or writing by the request's method,
any other word is that very scope, and None is a door that no app may pass.
"""

TRACKING_READ = "tracking:read"
TRACKING_WRITE = "tracking:write"
MODERATION = "moderation"
API = (TRACKING_READ, TRACKING_WRITE, MODERATION)
IDENTITY = ("openid", "profile", "email")
ALL = (*IDENTITY, *API)
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def needed(required: str, method: str) -> str:
    """Return the scope that a request with this method needs at a door that asks for `required`."""
    if required == "tracking":
        return TRACKING_READ if method in READING else TRACKING_WRITE
    return required


def admit(held: frozenset[str] | None, required: str | None, method: str) -> bool:
    """Return whether a credential with these scopes (None: a full one) may pass."""
    if held is None:
        return True
    return required is not None and needed(required, method) in held
