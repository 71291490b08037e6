"""The door every message passes: rules (and later scores) in, one verdict out."""

from collections.abc import Mapping, Sequence

from moderation.policy.verdict import Said, Verdict


def screen(
    text: str,
    *,
    context: Sequence[str | Said] = (),
    language: str | None = None,
    scores: Mapping[str, float] | None = None,
    model_version: str = "",
) -> Verdict:
    """Return the verdict on one message, in microseconds; no I/O.

    `context` is up to three earlier messages, oldest first (a `str` is the sender's own); `scores` a classifier's
    labels, if one answered.
    """
    return Verdict.clear()
