"""The page's pure modules, under node's own test runner."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import lacking

HERE = Path(__file__).parent


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.mjs")), ids=lambda file: file.name.split(".")[0])
def test_the_modules_of_the_page(file: Path) -> None:
    node = shutil.which("node")
    if node is None:
        lacking("there is no node: install nodejs to test the page's pure modules")
    done = subprocess.run(
        [node, "--test", str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
