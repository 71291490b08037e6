"""What the pages say is so: configuration, links, commands, folders, words that never belong here."""

import re
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.unit.house.environments import every_variable, read_recording

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)\)")


def documented() -> dict[str, str]:
    """The rows of the README's table: variable and default."""
    return {name: default for name, default, _ in ROW.findall((ROOT / "README.md").read_text())}


def test_the_table_names_every_variable_and_no_other(tmp_path: Path) -> None:
    assert set(documented()) == every_variable(tmp_path)


@pytest.mark.parametrize(
    ("name", "default"),
    [
        (name, default[1:-1])
        for name, default in documented().items()
        if re.fullmatch(r"`[^`]+`", default) and not default.endswith("/`")
    ],
)
def test_the_default_in_the_table_is_the_default(name: str, default: str, tmp_path: Path) -> None:
    unset, _ = read_recording({}, tmp_path)
    told, _ = read_recording({name: default}, tmp_path)
    assert asdict(told) == asdict(unset)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    missing = [link for link in targets if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_named_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    text = page.read_text()
    targets = set(re.findall(r"`make ([a-z-]+)`", text))
    assert {target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")}
    django = {"migrate", "collectstatic", "makemigrations", "check", "spectacular"}
    assert set(re.findall(r"`manage\.py (\w+)", text)) - commands - django == set()


def test_the_architecture_names_every_room_and_only_rooms() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    named = set(re.findall(r"^\| `(\w+)/` \|", text, re.MULTILINE))
    tracked = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    rooms = {path.split("/")[0] for path in tracked.stdout.splitlines() if "/" in path} - {".ci"}
    assert named == rooms


def test_the_floors_in_the_architecture_are_the_enforced_ones() -> None:
    contract = (ROOT / ".importlinter").read_text().split("layers =")[1].split("[")[0]
    drawn = (ROOT / "ARCHITECTURE.md").read_text().split("## Floors")[1].split("```")[1]
    assert [line.split() for line in drawn.split("\n") if line.strip()] == [
        line.replace("|", " ").split() for line in contract.split("\n") if line.strip()
    ]


def test_the_glossary_is_in_order_and_says_each_word_once() -> None:
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    assert words == sorted(set(words))
    assert len(words) > 40


def test_every_decision_is_listed() -> None:
    pages = {page.name for page in (ROOT / "docs" / "adr").glob("0*.md")}
    listed = set(re.findall(r"\]\((0\d+-[\w-]+\.md)\)", (ROOT / "docs" / "adr" / "README.md").read_text()))
    assert listed == pages
