"""`python -m tests.imports`: import an Apple Health export of 1 GB, and say how fast and in how much memory.

IMPORT_MEGABYTES gives another size; DATABASE_URL another database than a new SQLite file. Exit: 0 when all
was taken within 200 MB, and a second import added nothing.
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.imports.exports import written

MEGABYTES = int(os.environ.get("IMPORT_MEGABYTES", "1000"))
MOST_KB = 200_000
ROOT = Path(__file__).resolve().parents[2]
TOLD = re.compile(r"(\d+) added, (\d+) skipped, (\d+) refused\.")


def manage(*words: str, env: dict[str, str]) -> tuple[str, float, resource.struct_rusage]:
    """Run a command of the house; return what it wrote, its seconds and what it used."""
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    output = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, output
    return output, time.perf_counter() - began, used


def main() -> int:
    """Write the file, import it twice, and return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {"DATA_DIR": folder, "LOG_LEVEL": "WARNING"}
        env.setdefault("DATABASE_URL", f"sqlite:///{folder}/import.sqlite3")
        file = Path(folder) / "export.xml"
        records = written(file, MEGABYTES * 1_000_000)
        manage("migrate", "--verbosity", "0", env=env)
        manage("bootstrap", env=env)
        fine = True
        for turn in ("first", "again"):
            output, seconds, used = manage("import_apple_health", "bob", str(file), env=env)
            found = TOLD.search(output)
            assert found is not None, output
            added = int(found[1])
            memory, processor = used.ru_maxrss, used.ru_utime + used.ru_stime
            fine = fine and memory < MOST_KB and (added > 0) == (turn == "first")
            size = file.stat().st_size / 1e6
            print(
                f"{turn}: {size:,.0f} MB, {records:,} records, {added:,} added in {seconds:,.0f} s, of them "
                f"{processor:,.0f} s of a processor ({records / processor:,.0f} records, "
                f"{added / processor:,.0f} rows a second); {memory / 1_000:,.0f} MB of memory at most",
                flush=True,
            )
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
