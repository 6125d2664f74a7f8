"""Asking a platform again and again until something is done, for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from workers.scripts.publishers.protocol import Post

T = TypeVar("T")
MOST_SECONDS = 1800.0
"""A task may take an hour, with its upload."""
BYTES_PER_SECOND = 8 * 1024 * 1024
"""How fast a platform works through a video, at least; TikTok says 1 GB takes about a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """How often and how long to ask: pauses double from the first to the longest.

    ``least_seconds`` is how long to go on at least, whatever the caller of the post allows.
    """

    first_seconds: float = 2.0
    longest_seconds: float = 15.0
    least_seconds: float = 60.0

    def seconds(self, post: Post) -> float:
        """How long to wait for ``post``: what its caller allows, and more for long ones."""
        size_bytes = sum(media.size_bytes for media in post.media)
        seconds = self.least_seconds + size_bytes / BYTES_PER_SECOND
        return min(max(post.upload_wait_seconds, seconds), MOST_SECONDS)

    def until(self, ask: Callable[[], T | None], seconds: float) -> T | None:
        """What ``ask`` answers as soon as it answers something; None after ``seconds``."""
        ends_at = time.monotonic() + seconds
        pause = self.first_seconds
        while (answer := ask()) is None:
            left = ends_at - time.monotonic()
            if left <= 0:
                return None
            time.sleep(min(pause, left))
            pause = min(pause * 2, self.longest_seconds)
        return answer
