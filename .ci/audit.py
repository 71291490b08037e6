"""Look every installed package up for known vulnerabilities, and say which ones could not be looked up.

Exit: 1 when a package is vulnerable or the audit itself broke; else 0, also where the service cannot be
reached, which is then said plainly.
"""

import json
import subprocess
import sys
from pathlib import Path

UNREACHABLE = ("ConnectionError", "ServiceError", "Max retries", "timed out", "Temporary failure", "resolve")


def main() -> int:
    """Run pip-audit over this environment and report."""
    command = [Path(sys.executable).parent / "pip-audit", "--local", "--format", "json"]
    done = subprocess.run(
        [*command, "--progress-spinner", "off"], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        if any(word in done.stderr for word in UNREACHABLE):
            print(
                f"NOT AUDITED: the advisory service could not be reached, no package was looked up ({last})"
            )
            return 0
        print(f"the audit failed: {last}")
        return 1
    unaudited = [package["name"] for package in packages if "skip_reason" in package]
    vulnerable = [package for package in packages if package.get("vulns")]
    for package in vulnerable:
        for found in package["vulns"]:
            fixed = ", ".join(found.get("fix_versions", [])) or "no release yet"
            print(f"VULNERABLE: {package['name']} {package['version']}: {found['id']} (fixed in {fixed})")
    if unaudited:
        print(f"UNAUDITED (could not be looked up): {', '.join(unaudited)}")
    audited = len(packages) - len(unaudited)
    print(f"audited {audited} of {len(packages)} packages, {len(vulnerable)} vulnerable")
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
