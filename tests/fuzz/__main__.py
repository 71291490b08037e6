"""`python -m tests.fuzz`: a long walk through every door of the OpenAPI document.

FUZZ_SEED gives another one; FUZZ_EDGES and FUZZ_INVENTED say how many cases each operation gets at most.
Exit: 0 when every answer was as documented.
"""

import os
import sys

from tests.run import pytest

LONG = {"FUZZ_LONG": "1", "FUZZ_EDGES": "200", "FUZZ_INVENTED": "30"}


def main() -> int:
    """Walk, and return the exit status."""
    options = ("-q", "-s", "-p", "no:faulthandler", "--timeout=0")
    output, status = pytest(["tests/fuzz"], {**LONG, **os.environ}, *options, seconds=None)
    print(output, flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
