"""What a sync has to do: the source's files compared with the documents that came from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.documents.origin import Brought
from shared.sources.source import Entry


@dataclass(frozen=True, slots=True)
class Plan:
    """Files to read, with the document each is a new version of; documents to remove."""

    wanted: Sequence[tuple[Entry, Brought | None]]
    gone: Sequence[Brought]
    unchanged: int

    @property
    def total(self) -> int:
        """How many files the source has."""
        return len(self.wanted) + self.unchanged


def compare(
    entries: Iterable[Entry], known: Mapping[str, Brought], origin_of: Callable[[str], str]
) -> Plan:
    """A file with the tag of its document is the same; one without a tag is read each time.

    ``known`` goes by origin, which ``origin_of`` tells of a path. Of a path that is listed twice,
    the first counts.
    """
    listed: dict[str, Entry] = {}
    for entry in entries:
        listed.setdefault(origin_of(entry.path), entry)
    wanted = [
        (entry, known.get(origin))
        for origin, entry in listed.items()
        if not _is_same(entry, known.get(origin))
    ]
    gone = [document for origin, document in known.items() if origin not in listed]
    return Plan(wanted, gone, len(listed) - len(wanted))


def _is_same(entry: Entry, document: Brought | None) -> bool:
    return (
        document is not None
        and document.is_inside
        and entry.tag is not None
        and entry.tag == document.tag
    )
