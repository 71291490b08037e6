"""`Idempotency-Key`: the first good answer to a POST is the answer to every repetition of it."""

import base64
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import Error as DatabaseFault
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.settings import api_settings

from runtime import clock, keyring
from runtime.http.bodies import whole
from runtime.http.handling import from_exception
from runtime.http.paths import PREFIX
from runtime.http.problems import Problem, response
from runtime.models import KeptAnswer

HEADER = "HTTP_IDEMPOTENCY_KEY"
MAX_KEY = 255
PIECE = 1_048_576
LEASE = timedelta(seconds=60)  # a request that died leaves its key this long
KEPT_HEADERS = ("Content-Type", "Location", "ETag")

Answer = TypeVar("Answer", bound=HttpResponse)


def unkept(answer: Answer) -> Answer:
    """Mark an answer that must not lie anywhere, not even encrypted; its key is free again."""
    answer.__dict__["unkept"] = True
    return answer


@dataclass(frozen=True)
class _Asked:
    key_hash: str
    body_hash: str
    owner: UUID


class IdempotencyKeys:
    """Keeps the first 2xx of a keyed POST for 24 hours per principal and path, encrypted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        if request.method != "POST" or HEADER not in request.META or not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            asked = _asked(request)
            kept = _begin(asked) if asked else None
        except (APIException, DatabaseFault, RequestDataTooBig) as error:
            return response(from_exception(error) or Problem(500, "internal"))
        if kept is not None:
            return kept
        return self._answer(request, asked) if asked else self.get_response(request)

    def _answer(self, request: HttpRequest, asked: _Asked) -> HttpResponse:
        answer: HttpResponse | None = None
        try:
            answer = self.get_response(request)
        finally:
            _finish(asked, answer)
        return answer


def _asked(request: HttpRequest) -> _Asked | None:
    """Return what is asked under which key, or None for a caller without a live credential."""
    owner = _owner(request)
    if owner is None:
        return None
    key = request.META[HEADER]
    if not 1 <= len(key) <= MAX_KEY or not key.isprintable():
        wrong = {"field": "Idempotency-Key", "code": "invalid", "message": "1 to 255 printable characters."}
        raise Problem(422, "invalid", errors=[wrong])
    return _Asked(
        keyring.keyed_hash("idempotency", str(owner), request.path_info, key), _body_hash(request), owner
    )


def _owner(request: HttpRequest) -> UUID | None:
    # DRF puts whom it found onto the request itself, where the view's own look needs the session's user.
    before = getattr(request, "user", None)
    asked = Request(request, authenticators=_authenticators())
    try:
        return asked.user.pk if asked.user and asked.user.is_authenticated else None
    except APIException:
        return None  # the view says so itself, in its own words
    finally:
        request.user = before  # type: ignore[assignment]


def _authenticators() -> list[Any]:
    kinds: Any = api_settings.DEFAULT_AUTHENTICATION_CLASSES
    return [kind() for kind in kinds]


def _body_hash(request: HttpRequest) -> str:
    if request.content_type == "multipart/form-data":
        stream = whole(request) or io.BytesIO(request.body)
        body = _hash_of_parts(stream, (request.content_params or {}).get("boundary", ""))
        return keyring.keyed_hash("idempotency-body", request.META.get("QUERY_STRING", ""), body.hex())
    try:
        # The same object in another order or spacing is the same body.
        body = json.dumps(json.loads(request.body), sort_keys=True).encode()
    except (ValueError, RecursionError):
        body = hashlib.sha256(request.body).digest()
    return keyring.keyed_hash("idempotency-body", request.META.get("QUERY_STRING", ""), body.hex())


def _hash_of_parts(stream: Any, boundary: str) -> bytes:
    """Return a hash of a form's parts: what stands between them is another one at every sending.

    Read piece by piece: a file may be gigabytes.
    """
    mark = boundary.encode() or b"--"
    digest, held = hashlib.sha256(), b""
    while piece := stream.read(PIECE):
        held = (held + piece).replace(mark, b"")
        cut = max(0, len(held) - len(mark) + 1)  # what is left may be the beginning of a mark
        digest.update(held[:cut])
        held = held[cut:]
    digest.update(held)
    stream.seek(0)
    return digest.digest()


def _begin(asked: _Asked) -> HttpResponse | None:
    """Take the key and return None, or return what is kept. Raises 422 `key_reused`, 409 `in_progress`."""
    now = clock.now()
    row = KeptAnswer(
        key_hash=asked.key_hash,
        body_hash=asked.body_hash,
        owner=asked.owner,
        lease_until=now + LEASE,
        expires_at=now + timedelta(hours=settings.IDEMPOTENCY_HOURS),
    )
    KeptAnswer.objects.filter(key_hash=asked.key_hash, expires_at__lte=now).delete()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
        return None
    except IntegrityError:
        pass
    known = KeptAnswer.objects.filter(key_hash=asked.key_hash).first()
    if known is not None and known.body_hash != asked.body_hash:
        raise Problem(422, "key_reused", "This key was used with another body.")
    if known is not None and known.answer is not None:
        return _open(asked, bytes(known.answer))
    # A request that died while it ran left its mark: whoever moves the lease has taken the key over.
    taken = KeptAnswer.objects.filter(key_hash=asked.key_hash, answer=None, lease_until__lt=now).update(
        lease_until=now + LEASE
    )
    if not taken:
        raise Problem(409, "in_progress", "The first request is still running.", retry_after_s=1)
    return None


def _finish(asked: _Asked, answer: HttpResponse | None) -> None:
    """Keep a good answer; after anything else the key is free again."""
    mark = KeptAnswer.objects.filter(key_hash=asked.key_hash)
    try:
        if answer is not None and _keepable(answer):
            mark.update(answer=_seal(asked, answer))
        else:
            mark.delete()
    except DatabaseFault:
        return  # the mark's lease runs out by itself; the answer in hand is still true


def _keepable(answer: HttpResponse) -> bool:
    good = 200 <= answer.status_code < 300
    return good and not answer.streaming and not answer.__dict__.get("unkept")


def _seal(asked: _Asked, answer: HttpResponse) -> bytes:
    plain = {
        "status": answer.status_code,
        "headers": {name: answer[name] for name in KEPT_HEADERS if name in answer},
        "body": base64.b64encode(answer.content).decode(),
    }
    return keyring.content().encrypt(json.dumps(plain).encode(), asked.key_hash.encode())


def _open(asked: _Asked, sealed: bytes) -> HttpResponse:
    plain = json.loads(keyring.content().decrypt(sealed, asked.key_hash.encode()))
    answer = HttpResponse(base64.b64decode(plain["body"]), status=plain["status"])
    del answer["Content-Type"]
    for name, value in plain["headers"].items():
        answer[name] = value
    answer["Idempotency-Replayed"] = "true"
    return answer
