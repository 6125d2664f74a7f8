"""What a sync has to do: the source's files compared with what was read of it before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.material.origin import Origin, path_key
from shared.sources.source import Entry


@dataclass(frozen=True, slots=True)
class Plan:
    """Files to read; those known to be unfit, which are not read again; paths that are gone."""

    wanted: Sequence[Entry]
    unfit: Sequence[tuple[Entry, str]]
    gone: Sequence[Origin]
    unchanged: int

    @property
    def total(self) -> int:
        """How many files the source has."""
        return len(self.wanted) + len(self.unfit) + self.unchanged


def compare(entries: Iterable[Entry], known: Mapping[str, Origin]) -> Plan:
    """A file with the tag that is known is the same; one without a tag is read each time.

    ``known`` goes by `path_key`. Of a path that is listed twice, the first counts.
    """
    listed: dict[str, Entry] = {}
    for entry in entries:
        listed.setdefault(path_key(entry.path), entry)
    wanted: list[Entry] = []
    unfit: list[tuple[Entry, str]] = []
    for key, entry in listed.items():
        origin = known.get(key)
        if origin is None or entry.tag is None or entry.tag != origin.tag:
            wanted.append(entry)
        elif origin.error is not None:
            unfit.append((entry, origin.error))
    gone = [origin for key, origin in known.items() if key not in listed]
    return Plan(wanted, unfit, gone, len(listed) - len(wanted) - len(unfit))
