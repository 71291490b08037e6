"""What a view that touches health data or identity inherits: no answer leaves it without a row."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.audit.record import Scalar, Standing, record, written
from accounts.principals import Principal
from runtime.http.handling import from_exception


class Unaudited(Exception):
    """A bug: a view answered about a person without having said whose data it was."""


class Audited(APIView):
    """A view whose every good answer and every refusal of a known caller is one row, or more.

    A reading method calls `accessed` as soon as it knows whose data it shows; a writing one calls it, or
    `record`, inside the transaction of the change. `thing` names what it is about ("sleep", "profile").
    """

    thing: ClassVar[str] = "record"
    asked_about: UUID | None = None  # whose record a refused request named

    @property
    def principal(self) -> Principal:
        """The caller; only behind a permission that asks for one."""
        assert isinstance(self.request.user, Principal)
        return self.request.user

    def accessed(self, verb: str, subject: UUID, standing: Standing, **detail: Scalar) -> None:
        """Write that the caller read or changed (`verb`) the subject's data, as what they are to them.

        A family member's row carries `member`, their id in the circle: the access log names them by it.
        """
        record(
            f"{self.thing}.{verb}",
            actor=self.principal.person_id,
            subject=subject,
            detail={"as": standing, **detail},
            shown=True,
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Begin to count the rows of this request."""
        written.set(0)
        self.asked_about = None
        super().initial(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a refusal and write its row; the transaction it ended is over by now."""
        problem = from_exception(exc)
        user = getattr(self.request, "user", None) if problem and problem.status_code in (403, 404) else None
        if problem and isinstance(user, Principal):
            record(
                "refused",
                actor=user.person_id,
                subject=self.asked_about,
                detail={"thing": self.thing, "method": self.request.method, "status": problem.status_code},
            )
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Return the answer. Raises `Unaudited` for a good one that nobody wrote a row about."""
        if response.status_code < 300 and request.method != "OPTIONS" and not written.get():
            raise Unaudited(type(self).__name__)
        return super().finalize_response(request, response, *args, **kwargs)
