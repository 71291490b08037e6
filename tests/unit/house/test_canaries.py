"""What the suite looks for in the logs of its houses, and what it says of a find."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.canaries import Canaries
from tests.servers import ROOT, house_environment


@pytest.fixture
def gathered() -> Canaries:
    made = Canaries()
    made.note_all(
        {
            "type": "send",
            "text": "I feel so low",
            "stream": "room:0123456789abcdef",
            "member": {"id": "m_0123456789", "name": "Quiet Otter"},
            "profile": {"medical_history": 'asthma, "mild"'},
            "people": [{"username": "alice", "email": "alice@example.org"}],
        }
    )
    return made


def line(**more: str) -> str:
    return json.dumps({"event": "request", "route": "api/v1/rooms/", **more})


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("I feel so low", "text"),
        ("he said: I feel so low.", "text"),
        ("Quiet Otter", "name"),
        ("m_0123456789", "identifier"),
        ("room:0123456789abcdef", "identifier"),
        ('asthma, "mild"', "text"),
        ("alice", "username"),
        ("somebody@example.com", "e-mail"),
        ("203.0.113.9", "address"),
        ("g1_abcdefghijklmnopqrstuv", "token"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.abc", "token"),
        ("Bearer abcdefghijklmnopqrstuv", "token"),
    ],
)
def test_a_find_is_named_and_never_quoted(gathered: Canaries, told: str, kind: str) -> None:
    [found] = [one for one in gathered.look("a log", f"{line()}\n{line(why=told)}") if one.kind == kind]
    assert str(found) == f"a log, line 2 (request): {kind}"
    assert told not in str(found)
    assert found in gathered.findings


@pytest.mark.parametrize(
    "told", ["", "malice", "Listening on 127.0.0.1", "api/v1/users/<uuid:user_id>/", "4.2.3", "low"]
)
def test_what_names_nobody_is_no_find(gathered: Canaries, told: str) -> None:
    assert gathered.look("a log", line(why=told)) == []


def test_one_word_of_ours_is_not_looked_for(gathered: Canaries) -> None:
    gathered.note_all({"text": "request", "name": "route", "username": "al"})
    assert gathered.look("a log", line()) == []


def test_a_line_that_is_no_event_is_not_quoted_either(gathered: Canaries) -> None:
    [found] = gathered.look("a log", "Traceback: alice")
    assert str(found) == "a log, line 1 (no event of ours): username"


TELLING = """
from tests.canaries import canaries

def test_something_is_said() -> None:
    canaries.note("password", "correct horse battery")
    canaries.look("a web server's log", "all is well\\nthey said correct horse battery")
"""


def test_a_run_in_which_a_log_tells_fails_and_names_the_place(tmp_path: Path) -> None:
    (tmp_path / "test_telling.py").write_text(TELLING)
    plain = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-p", "no:django", "-o", "addopts="]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plain, "--rootdir", str(ROOT), str(tmp_path / "test_telling.py")],
        cwd=ROOT,
        env=house_environment({}),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1
    assert "a web server's log, line 2 (no event of ours): password" in done.stdout
    assert "correct horse" not in done.stdout
