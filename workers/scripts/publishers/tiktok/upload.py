"""How a video is cut into chunks for TikTok; pure.

https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide: a chunk has 5 to 64 MB,
the last one up to 128 MB, for it takes what is left over; there are ``size // chunk size`` of them,
at most 1,000, sent in order. A video below 5 MB is one chunk of its own size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

CHUNK_BYTES = 16 * 1024 * 1024
"""Small enough to be sent again without much loss; 4 GB make 256 of them."""
MOST_BYTES = 4 * 1024**3


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes ``first`` to ``last``, both included, of a video of ``total`` bytes."""

    first: int
    last: int
    total: int

    @property
    def size_bytes(self) -> int:
        """How many bytes it has."""
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        """The value of the Content-Range header."""
        return f"bytes {self.first}-{self.last}/{self.total}"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a video of ``size_bytes`` is sent: ``count`` chunks, all but the last of one size."""

    size_bytes: int
    chunk_bytes: int
    count: int

    def chunks(self, sent_bytes: int = 0) -> Iterator[Chunk]:
        """What is still to be sent when ``sent_bytes`` have arrived; half a chunk is none."""
        if sent_bytes >= self.size_bytes:
            return
        for number in range(min(sent_bytes // self.chunk_bytes, self.count - 1), self.count):
            first = number * self.chunk_bytes
            is_last = number == self.count - 1
            yield Chunk(
                first,
                (self.size_bytes if is_last else first + self.chunk_bytes) - 1,
                self.size_bytes,
            )


def plan(size_bytes: int, chunk_bytes: int = CHUNK_BYTES) -> Plan:
    """The chunks of a video; one where it would hardly make two."""
    if size_bytes < 2 * chunk_bytes:
        return Plan(size_bytes, size_bytes, 1)
    return Plan(size_bytes, chunk_bytes, size_bytes // chunk_bytes)
