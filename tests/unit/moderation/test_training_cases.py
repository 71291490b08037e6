"""The training cases are what docs/labelling.md says they are."""

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from moderation.training import nearness

PATH = Path(nearness.__file__).with_name("cases.jsonl")
FLAGGED = {"moderate", "high", "imminent"}
CATEGORIES = {
    "self_risk",
    "other_risk",
    "violence_threat",
    "abuse",
    "domestic_danger",
    "feared_harm",
    "encouragement",
}

Case = dict[str, Any]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    with PATH.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def whole(case: Case) -> str:
    return case.get("text") or "\n".join(one["text"] for one in case["messages"])


def test_there_are_enough_of_each(cases: list[Case]) -> None:
    assert len(cases) >= 6_000
    of_each = Counter(case["functionality"] for case in cases)
    assert min(of_each.values()) >= 100, of_each


def test_each_is_whole(cases: list[Case]) -> None:
    for case in cases:
        assert case["expect_severity"] in FLAGGED | {"none", "low"}, case["id"]
        assert case["expect_flag"] is (case["expect_severity"] in FLAGGED), case["id"]
        expected = CATEGORIES if case["expect_flag"] else {"none"}
        assert case["category"] in expected, case["id"]
        if "messages" in case:
            assert case["messages"][-1]["speaker"] == "A", case["id"]
        assert whole(case).strip(), case["id"]


def test_nearly_every_danger_has_a_twin_without_one(cases: list[Case]) -> None:
    by_id = {case["id"]: case for case in cases}
    assert len(by_id) == len(cases)
    dangers = [case for case in cases if case["expect_flag"]]
    twins = [by_id[case["twin"]] for case in dangers if case["twin"]]
    assert len(twins) > 0.95 * len(dangers)
    assert not any(twin["expect_flag"] for twin in twins)


def test_no_topic_is_in_two_splits(cases: list[Case]) -> None:
    splits = defaultdict(set)
    for case in cases:
        splits[case["topic"]].add(case["split"])
    assert all(len(found) == 1 for found in splits.values()), splits
    assert {"train", "dev", "test"} == set().union(*splits.values())


def test_no_two_are_nearly_the_same(cases: list[Case]) -> None:
    assert nearness.near_pairs([whole(case) for case in cases]) == []


def test_what_is_nearly_the_same_is_found() -> None:
    texts = ["i can't do this any more", "I cant do this anymore!!", "the bus was late again", "hi", "hi."]
    assert {(pair.left, pair.right) for pair in nearness.near_pairs(texts)} == {(0, 1), (3, 4)}
