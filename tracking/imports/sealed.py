"""The file that somebody brought, as it lies on the disk: encrypted block by block, under a key of its own.

The key stands in the import's row, itself encrypted. Without the row a file is noise, whoever finds it.
"""

import io
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from runtime.keyset import new_keyset, primitive

BLOCK: Final = 262_144  # bytes of the file in one block
OVERHEAD: Final = 33  # of Tink's AES-GCM: 5 that name the key, 12 of nonce, 16 of tag


def path_of(import_id: UUID) -> Path:
    """Return where an import's file lies."""
    folder: Path = settings.IMPORT_DIR
    return folder / f"{import_id}.sealed"


def discard(import_id: UUID) -> None:
    """Take an import's file away, if there is one."""
    path_of(import_id).unlink(missing_ok=True)


def lying(now: datetime) -> Iterator[tuple[UUID, float]]:
    """Return the files that lie here: whose they are, and how many seconds nobody has written to them."""
    folder: Path = settings.IMPORT_DIR
    for path in folder.glob("*.sealed"):
        try:
            yield UUID(path.stem), now.timestamp() - path.stat().st_mtime
        except (ValueError, FileNotFoundError):
            continue


def _bound_to(import_id: UUID, place: int) -> bytes:
    return f"import:{import_id}:{place}".encode()


class Writer:
    """Writes one file. It is whole after `close`, with `size` bytes under `key`."""

    def __init__(self, import_id: UUID) -> None:
        self.import_id = import_id
        self.key = new_keyset()
        self.size = 0
        self._cipher = primitive(self.key)
        self._held = bytearray()
        self._blocks = 0
        path = path_of(import_id)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def write(self, data: bytes) -> None:
        """Add some bytes."""
        self.size += len(data)
        self._held += data
        while len(self._held) >= BLOCK:
            self._seal(bytes(self._held[:BLOCK]))
            del self._held[:BLOCK]

    def close(self) -> None:
        """Write what is left."""
        if not self._file.closed:
            if self._held:
                self._seal(bytes(self._held))
            self._held.clear()
            self._file.close()

    def discard(self) -> None:
        """Take the file away again."""
        self._held.clear()
        self._file.close()
        discard(self.import_id)

    def _seal(self, block: bytes) -> None:
        self._file.write(self._cipher.encrypt(block, _bound_to(self.import_id, self._blocks)))
        self._blocks += 1


class Reader(io.RawIOBase):
    """Reads one file. Raises `FileNotFoundError` where none lies here, `TinkError` if it was changed."""

    def __init__(self, import_id: UUID, key: str, size: int) -> None:
        self._import_id = import_id
        self._cipher = primitive(key)
        self._size = size
        self._file = path_of(import_id).open("rb")
        self._at = 0
        self._block = b""
        self._place = -1

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that one can go back in it."""
        return True

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, into: Any) -> int:
        """Read the next bytes, of one block at most."""
        left = self._size - self._at
        if left <= 0:
            return 0
        place, inside = divmod(self._at, BLOCK)
        if place != self._place:
            self._file.seek(place * (BLOCK + OVERHEAD))
            sealed = self._file.read(BLOCK + OVERHEAD)
            self._block = self._cipher.decrypt(sealed, _bound_to(self._import_id, place))
            self._place = place
        data = self._block[inside : inside + min(len(into), left)]
        into[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()
