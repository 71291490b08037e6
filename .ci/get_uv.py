"""Fetch uv, the installer, at the version and with the hash that uv.lock names. Needs Python 3.11 and no pip.

`python3 .ci/get_uv.py FOLDER` leaves FOLDER/bin/uv. Where the archive cannot be fetched directly (a private
mirror), pip is asked for it in a virtual environment.
"""

import hashlib
import io
import platform
import subprocess
import sys
import tomllib
import urllib.request
import venv
import zipfile
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "uv.lock"
MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}


def locked() -> dict:
    """Return what the lock says about uv: `version` and `wheels`."""
    packages = tomllib.loads(LOCK.read_text(encoding="utf-8"))["package"]
    return next(package for package in packages if package["name"] == "uv")


def wheel(package: dict) -> dict:
    """Return the wheel for this machine. Raises SystemExit where uv has none."""
    machine = MACHINES.get(platform.machine().lower(), platform.machine())
    if sys.platform == "darwin":
        tags = ("macosx", "arm64" if machine == "aarch64" else machine)
    else:
        tags = ("manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux", machine)
    for candidate in package["wheels"]:
        name = candidate["url"].rsplit("/", 1)[-1]
        if all(tag in name for tag in tags):
            return candidate
    raise SystemExit(f"uv has no build for {sys.platform} on {machine}: install uv by hand and try again")


def fetch(folder: Path, package: dict) -> None:
    """Write uv from its archive, checked against the lock. Raises OSError where it cannot be fetched."""
    chosen = wheel(package)
    with urllib.request.urlopen(chosen["url"], timeout=60) as answer:
        archive = answer.read()
    if "sha256:" + hashlib.sha256(archive).hexdigest() != chosen["hash"]:
        raise SystemExit("uv's archive is not the one in uv.lock: nothing was installed")
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        member = next(name for name in opened.namelist() if name.endswith("/scripts/uv"))
        program = folder / "bin" / "uv"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_bytes(opened.read(member))
        program.chmod(0o755)


def ask_pip(folder: Path, package: dict) -> None:
    """Install uv with pip, which knows this machine's mirrors. Raises SystemExit."""
    try:
        venv.create(folder, with_pip=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, f"uv=={package['version']}"], check=True)
    except (subprocess.CalledProcessError, OSError) as error:
        raise SystemExit(f"uv could not be fetched ({error}): install it by hand and try again") from None


def main() -> None:
    """Fetch uv into the folder named on the command line."""
    folder = Path(sys.argv[1])
    package = locked()
    try:
        fetch(folder, package)
    except OSError:
        ask_pip(folder, package)


if __name__ == "__main__":
    main()
