"""One file is looked into: what it is decides its content, whatever it is called."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from shared.documents.signature import signature_of
from shared.media.facts import Facts, Unfit
from shared.media.media_type import HEAD_BYTES
from shared.media.picture import look_at_picture
from shared.media.recording import look_at_recording

_OTHERS = (
    (b"PK\x03\x04", "a ZIP archive or an Office file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"#EXTM3U", "a playlist"),
    (b"<", "an HTML, SVG or XML file"),
)


def look(file: Path) -> Facts:
    """What is in ``file``; `Unfit` says why it can be no material.

    It may use any time and memory, or end the process: see `Checker`.
    """
    if not file.stat().st_size:
        raise Unfit("The file is empty (0 bytes).")
    facts = look_at_picture(file) or look_at_recording(file)
    if facts is None:
        raise Unfit(_unknown(file))
    try:
        return Facts.told(asdict(facts))
    except ValueError as error:
        raise Unfit(f"It is damaged: its header tells {error}.") from error


def _unknown(file: Path) -> str:
    with file.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    shown = signature_of(head)
    if shown is not None and shown.startswith(("video/", "image/", "audio/")):
        return f"It begins like {shown}, but cannot be read: it is cut off or damaged."
    seen = shown or next((name for start, name in _OTHERS if head.startswith(start)), None)
    looks = f": it looks like {seen}" if seen else ""
    return f"It is no picture, video or sound that is known here{looks}."
