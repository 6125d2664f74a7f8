"""How long a recording is: what its container says, and where its packets end.

FFmpeg plays what was cut off to where it ends, so the two are compared.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shared.media.completeness import missing_bytes, states_its_length

if TYPE_CHECKING:
    from av.container import InputContainer

SURE_OF_LENGTH = ("flac", "mov", "matroska", "asf", "mp3")
SLACK_SECONDS = 1.0
SLACK_SHARE = 0.02


def stated_seconds(container: InputContainer, file: Path) -> float:
    """How long the container says it is, where that is more than a guess; else 0."""
    import av

    name = container.format.name
    is_sure = name.startswith(SURE_OF_LENGTH) and (name != "mp3" or states_its_length(file))
    return (container.duration or 0) / av.time_base if is_sure else 0.0


def last_seconds(container: InputContainer) -> float:
    """When the last packet of any stream ends, from the start of the recording."""
    import av
    from av.error import FFmpegError

    end = 0.0
    try:
        for packet in container.demux():
            at = packet.pts if packet.pts is not None else packet.dts
            if at is not None and packet.time_base is not None:
                end = max(end, float((at + (packet.duration or 0)) * packet.time_base))
    except FFmpegError:
        """What is unreadable from here on is missing at the end."""
    return max(0.0, end - (container.start_time or 0) / av.time_base)


def what_is_missing(file: Path, stated: float, end: float) -> str | None:
    """A sentence on what was cut off of ``file``, which should last ``stated`` seconds and ends
    after ``end``; None where it is whole."""
    missing = missing_bytes(file)
    if missing:
        return f"The file is cut off: at least {missing} bytes of it are missing."
    if stated - end > max(SLACK_SECONDS, stated * SLACK_SHARE):
        return f"The file is cut off: it should last {stated:.1f} s, and ends after {end:.1f} s."
    return None
