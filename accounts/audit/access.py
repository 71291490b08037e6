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


class RefusalsAudited(APIView):
    """A view of which every closed door that a known caller met is a row; `thing` names what it is about."""

    thing: ClassVar[str] = "record"
    refusals: ClassVar[tuple[int, ...]] = (403,)
    asked_about: UUID | None = None  # whose record a refused request named

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a refusal and write its row; the transaction it ended is over by now."""
        problem = from_exception(exc)
        status = problem.status_code if problem else None
        user = getattr(self.request, "user", None) if status in self.refusals else None
        if isinstance(user, Principal):
            record(
                "refused",
                actor=user.person_id,
                subject=self.asked_about,
                detail={"thing": self.thing, "method": self.request.method, "status": status},
            )
        return super().handle_exception(exc)


class Audited(RefusalsAudited):
    """A view whose every good answer is one row or more, and what a known caller did not find is one too.

    A reading method calls `accessed` as soon as it knows whose data it shows; a writing one calls it, or
    `record`, inside the transaction of the change. `thing` names what it is about ("sleep", "profile").
    """

    refusals = (403, 404)

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

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Return the answer. Raises `Unaudited` for a good one that nobody wrote a row about."""
        if response.status_code < 300 and request.method != "OPTIONS" and not written.get():
            raise Unaudited(type(self).__name__)
        return super().finalize_response(request, response, *args, **kwargs)
