"""A content that may be published: out of the library, or a file below the local roots."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from shared.blobs import Written, key_of
from shared.documents.file_name import clean_name
from shared.material.check import MaterialRefused, check_file
from shared.material.material import Material, MaterialState
from shared.settings import Settings
from shared.sites.outcome import NotAccepted
from shared.sources.local import LocalSource
from shared.sources.source import Entry, FileUnread
from shared.yard import Yard
from workers.scripts.posting.chosen import Piece

HASHES_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Brought:
    """A piece whose content lies at ``key`` in the blob store; ``written`` where only we know."""

    piece: Piece
    key: str
    written: Written | None = None


class Candidate(Protocol):
    """What may be chosen. Both calls raise `NotAccepted`, naming the file."""

    @property
    def name(self) -> str:
        """What its owner calls it."""

    def sha256(self) -> str:
        """The hash of its content, by which its uses are remembered."""

    def bring(self) -> Brought:
        """Look into it, once it is in the blob store."""


@dataclass(frozen=True, slots=True)
class LibraryCandidate:
    """Material of the library, whether it was checked by now or not."""

    yard: Yard
    material: Material

    @property
    def name(self) -> str:
        """Its name in the library."""
        return self.material.name

    def sha256(self) -> str:
        """The hash of its content."""
        return self.material.sha256

    def bring(self) -> Brought:
        """Its facts as they are known, or found now."""
        if self.material.state == MaterialState.REFUSED:
            raise unusable(self.name, str(self.material.error))
        with self.yard.store.read() as tx:
            key = key_of(tx, self.material.sha256)
        if not self.material.is_checked:
            content = Written(self.material.sha256, key, self.material.size_bytes)
            return Brought(looked_into(self.yard, self.name, content), key)
        return Brought(_piece_of(self.material), key)


@dataclass(frozen=True, slots=True)
class LocalCandidate:
    """A file of this machine; its content is copied, so that nobody changes it afterwards."""

    yard: Yard
    source: LocalSource
    entry: Entry

    @property
    def name(self) -> str:
        """The file's own name, as far as it is text."""
        return clean_name(self.entry.path)

    def sha256(self) -> str:
        """The hash of its content, read again only where the file has changed."""
        self._require_small()
        try:
            return _hash_of(self.entry.key, str(self.entry.tag), self.yard.settings)
        except FileUnread as error:
            raise unreadable(self.name, str(error)) from error

    def bring(self) -> Brought:
        """Copy it into the blob store, and look into the copy."""
        self._require_small()
        try:
            with self.yard.blobs.writer() as writer:
                for chunk in self.source.chunks(self.entry):
                    writer.write(chunk)
                written = writer.finish()
        except FileUnread as error:
            raise unreadable(self.name, str(error)) from error
        try:
            piece = looked_into(self.yard, self.name, written)
        except NotAccepted:
            self.yard.blobs.remove(written.key)
            raise
        return Brought(piece, written.key, written)

    def _require_small(self) -> None:
        most = self.yard.settings.max_upload_bytes
        if (self.entry.size_bytes or 0) > most:
            raise unusable(self.name, f"it is larger than {most} bytes.")


def looked_into(yard: Yard, name: str, content: Written) -> Piece:
    """The piece that ``content`` is; `NotAccepted` where it is no material at all."""
    with yard.blobs.local(content.key) as path:
        try:
            facts = check_file(path)
        except MaterialRefused as error:
            raise unusable(name, str(error)) from error
    return Piece(name=name, sha256=content.sha256, size_bytes=content.size_bytes, **asdict(facts))


def unreadable(name: str, why: str) -> NotAccepted:
    """The file is there, and cannot be read."""
    return NotAccepted(f"{name} cannot be read: {why}", code="MATERIAL_UNREADABLE")


def unusable(name: str, why: str) -> NotAccepted:
    """The file can be read, and nothing can be made of it."""
    return NotAccepted(f"{name} cannot be published: {why}", code="MATERIAL_UNUSABLE")


def _piece_of(material: Material) -> Piece:
    return Piece(
        name=material.name,
        sha256=material.sha256,
        size_bytes=material.size_bytes,
        kind=str(material.kind),
        media_type=material.media_type,
        width=material.width,
        height=material.height,
        duration_seconds=material.duration_seconds,
    )


@lru_cache(maxsize=HASHES_KEPT)
def _hash_of(path: str, _tag: str, settings: Settings) -> str:
    """``_tag`` changes with the content, so what is remembered is true."""
    digest = sha256()
    for chunk in LocalSource(Path(path), settings).chunks(Entry(path, path)):
        digest.update(chunk)
    return digest.hexdigest()
