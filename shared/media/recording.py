"""Videos and sound: measured by their packets, and their first frame decoded.

FFmpeg forgives much, as players do: a recording that was cut off plays to where it ends. So all of
it is gone through, without decoding it, and compared with what its header promises.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.media.facts import Facts, Unfit
from shared.media.length import last_seconds, stated_seconds, what_is_missing
from shared.media.media_type import CONTAINERS, HEAD_BYTES, is_avif, is_heic, recording_type
from shared.media.picture import MOST_PIXELS

if TYPE_CHECKING:
    from av.container import InputContainer

_OPTIONS = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
_MOST_PACKETS = 1000
"""In so many packets of a stream there is a frame, or there is none."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """The first frame of a recording, as large as it is seen; sound has no size."""

    width: int | None = None
    height: int | None = None


def look_at_recording(file: Path) -> Facts | None:
    """What the video or the sound in ``file`` is; None where it is neither. Raises `Unfit`."""
    import av
    from av.error import FFmpegError

    with file.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if is_heic(head):
        raise Unfit("It is a HEIC picture, which few places take: make it a JPEG or PNG.")
    if is_avif(head):
        raise Unfit("The AVIF picture is cut off or damaged.")
    try:
        container = av.open(str(file), options=_OPTIONS, metadata_errors="ignore")
    except (FFmpegError, ValueError):
        return None
    with container:
        kind, name = _kind(container), container.format.name
        frame = _first_frame(container, kind)
    with av.open(str(file), options=_OPTIONS, metadata_errors="ignore") as container:
        stated, end = stated_seconds(container, file), last_seconds(container)
    _require_whole(file, stated, end)
    return Facts(
        kind=kind,
        media_type=recording_type(kind, name, head),
        width=frame.width,
        height=frame.height,
        duration_seconds=round(end, 3),
    )


def _kind(container: InputContainer) -> str:
    if _picture_stream(container) is not None:
        return "video"
    if not container.streams.audio:
        raise Unfit("It has neither pictures nor sound.")
    return "audio"


def _picture_stream(container: InputContainer) -> Any:
    """The first stream of moving pictures; the cover of a piece of music is none."""
    from av.stream import Disposition

    covers = Disposition.attached_pic | Disposition.timed_thumbnails
    shown = (s for s in container.streams.video if not s.disposition & covers)
    return next(shown, None)


def _first_frame(container: InputContainer, kind: str) -> _Frame:
    """Decode until there is a frame; `Unfit` where there is none, or it is too large."""
    from av.error import FFmpegError

    stream: Any = _picture_stream(container) if kind == "video" else container.streams.audio[0]
    codec = stream.codec_context
    label = "pictures" if kind == "video" else "sound"
    if codec is None:
        raise Unfit(f"No decoder is known for its {label}.")
    codec.thread_count = 1
    if kind == "video":
        _require_small(codec.width, codec.height)
    for number, packet in enumerate(container.demux(stream)):
        try:
            frames = packet.decode()
        except FFmpegError:
            frames = []
        if frames:
            return _size(frames[0]) if kind == "video" else _Frame()
        if number >= _MOST_PACKETS:
            break
    raise Unfit(f"Its {label} ({codec.name}) cannot be decoded.")


def _size(frame: Any) -> _Frame:
    _require_small(frame.width, frame.height)
    if round(frame.rotation / 90) % 2:
        return _Frame(frame.height, frame.width)
    return _Frame(frame.width, frame.height)


def _require_small(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Unfit(
            f"The video has {width} × {height} pixels; more than {MOST_PIXELS // 10**6} million "
            "are not taken."
        )


def _require_whole(file: Path, stated: float, end: float) -> None:
    missing = what_is_missing(file, stated, end)
    if missing is not None:
        raise Unfit(missing)
    if end <= 0:
        raise Unfit("It lasts 0 seconds.")
