"""Files that a request brings: each goes to the blob store as it comes in, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from werkzeug.sansio.multipart import Data, Field, File

from api.digests import Digests
from api.failure import Kind, Rejected
from api.form_parts import FILE, FieldPart, FilePart, Files, Nothing, Part, UploadedFile
from api.form_stream import form_events, too_large
from shared.blobs import not_kept
from shared.errors import Unavailable
from shared.yard import Yard

__all__ = ["FILE", "Upload", "UploadedFile", "digested", "receive", "uploaded"]
MOST_PARTS = 1000
Check = Callable[[Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class Upload:
    """The files of a request, in order, and its other fields."""

    files: list[UploadedFile] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


@contextmanager
def uploaded(yard: Yard, check: Check = lambda _: None) -> Iterator[Upload]:
    """What the request at hand brings; files that nobody has kept at the end are removed.

    ``check`` is given the fields that came before a file, and may refuse them before the file is
    read. `Rejected` for what is no form, too large, or has an empty file.
    """
    upload = receive(yard.blobs, yard.settings.max_upload_bytes, check)
    is_known = True
    try:
        yield upload
    except Unavailable as error:
        is_known = not error.outcome_unknown
        raise
    finally:
        if is_known:
            _remove_not_kept(yard, upload)


def digested(largest: int) -> Upload:
    """What the request at hand brings; its files are known by their hashes, and stored nowhere."""
    return receive(Digests(), largest)


def receive(blobs: Files, largest: int, check: Check = lambda _: None) -> Upload:
    """Read the request at hand; where that fails, nothing of it is left.

    Together its files may have ``largest`` bytes.
    """
    receiver = _Receiver(blobs, largest, check)
    try:
        for event in form_events(largest):
            receiver.take(event)
    except BaseException:
        receiver.drop()
        raise
    return receiver.upload


def _remove_not_kept(yard: Yard, upload: Upload) -> None:
    """Where the store does not answer, the files are swept later."""
    keys = [file.written.key for file in upload.files]
    with suppress(Unavailable):
        with yard.store.read() as tx:
            left = not_kept(tx, keys) if keys else []
        for key in left:
            yard.blobs.remove(key)


class _Receiver:
    """Puts the parts of a form where they belong."""

    def __init__(self, blobs: Files, largest: int, check: Check) -> None:
        self.upload = Upload()
        self._blobs = blobs
        self._largest = self._left = largest
        self._check = check
        self._parts = 0
        self._part: Part = Nothing()

    def take(self, event: object) -> None:
        """Do what ``event`` of the form asks for."""
        match event:
            case File(name=name, filename=filename) as file:
                self._begin(self._file(name, filename, file.headers.get("Content-Type", "")))
            case Field(name=name):
                self._begin(FieldPart(name, self.upload.fields))
            case Data(data=data, more_data=more):
                self._part.write(data)
                if not more:
                    self._part.end()
                    self._part = Nothing()

    def _spend(self, count: int) -> None:
        """Note that ``count`` bytes of files came."""
        self._left -= count
        if self._left < 0:
            raise too_large(self._largest)

    def drop(self) -> None:
        """Remove everything that came."""
        with suppress(Unavailable):
            self._part.drop()
            for file in self.upload.files:
                self._blobs.remove(file.written.key)

    def _begin(self, part: Part) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise Rejected(Kind.BODY_TOO_LARGE, f"A form may have at most {MOST_PARTS} parts.")
        self._part = part

    def _file(self, name: str | None, filename: str, said: str) -> Part:
        if name != FILE:
            return Nothing()
        self._check(self.upload.fields)
        return FilePart(self._blobs, filename, said, self._spend, self.upload.files.append)
