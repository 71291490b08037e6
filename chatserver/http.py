"""HTTP on threads that stay: Django's own ASGI handler starts a thread for every request.

That costs a thread start, a new database connection and a wait of the event loop for the thread's end
(measured: 11 % of the loop's time at 150 requests/s), and sockets share this loop.
"""

import asyncio
import contextvars
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from chatserver import bodies

THREADS = 8  # enough to wait on a database; two cores run no more Python than that


class ThreadedHandler(ASGIHandler):
    """Runs the synchronous middleware and views in a pool of its own; the loop only moves bytes."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="http")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request; the body is read before a thread is taken, so a slow client holds none."""
        try:
            body = bodies.handed_over(scope) or await self.read_body(receive)
        except RequestAborted:
            return
        try:
            request, refusal = self.create_request(scope, body)
            if request is not None:
                bodies.measure(request, body)
            response = refusal if request is None else await self._in_thread(self._respond, scope, request)
            await self._send(response, send)
        finally:
            body.close()

    async def _in_thread(self, function: Any, *args: Any) -> Any:
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, partial(context.run, function, *args)
        )

    def _respond(self, scope: Any, request: HttpRequest) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        response = self.get_response(request)
        response._handler_class = self.__class__  # type: ignore[attr-defined]
        if not response.streaming:
            response.close()  # here, where the request's database connection lives
        return response

    async def _send(self, response: Any, send: Any) -> None:
        if not response.streaming:
            await self.send_response(response, send)
            return
        headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
        headers += [(b"Set-Cookie", c.output(header="").encode().strip()) for c in response.cookies.values()]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        chunks: Iterator[bytes] = iter(response.streaming_content)
        try:
            while (chunk := await self._in_thread(next, chunks, None)) is not None:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await self._in_thread(response.close)
