"""What becomes of each part of a form: a file, a field, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from api.failure import rejected_field
from api.form_stream import malformed
from shared.blobs import Written
from shared.documents.file_name import clean_name
from shared.documents.signature import signature_of

FILE = "file"
"""The name of the parts that are files."""
FIELD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file of a request; ``mime_type`` is what its beginning shows, else what was said."""

    field: str
    name: str
    mime_type: str
    written: Written


class Writer(Protocol):
    """Takes the content of one file; ``beginning`` are its first bytes."""

    beginning: bytes

    def write(self, data: bytes) -> None:
        """Take a piece of it."""

    def finish(self) -> Written:
        """It is complete."""

    def discard(self) -> None:
        """It will not be completed."""


class Files(Protocol):
    """Where the files of a form go: the blob store, as a rule."""

    def writer(self) -> Writer:
        """Begin a file."""

    def remove(self, key: str) -> None:
        """Remove a file."""


class Part(Protocol):
    """What is done with one part of the form."""

    def write(self, data: bytes) -> None:
        """Take a piece of it."""

    def end(self) -> None:
        """It was the last one."""

    def drop(self) -> None:
        """It will not be completed."""


class Nothing:
    """A part that nobody asked for."""

    def write(self, data: bytes) -> None:
        """Forget it."""

    def end(self) -> None:
        """Nothing was kept."""

    def drop(self) -> None:
        """Nothing was kept."""


class FieldPart:
    """An ordinary field; the first of a name counts."""

    def __init__(self, name: str | None, fields: dict[str, str]) -> None:
        if name is None:
            raise malformed("a part has no name.")
        self._name = name
        self._fields = fields
        self._value = bytearray()

    def write(self, data: bytes) -> None:
        """Add to the value."""
        self._value += data
        if len(self._value) > FIELD_BYTES:
            raise rejected_field(self._name, f"may have at most {FIELD_BYTES} bytes.")

    def end(self) -> None:
        """The value is complete."""
        try:
            self._fields.setdefault(self._name, self._value.decode())
        except UnicodeDecodeError:
            raise rejected_field(self._name, "must be UTF-8.") from None

    def drop(self) -> None:
        """Nothing was kept."""


class FilePart:
    """A file; its blob is begun with its first byte."""

    def __init__(
        self,
        blobs: Files,
        filename: str,
        said: str,
        spend: Callable[[int], None],
        done: Callable[[UploadedFile], None],
    ) -> None:
        self._blobs = blobs
        self._spend = spend
        self._done = done
        self._filename = filename
        self._said = said
        self._writer: Writer | None = None

    def write(self, data: bytes) -> None:
        """Send it on."""
        if not data:
            return
        self._spend(len(data))
        if self._writer is None:
            self._writer = self._blobs.writer()
        self._writer.write(data)

    def end(self) -> None:
        """The file is complete."""
        if self._writer is not None:
            written = self._writer.finish()
            kind = signature_of(self._writer.beginning) or self._said
            self._done(UploadedFile(FILE, clean_name(self._filename), kind, written))
        elif self._filename:
            raise rejected_field(FILE, f"{clean_name(self._filename)} is empty.")

    def drop(self) -> None:
        """Remove what came."""
        if self._writer is not None:
            self._writer.discard()
