"""Bringing files from a source: all of them listed, one of them read, within limits."""

from __future__ import annotations

from collections.abc import Callable

from shared.blobs import Writer, Written
from shared.sources.options import SourceOptions
from shared.sources.source import MOST_FILES, Entry, FileUnread, Source, unusable


def listed(source: Source, options: SourceOptions, look: Callable[[], None]) -> list[Entry]:
    """The files that ``options`` want; ``look`` is called for each, to raise where to stop."""
    entries: list[Entry] = []
    for entry in source.entries(options.recursive):
        look()
        if not options.wants(entry.path):
            continue
        if len(entries) == MOST_FILES:
            raise unusable(f"The source has more than {MOST_FILES} files.")
        entries.append(entry)
    return entries


def copied(
    source: Source, entry: Entry, writer: Writer, most_bytes: int, look: Callable[[], None]
) -> Written:
    """The file, written to the blob store; `FileUnread` where it is too large or not to be had."""
    too_large = f"The file is larger than {most_bytes} bytes."
    if entry.size_bytes is not None and entry.size_bytes > most_bytes:
        raise FileUnread(too_large)
    for chunk in source.chunks(entry):
        look()
        writer.write(chunk)
        if writer.size_bytes > most_bytes:
            raise FileUnread(too_large)
    return writer.finish()


def storable(path: str) -> str:
    """``path`` as a name that every store keeps: bytes that are no text are written as such."""
    return path.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
