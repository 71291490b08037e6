"""`manage.py screen`: one message a line in, one verdict a line out; the same code path as a live send."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moderation import numbers
from moderation.policy.verdict import Level, Said, Verdict
from moderation.screening import screen

# The one sortable number while no model is configured: the level's place among the levels.
RISK_BY_LEVEL = {Level.L4: 1.0, Level.L3: 0.9, Level.H: 0.85, Level.L2: 0.75, Level.L1: 0.6, Level.C: 0.5}
SOFT_RISK = 0.3
QUIET_RISK = 0.1


class Command(BaseCommand):
    """Reads JSON objects with `id` and `text`, or `messages` of `{speaker, text}`; the last of A is
    judged."""

    help = "Screen messages from stdin, one JSON object a line; prints one verdict a line. Needs no database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Print verdicts in the order of the lines."""
        for number, line in enumerate(sys.stdin, 1):
            if not line.strip():
                continue
            try:
                asked = json.loads(line)
                text, context = _judged(asked)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise CommandError(f"line {number}: {type(error).__name__}") from None
            verdict = screen(text, context=context, language=asked.get("language"))
            sys.stdout.write(json.dumps(_line(asked.get("id"), verdict), ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _judged(asked: dict[str, Any]) -> tuple[str, list[Said]]:
    """Return the text to judge and what was said before it."""
    if "messages" not in asked or asked.get("text"):
        return str(asked["text"]), []
    messages = asked["messages"]
    last = max(i for i, message in enumerate(messages) if message["speaker"] == "A")
    earlier = messages[max(0, last - numbers.CONTEXT_MESSAGES) : last]
    return str(messages[last]["text"]), [Said(str(m["text"]), own=m["speaker"] == "A") for m in earlier]


def _line(key: Any, verdict: Verdict) -> dict[str, Any]:
    """Return what is printed of one verdict."""
    if verdict.level is not None:
        risk = RISK_BY_LEVEL[verdict.level]
    elif verdict.soft:
        risk = SOFT_RISK
    else:
        risk = QUIET_RISK if verdict.quiet else 0.0
    return {
        "id": key,
        "flag": verdict.flagged,
        "level": verdict.level.value if verdict.level else None,
        "visibility": verdict.visibility.value,
        "language": verdict.language,
        "scores": {**(verdict.scores or {}), "risk": risk},
        "reasons": [reason.to_dict() for reason in verdict.reasons],
    }
