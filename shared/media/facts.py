"""What was found in a file: what it is, and how large and long. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS = ("video", "image", "audio")
LONGEST_MEDIA_TYPE = 100
LARGEST_SIDE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a content is, by what is in it.

    ``kind`` is video, image or audio. ``width`` and ``height`` are pixels as they are seen, after
    the turn that the file asks for; ``duration_seconds`` is None for pictures.
    """

    kind: str
    media_type: str
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None

    @classmethod
    def told(cls, told: Mapping[str, Any]) -> Facts:
        """The facts that another process tells; `ValueError` where they can be none."""
        facts = cls(**{name: told.get(name) for name in cls.__dataclass_fields__})  # type: ignore[arg-type]
        if facts.kind not in KINDS or not _is_media_type(facts.media_type):
            raise ValueError("an impossible kind")
        if not all(_is_side(side) for side in (facts.width, facts.height)):
            raise ValueError("an impossible size")
        if not _is_duration(facts.duration_seconds):
            raise ValueError("an impossible duration")
        return facts


class Unfit(Exception):
    """A file is no media, or cannot be used; the message is a sentence that says why."""


def _is_media_type(given: object) -> bool:
    return isinstance(given, str) and "/" in given and len(given) <= LONGEST_MEDIA_TYPE


def _is_side(given: object) -> bool:
    return given is None or (isinstance(given, int) and 0 < given <= LARGEST_SIDE)


def _is_duration(given: object) -> bool:
    return given is None or (isinstance(given, float) and 0 < given < float("inf"))
