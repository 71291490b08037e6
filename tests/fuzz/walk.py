"""A walk through every door of the OpenAPI document with cases that schemathesis makes of it.

Everything goes on in this process: cases are sent to the house's own chain of middleware and views over WSGI,
each by one of several callers, and each answer is held against the document. A path is filled with ids of
things that are there more often than with invented ones, so that a walk gets past 404.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.generation.drivers import CoverageGenerator
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.meta import REQUEST_SHAPE_PROBES, coverage_scenario
from schemathesis.generation.overrides import Override
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fuzz.scene import CALLERS, REAL, TURNS, Callers, opened

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Who is asked next about a case that the document allows, while the door is closed to those before.
WELCOME = ("person", "supervisor", "admin", "moderator", "clinician", "guest")
LOOPBACK = {"REMOTE_ADDR": "127.0.0.1"}


@dataclass
class Findings:
    """What a walk came to."""

    sent: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    passed: dict[str, set[int]] = field(default_factory=dict)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)

    def summary(self) -> str:
        """Return in one line how much was sent and what came back."""
        answers = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        return f"{len(self.passed)} operations, {sum(self.sent.values())} requests: {answers}"

    def __str__(self) -> str:
        return "\n\n".join(f"{label}: {what}\n{how}" for (label, what), how in self.failures.items())


class Walk:
    """One walk: for each operation so many boundary cases (`edges`) and so many invented ones.

    `shapes` also tries methods and content types that a door has not.
    """

    def __init__(self, *, number: int, edges: int, invented: int, shapes: bool = False) -> None:
        self.number = number
        self.edges = edges
        self.inventions = invented
        self.shapes = shapes
        self.chance = random.Random(number)
        self.callers = Callers()
        self.known = opened()
        self.findings = Findings()
        self.turn = 0
        handler = WSGIHandler()
        self.schema = schemathesis.openapi.from_wsgi(
            "/openapi.json", lambda environ, start: handler({**environ, **LOOPBACK}, start)
        )

    def operations(self) -> list[APIOperation]:
        """Return every operation: creations before what needs something there, ends last."""
        rank = {"POST": 0, "GET": 1, "PUT": 2, "PATCH": 3, "DELETE": 4}
        found = [result.ok() for result in self.schema.get_all_operations()]

        def order(operation: APIOperation) -> tuple[int, int, str]:
            return (
                operation.path.endswith(("/logout/", "/erase/", "/leave/")),
                rank[operation.method.upper()] + 5 * operation.path.count("{"),
                operation.path,
            )

        return sorted(found, key=order)

    def go(self) -> Findings:
        """Send every case and return what came of it."""
        for caller in CALLERS:
            self.callers.headers(caller)
        for operation in self.operations():
            for case in self.cases(operation):
                self.send(case, TURNS[self.turn % len(TURNS)])
                self.turn += 1
        return self.findings

    def cases(self, operation: APIOperation) -> Iterator[Case]:
        """Return the document's boundary cases of an operation, a sample of many, and invented ones."""
        edges = [
            case
            for case in CoverageGenerator(
                operation=operation,
                generation_modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE],
                generation_config=self.schema.config.generation_for(operation=operation, phase="coverage"),
                auth_storage=None,
                override=Override(),
                feedback=FeedbackSources(),
            )
            if self.shapes or coverage_scenario(case) not in REQUEST_SHAPE_PROBES
        ]
        if len(edges) > self.edges:
            allowed = [case for case in edges if case.meta and case.meta.generation.mode.is_positive]
            first = self.chance.sample(allowed, min(len(allowed), self.edges // 2))
            kept = {id(case) for case in first}
            rest = [case for case in edges if id(case) not in kept]
            edges = first + self.chance.sample(rest, max(0, self.edges - len(first)))
        allowed = [case for case in edges if case.meta and case.meta.generation.mode.is_positive]
        for case in allowed[:1]:
            self.send_to_whom_it_opens(case)
        yield from edges
        yield from self.invented(operation)

    def invented(self, operation: APIOperation) -> list[Case]:
        """Return cases drawn at random, allowed and forbidden ones."""
        drawn: list[Case] = []
        if not self.inventions:
            return drawn
        modes = [
            operation.as_strategy(generation_mode=mode, feedback=FeedbackSources()) for mode in GenerationMode
        ]

        @seed(self.number)
        @settings(
            max_examples=self.inventions,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )
        @given(case=st.one_of(modes))
        def draw(case: Case) -> None:
            drawn.append(case)

        draw()
        return drawn

    def send_to_whom_it_opens(self, case: Case) -> None:
        """Send an allowed case with what is there, by one caller after the other until one may."""
        for caller in WELCOME:
            if self.send(case, caller, real=True) not in (401, 403):
                return

    def send(self, case: Case, caller: str, *, real: bool = False) -> int:
        """Send one case, hold the answer against the document, and return its status."""
        if real or self.chance.random() < REAL:
            self._make_real(case, caller)
        headers = {name: value for name, value in case.headers.items() if name.lower() != "authorization"}
        case.headers.clear()
        case.headers.update(headers)
        response = case.call(headers=self.callers.headers(caller))
        self._note(case, caller, response)
        try:
            case.validate_response(response, CHECKS)
        except FailureGroup as group:
            for failure in group.exceptions:
                self._fail(case, caller, response, failure)
        return response.status_code

    def _make_real(self, case: Case, caller: str) -> None:
        """Put ids of what is there into a case, where its own are as good as any."""
        if case.path_parameters:
            case.path_parameters = {**case.path_parameters, **self.known.fill(case.path, caller, self.chance)}
        if isinstance(case.body, dict) and case.meta and case.meta.generation.mode.is_positive:
            real = {name: word for name, word in self.known.words.items() if name in case.body}
            case.body = {**case.body, **real}

    def _note(self, case: Case, caller: str, response: Response) -> None:
        label, status = case.operation.label, response.status_code
        self.findings.sent[caller] += 1
        self.findings.statuses[status] += 1
        self.findings.passed.setdefault(label, set()).add(status)
        if status in (200, 201) and "json" in response.headers.get("content-type", [""])[0]:
            self.known.learn(case.formatted_path, caller, response.json())
        ends = case.operation.path.endswith(("/logout/", "/erase/")) or case.method.upper() == "DELETE"
        if ends and status < 300:
            self.callers.gone(caller)

    def _fail(self, case: Case, caller: str, response: Response, failure: Failure) -> None:
        what = f"{failure.title} ({response.status_code})"
        said = str(failure)
        sent = f"{case.method} {case.formatted_path} {case.query or ''} {case.body!r}"[:600]
        body = response.content[:600].decode(errors="replace")
        self.findings.failures.setdefault(
            (case.operation.label, what), f"{said[:800]}\nas {caller}: {sent}\n→ {body}"
        )
