"""A file out of an archive, from bytes that nobody has to trust. Pure.

Names in it are looked at and never used as paths: nothing is unpacked to a disk.
"""

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final, cast

from tracking.imports.items import Unreadable
from tracking.numbers import DIRECTORY_BYTES, UNPACKED_BYTES, UNPACKED_TIMES

MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
SMALL: Final = 10 * 1_048_576  # an archive may unpack to this, however well it was packed
ENCRYPTED: Final = 0x1


def is_zip(file: BinaryIO) -> bool:
    """Return whether a file begins as an archive does."""
    head = file.read(4)
    file.seek(0)
    return head in MAGIC


def opened(file: BinaryIO) -> zipfile.ZipFile:
    """Return the archive. Raises `Unreadable` for none, and for one whose list of files is too long."""
    try:
        return zipfile.ZipFile(cast(Any, _Careful(file)))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        raise Unreadable("malformed") from None


def members(archive: zipfile.ZipFile, wanted: Callable[[str], bool]) -> list[zipfile.ZipInfo]:
    """Return the files whose lower-case name, without its folders, is wanted; one without a name never is."""
    return [
        one
        for one in archive.infolist()
        if one.filename and not one.is_dir() and wanted(PurePosixPath(one.filename).name.lower())
    ]


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    """Return a file of the archive as a stream that ends where a bomb would begin. Raises `Unreadable`."""
    if info.compress_type not in METHODS or info.flag_bits & ENCRYPTED:
        raise Unreadable("malformed")
    try:
        inner = archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise Unreadable("malformed") from None
    most = min(UNPACKED_BYTES, max(SMALL, UNPACKED_TIMES * info.compress_size))
    return cast(BinaryIO, io.BufferedReader(_Unpacked(cast(BinaryIO, inner), most), 65_536))


class _Careful:
    """A file of which nobody reads much at once: `zipfile` takes an archive's whole list into memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek = file.seek
        self.tell = file.tell

    def read(self, count: int = -1) -> bytes:
        """Return the next bytes. Raises ValueError where too many are asked for."""
        data = self._file.read(min(count, DIRECTORY_BYTES + 1) if count >= 0 else DIRECTORY_BYTES + 1)
        if len(data) > DIRECTORY_BYTES:
            raise ValueError("too much at once")
        return data

    def seekable(self) -> bool:
        """Return that one can go back in it."""
        return True

    def close(self) -> None:
        """Leave the file open: it is its owner's."""


class _Unpacked(io.RawIOBase):
    """What comes out of an archive, counted. It knows no way back."""

    def __init__(self, inner: BinaryIO, most: int) -> None:
        self._inner = inner
        self._left = most

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, into: Any) -> int:
        """Read the next bytes. Raises `Unreadable` past the limit, and for what is damaged."""
        try:
            data = self._inner.read(len(into))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
            raise Unreadable("malformed") from None
        self._left -= len(data)
        if self._left < 0:
            raise Unreadable("too_large")
        into[: len(data)] = data
        return len(data)
