"""Segments as subtitles: SubRip (SRT) and WebVTT. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from workers.documents.speech.segment import Segment


def srt(segments: Iterable[Segment]) -> str:
    """The subtitles of a recording as SubRip, one cue for each segment."""
    return "".join(
        f"{number}\n{_times(segment, ',')}\n{_one_line(segment.text)}\n\n"
        for number, segment in enumerate(segments, 1)
    )


def vtt(segments: Iterable[Segment]) -> str:
    """The subtitles of a recording as WebVTT, one cue for each segment."""
    cues = (f"{_times(segment, '.')}\n{_escaped(segment.text)}\n\n" for segment in segments)
    return "WEBVTT\n\n" + "".join(cues)


def _times(segment: Segment, point: str) -> str:
    return f"{_clock(segment.start_seconds, point)} --> {_clock(segment.end_seconds, point)}"


def _clock(seconds: float, point: str) -> str:
    """Hours (any number of them), minutes, seconds and thousandths."""
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}{point}{thousandths:03}"


def _one_line(text: str) -> str:
    """An empty line would end the cue."""
    return " ".join(text.split())


def _escaped(text: str) -> str:
    """WebVTT reads tags and entities in a cue's text."""
    plain = _one_line(text).replace("&", "&amp;")
    return plain.replace("<", "&lt;").replace(">", "&gt;")
