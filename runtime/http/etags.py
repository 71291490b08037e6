"""`ETag` and `If-Match`: nobody overwrites what they have not seen."""

import hashlib
import json
from typing import Any

from django.utils.http import parse_etags, quote_etag
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from runtime.http.problems import Problem


def etag_of(data: Any) -> str:
    """Return the quoted ETag of an object as it is sent."""
    text = json.dumps(data, sort_keys=True, cls=JSONEncoder, separators=(",", ":"))
    return quote_etag(hashlib.sha256(text.encode()).hexdigest()[:32])


def tagged(data: Any, *, status: int = 200) -> Response:
    """Return the object with its ETag."""
    return Response(data, status=status, headers={"ETag": etag_of(data)})


def require_match(request: Request, current: Any) -> None:
    """Raise 412 `stale` if there is an `If-Match` and it does not name the object's current ETag."""
    header = request.META.get("HTTP_IF_MATCH")
    if header is None or header.strip() == "*":
        return
    if etag_of(current) not in parse_etags(header):
        raise Problem(412, "stale", "This has changed meanwhile; fetch it again.")
