"""A recording: a file in which sound was found, how long it is, and what is wrong with others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError

from shared.errors import TaskError
from shared.media.length import last_seconds, stated_seconds, what_is_missing
from workers.documents.speech import signature

CONTAINERS = "wav,w64,mp3,aac,ogg,flac,aiff,caf,amr,mov,matroska,avi,asf,mpeg,mpegts"
"""Those that hold sound. Others name further files to be opened, here or elsewhere: a playlist
must not lead to what its sender may not read."""
_OPTIONS = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
_PLAIN_NAMES = {"mov,mp4,m4a,3gp,3g2,mj2": "mp4", "matroska,webm": "webm"}


@dataclass(frozen=True, slots=True)
class Recording:
    """A file with sound in it; ``seconds`` is its length, ``container`` what holds the sound."""

    file: Path
    seconds: float
    container: str


def bad_recording(message: str) -> TaskError:
    """An error that another attempt would end with as well."""
    return TaskError(message, retryable=False, code="EXTRACTION_FAILED")


def measured(file: Path) -> Recording:
    """The recording in ``file``, looked through without decoding it.

    `EXTRACTION_FAILED` says what is wrong: empty, no recording, no sound, cut off.
    """
    if not file.stat().st_size:
        raise bad_recording("The file is empty (0 bytes).")
    with opened(file) as container:
        stated, end = stated_seconds(container, file), last_seconds(container)
        name = container.format.name
    missing = what_is_missing(file, stated, end)
    if missing is not None:
        raise bad_recording(missing)
    if end <= 0:
        is_recording = signature.recording(_head(file)) is not None
        raise bad_recording("It lasts 0 seconds." if is_recording else _unreadable(file))
    return Recording(file, end, _PLAIN_NAMES.get(name, name))


@contextmanager
def opened(file: Path) -> Iterator[InputContainer]:
    """The container in ``file``, which has at least one stream of sound."""
    try:
        container = av.open(str(file), options=_OPTIONS, metadata_errors="ignore")
    except (FFmpegError, ValueError) as error:
        raise bad_recording(_unreadable(file)) from error
    with container:
        if not container.streams.audio:
            what = "The video has no sound." if container.streams.video else "It has no sound."
            raise bad_recording(what)
        yield container


def _head(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(signature.HEAD_BYTES)


def _unreadable(file: Path) -> str:
    head = _head(file)
    kind = signature.recording(head)
    if kind == signature.MP4:
        return f"It begins like {kind}, but its index is missing: it is cut off or damaged."
    if kind is not None:
        return f"It begins like {kind}, but cannot be read: it is cut off or damaged."
    seen = signature.other(head)
    return f"It is no recording: it looks like {seen}." if seen else "It is no known recording."
