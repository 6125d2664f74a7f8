"""What a task publishes: chosen once, kept in the task's detail, the same in every attempt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workers.scripts.publishers.protocol import Media

CHOSEN = "chosen"
"""Its key in the task's detail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A content of the blob store that is published, and what it is."""

    name: str
    sha256: str
    size_bytes: int
    kind: str
    media_type: str
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None

    def media(self, path: Path) -> Media:
        """The same as publishers see it, with its content at ``path``."""
        return Media(path=path, **asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The caption and the pieces, in order."""

    caption: str
    pieces: tuple[Piece, ...]

    @property
    def detail(self) -> dict[str, Any]:
        """What to record in the task's detail."""
        media = [asdict(piece) for piece in self.pieces]
        return {CHOSEN: {"caption": self.caption, "media": media}}


def chosen_before(detail: Mapping[str, Any]) -> Chosen | None:
    """What an earlier attempt at the same task chose, or None."""
    said = detail.get(CHOSEN)
    if said is None:
        return None
    return Chosen(caption=said["caption"], pieces=tuple(Piece(**one) for one in said["media"]))
