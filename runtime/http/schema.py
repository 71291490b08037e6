"""The OpenAPI document, with the errors as they are."""

import copy
from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance, is_serializer

PROBLEM = {
    "type": "object",
    "required": ["title", "status", "code", "detail", "errors"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": ["string", "null"]},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "min": {},
                    "max": {},
                },
            },
        },
    },
}
EVERYWHERE = ("400", "404", "405", "413", "422", "429", "503")
WITH_CREDENTIAL = ("401", "403", "409")


class ProblemSchema(AutoSchema):
    """Adds to every operation the problems it may answer with, as `application/problem+json`.

    A view names those that are its alone as `problems`; with `creates` it says that its POST answers 201.
    """

    def _is_create_operation(self) -> bool:
        creates = self.method == "POST" and getattr(self.view, "creates", False)
        return bool(creates) or super()._is_create_operation()

    def _get_request_for_media_type(
        self, serializer: Any, direction: Literal["request", "response"] = "request"
    ) -> Any:
        # A PUT changes what it names and nothing else, as a PATCH does: no field of it is required.
        if self.method == "PUT" and is_serializer(asked := force_instance(serializer)):  # type: ignore[no-untyped-call]
            serializer = copy.copy(asked)
            serializer.partial = True
        return super()._get_request_for_media_type(serializer, direction)  # type: ignore[no-untyped-call]

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        if direction == "response":
            stale = ("412",) if self.method in ("PUT", "PATCH", "DELETE") else ()
            own = getattr(self.view, "problems", ())
            for status in (*EVERYWHERE, *WITH_CREDENTIAL, *stale, *own):
                bodies.setdefault(status, self._problem(status))
        return bodies

    @staticmethod
    def _problem(status: str) -> dict[str, Any]:
        return {
            "description": f"Problem {status}",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }


def add_problem(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Post-processing hook: put the problem's shape among the components."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    return result
