"""A file on its way in: sealed as it comes, never whole in memory and never plain on the disk."""

from typing import Any
from uuid import uuid4

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from tracking.imports.sealed import BLOCK, Writer
from tracking.numbers import IMPORT_BYTES


class SealedUpload(UploadedFile):  # type: ignore[type-arg]
    """What came: it goes with its request, unless an import has taken it over."""

    def __init__(self, writer: Writer, **told: Any) -> None:
        super().__init__(name="file", size=writer.size, **told)
        self.writer = writer
        self.taken = False

    def close(self) -> None:
        """Take the file away if nobody has taken it over."""
        if not self.taken:
            self.writer.discard()


class Sealing(FileUploadHandler):
    """Takes the part named `file`, once; other files are let pass."""

    chunk_size = BLOCK

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._writer: Writer | None = None
        self._done = False
        self.file = self  # what Django closes when a body breaks off in the middle of a file

    def new_file(self, field_name: str, *args: Any, **told: Any) -> None:
        """Begin a file. Raises `SkipFile` for one that nobody asked for."""
        super().new_file(field_name, *args, **told)
        if field_name != "file" or self._done:
            raise SkipFile
        self._done = True
        self._writer = Writer(uuid4())

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Seal what came. Raises `RequestDataTooBig` past the limit."""
        if self._writer is None:
            return raw_data
        self._writer.write(raw_data)
        if self._writer.size > IMPORT_BYTES:
            self.upload_interrupted()
            raise RequestDataTooBig
        return None

    def file_complete(self, file_size: int) -> SealedUpload | None:
        """Return the file."""
        if self._writer is None:
            return None
        self._writer.close()
        writer, self._writer = self._writer, None
        return SealedUpload(writer, content_type=self.content_type)

    def close(self) -> None:
        """See `file`."""
        self.upload_interrupted()

    def upload_interrupted(self) -> None:
        """Leave nothing of a file that did not come whole."""
        if self._writer is not None:
            self._writer.discard()
            self._writer = None
