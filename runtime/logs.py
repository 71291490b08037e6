"""Structured logs that hold no address, token, name or text."""

import logging
import logging.config
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

# What must never be written, whoever hands it over; the value is dropped and the key kept.
FORBIDDEN = frozenset(
    {
        "access", "address", "authorization", "body", "client_ip", "code", "cookie", "email", "ip", "name",
        "password", "person", "person_id", "phone", "refresh", "remote_addr", "text", "ticket", "token",
        "user", "user_agent", "user_id", "username",
    }
)  # fmt: skip
DROPPED = "[dropped]"
# Bearer tokens and JWTs that slipped into a text.
SECRETS = re.compile(r"(eyJ[\w-]{8,}\.[\w-]+\.[\w-]+|\bg1_[\w-]{20,}|(?i:bearer)\s+[\w.~+/-]{16,})")


def drop_personal(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return the event without anything that could name or reach a person."""
    for key, value in event.items():
        if key.lower() in FORBIDDEN:
            event[key] = DROPPED
        elif isinstance(value, str):
            event[key] = SECRETS.sub(DROPPED, value)
    return event


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_exception,
        drop_personal,
    ]


def name_exception(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Keep an exception's type and place, not its message: messages quote rows, addresses and texts."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    elif isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        event["exception_type"] = info[0].__qualname__
        event["where"] = _place(info[2])
    return event


def _place(traceback: Any) -> str:
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"{code.co_name}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return " > ".join(frames[-6:])


def configuration(*, as_json: bool, level: str) -> dict[str, Any]:
    """Return the argument of `configure`: JSON lines or readable ones, to standard error."""
    renderer: Any = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    renderer,
                ],
                "foreign_pre_chain": _shared(),
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": floor} for name, floor in _quiet(level)},
    }


def _quiet(level: str) -> Iterable[tuple[str, str]]:
    # Request lines are ours (runtime.http.logging): theirs quote addresses and paths with their queries.
    yield "django.server", "ERROR"
    yield "django.request", "CRITICAL"
    yield "django.security", "CRITICAL"
    yield "daphne", "WARNING"
    yield "daphne.access", "CRITICAL"
    yield "uvicorn.access", "CRITICAL"
    yield "httpx", "WARNING"
    yield "psycopg.pool", "ERROR"
    yield "django.db.backends", level if level != "DEBUG" else "INFO"


def configure(config: dict[str, Any]) -> None:
    """Set up standard logging and structlog together."""
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
