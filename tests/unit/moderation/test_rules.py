"""Every rule keeps its own examples; a broken file is refused and says why."""

from pathlib import Path

import pytest

from moderation.models import CaseFlag
from moderation.policy.book import compile_book
from moderation.policy.language import guess
from moderation.policy.minimal import MINIMAL
from moderation.policy.rules import RulesError, read
from moderation.policy.verdict import Said
from moderation.screening import RULES_DIR, Screener, broken_examples, read_rules

BOOK = read_rules()
EXAMPLES = [
    pytest.param(owned.rule, example, expected, id=f"{owned.rule.id}-{'yes' if expected else 'no'}-{n}")
    for owned in BOOK.rules
    for examples, expected in ((owned.rule.match, True), (owned.rule.no_match, False))
    for n, example in enumerate(examples)
]
GOOD = """
schema: 1
language: en
version: "1"
sets: {die: [die, be dead]}
guards: {negated: {where: before, any: [not, dont]}}
rules:
  - {id: a, version: 1, mode: live, owner: me, category: self_risk, level: L3, on_unknown: no,
     any: ["want to ~2 <die>"], unless: [negated], match: ["i want to die"], no_match: ["i dont want to die"]}
"""


@pytest.mark.parametrize(("rule", "example", "expected"), EXAMPLES)
def test_a_rule_keeps_its_own_examples(rule: object, example: tuple[str, ...], expected: bool) -> None:
    *earlier, text = example
    context = [Said(one.removeprefix("B: "), own=not one.startswith("B: ")) for one in earlier]
    facts = BOOK.facts(text, context=context, guess=guess)
    assert any(reason.rule == rule.id for reason in facts.reasons) is expected  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "hi", "pt"])
def test_a_language_has_at_least_sixty_phrases(language: str) -> None:
    rules = read((RULES_DIR / f"{language}.yml").read_text("utf-8"), language).rules
    assert sum(len(rule.any) for rule in rules) >= 60


def test_no_language_skips_a_word_that_another_needs() -> None:
    files = [read(path.read_text("utf-8"), path.stem) for path in sorted(RULES_DIR.glob("*.yml"))]
    for file in files:
        patterns = [pattern for rule in file.rules for pattern in rule.any]
        patterns += [pattern for guard in file.guards.values() for pattern in guard.any + guard.unless]
        used = {
            word for one in patterns for stretch in one.stretches for phrase in stretch for word in phrase
        }
        for other in files:
            if other is not file:
                assert used.isdisjoint(other.fillers - file.fillers), f"{other.language} in {file.language}"


@pytest.mark.parametrize(
    "text",
    [
        "Spero che tu stia bene, ci vediamo domani a cena da mia madre",
        "On se voit demain au lycée, j'ai fini mon exposé sur les volcans",
        "Morgen fahre ich mit meiner Schwester ans Meer, endlich Ferien",
        "Amanhã vou com a minha irmã ao mercado e depois fazemos bolo",
        "Mañana voy con mi hermana al mercado y luego hacemos pan",
        "Kal main apni behen ke saath bazaar jaunga, phir chai piyenge",
    ],
)
def test_plain_talk_rings_in_no_language(text: str) -> None:
    assert BOOK.facts(text, guess=guess).reasons == ()


def test_the_built_in_list_keeps_its_examples() -> None:
    assert broken_examples(compile_book([read(MINIMAL, "built-in")])) == []


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        ("schema: 1", "schema: 7", "schema"),
        ("on_unknown: no,", "", "on_unknown is missing"),
        ("on_unknown: no", "on_unknown: perhaps", "yes or no"),
        ("mode: live", "mode: loud", "off, shadow, live"),
        ("level: L3", "level: L9", "level must be"),
        ("<die>", "<dye>", "no set named 'dye'"),
        ("unless: [negated]", "unless: [nagated]", "no guard named nagated"),
        ("~2", "~99", "a gap is"),
        ("category: self_risk", "kategory: self_risk", "unknown: kategory"),
        ('match: ["i want to die"]', "match: []", "needs an example"),
    ],
)
def test_a_broken_file_is_refused_with_its_mistake(wrong: str, right: str, says: str) -> None:
    with pytest.raises(RulesError, match=says):
        read(GOOD.replace(wrong, right, 1), "test.yml")


def test_text_that_is_no_yaml_is_refused() -> None:
    with pytest.raises(RulesError, match="not YAML"):
        read("rules: [", "test.yml")


def test_a_broken_file_leaves_the_old_rules_in_force(tmp_path: Path) -> None:
    file = tmp_path / "en.yml"
    file.write_text(GOOD)
    screener = Screener(tmp_path)
    file.write_text(GOOD.replace("schema: 1", "schema: 2"))
    assert not screener.reload()
    assert screener.error
    assert screener.screen("i want to die").level == "L3"


def test_a_rule_that_fails_its_own_example_is_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "en.yml"
    file.write_text(GOOD)
    screener = Screener(tmp_path)
    file.write_text(GOOD.replace("want to ~2 <die>", "need to ~2 <die>"))
    assert not screener.reload()
    assert screener.screen("i want to die").level == "L3"


def test_with_no_readable_rules_the_built_in_list_serves(tmp_path: Path) -> None:
    (tmp_path / "en.yml").write_text("nonsense")
    screener = Screener(tmp_path)
    assert screener.error
    assert screener.screen("i want to kill myself").level == "L3"
    assert screener.screen("hello there").level is None


def test_a_shadow_rule_decides_nothing_but_is_seen(tmp_path: Path) -> None:
    (tmp_path / "en.yml").write_text(GOOD.replace("mode: live", "mode: shadow"))
    verdict = Screener(tmp_path).screen("i want to die")
    assert verdict.level is None
    assert [reason.rule for reason in verdict.shadow] == ["a"]


@pytest.mark.parametrize(("answer", "level"), [("yes", "L3"), ("no", None)])
def test_what_is_unknown_is_decided_by_on_unknown(tmp_path: Path, answer: str, level: str | None) -> None:
    scored = GOOD.replace(
        "on_unknown: no", f"on_unknown: {answer}, score: {{label: self_risk, at_least: 0.5}}"
    )
    (tmp_path / "en.yml").write_text(scored)
    screener = Screener(tmp_path)
    assert screener.screen("i want to die").level == level
    assert screener.screen("i want to die", scores={"self_risk": 0.4}).level is None
    assert screener.screen("i want to die", scores={"self_risk": 0.55}).level == "L3"


def test_what_names_the_rules_fits_beside_every_flag() -> None:
    room = CaseFlag._meta.get_field("rules_version").max_length
    assert len(read_rules().version) <= room - 16  # there may be more languages
