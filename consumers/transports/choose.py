"""Which transport serves a socket."""

from importlib.metadata import PackageNotFoundError, version

from consumers.transports import daphne, uvicorn
from consumers.transports.base import Transport
from consumers.transports.plain import PlainTransport, Send


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


_DAPHNE = _version("daphne")


def transport_for(send: Send, *, raw: bool = True) -> Transport:
    """Return the raw-frame transport of the server behind `send` where it is known, else ASGI's own."""
    if raw:
        adopted = daphne.adopt(send, _DAPHNE) or uvicorn.adopt(send)
        if adopted is not None:
            return adopted
    return PlainTransport(send)
