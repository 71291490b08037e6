"""The front door: HTTP goes to Django, WebSockets through an origin check to the consumers."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
django.setup(set_prefix=False)  # first: it loads the apps that everything else imports

from chatserver.http import ThreadedHandler  # noqa: E402
from consumers.routing import websocket  # noqa: E402
from consumers.station import lifespan  # noqa: E402

_http = ThreadedHandler()


async def application(scope, receive, send):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Serve one ASGI scope."""
    match scope["type"]:
        case "http":
            await _http(scope, receive, send)
        case "websocket":
            await websocket(scope, receive, send)
        case "lifespan":
            await lifespan(receive, send)
