"""Files that callers name by their paths: below the local roots alone, links resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from shared.documents.media_type import media_type_of
from shared.open_paths import is_open
from shared.settings import Settings
from shared.sites.outcome import NotAccepted
from shared.sources.local import LocalSource
from shared.sources.source import MOST_FILES
from shared.yard import Yard
from workers.scripts.posting.candidate import LocalCandidate

DIGITS = re.compile(r"(\d+)")


def local_file(yard: Yard, word: str) -> LocalCandidate | None:
    """The file at the path ``word``, absolute or below one of the local roots; None where there
    is no regular file that callers may have."""
    for path in _paths(word, yard.settings):
        if path.is_file():
            source = LocalSource(path, yard.settings)
            return next((LocalCandidate(yard, source, e) for e in source.entries(False)), None)
    return None


def local_folder(yard: Yard, word: str, kind: str) -> list[LocalCandidate]:
    """The files in the folder at ``word`` that look like that kind, in the order of their names;
    `NotAccepted` where there is no such folder."""
    for path in _paths(word, yard.settings):
        if path.is_dir():
            source = LocalSource(path, yard.settings)
            files = islice(source.entries(False), MOST_FILES)
            found = [LocalCandidate(yard, source, e) for e in files if _is_kind(e.path, kind)]
            return sorted(found, key=lambda one: _by_number(one.name))
    raise NotAccepted(
        f"material_path: there is no folder {word} below TASKYARD_LOCAL_ROOTS.",
        code="MATERIAL_MISSING",
    )


def _paths(word: str, settings: Settings) -> Iterator[Path]:
    """Where ``word`` may lead: to nothing of the yard's own, and nowhere outside of the roots."""
    for root in settings.local_roots:
        try:
            path = (root / word).resolve()
            if is_open(path, settings) and path.exists():
                yield path
        except (OSError, ValueError, RuntimeError):  # no path at all, or links in a ring
            continue


def _is_kind(name: str, kind: str) -> bool:
    is_hidden = Path(name).name.startswith(".")
    return not is_hidden and media_type_of(name).startswith(f"{kind}/")


def _by_number(name: str) -> list[tuple[int, str]]:
    """``clip2`` before ``clip10``."""
    return [
        (int(part), "") if part.isdecimal() else (0, part.casefold()) for part in DIGITS.split(name)
    ]
