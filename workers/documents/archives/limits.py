"""What one job may unpack."""

from __future__ import annotations

from dataclasses import dataclass

from workers.documents.archives.refusal import ArchiveRefused, ArchiveTooLarge, MemberRefused

MIB = 1024 * 1024
PIECE_BYTES = 256 * 1024
"""How much of a file is in memory at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """For all archives of a job together; ``ratio`` counts from ``ratio_from_bytes`` on.

    ``depth`` 1 unpacks no archive that lies in another.
    """

    size_bytes: int
    members: int = 10_000
    ratio: int = 200
    ratio_from_bytes: int = 32 * MIB
    depth: int = 2

    def is_bomb(self, unpacked_bytes: int, packed_bytes: int) -> bool:
        """Whether so much of so little is more than honest files give."""
        return unpacked_bytes > self.ratio_from_bytes and unpacked_bytes > self.ratio * max(
            packed_bytes, 1
        )

    def check_ratio(
        self,
        unpacked_bytes: int,
        packed_bytes: int,
        refusal: type[ArchiveRefused] | type[MemberRefused],
    ) -> None:
        """Raise ``refusal`` for a bomb."""
        if self.is_bomb(unpacked_bytes, packed_bytes):
            raise refusal(f"it unpacks to more than {self.ratio} times its size")


class Budget:
    """What is used of the limits so far, in all archives of a job."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.members = 0
        self.size_bytes = 0

    def expect(self, members: int, size_bytes: int) -> None:
        """Look ahead: refuse an archive that says itself that it holds too much."""
        self._check(self.members + members, self.size_bytes + size_bytes)

    def count_member(self) -> None:
        """One more file."""
        self.members += 1
        self._check(self.members, self.size_bytes)

    def count_bytes(self, size: int) -> None:
        """So many more bytes of files."""
        self.size_bytes += size
        self._check(self.members, self.size_bytes)

    def _check(self, members: int, size_bytes: int) -> None:
        if members > self.limits.members:
            raise ArchiveTooLarge(f"it holds more than {self.limits.members} files")
        if size_bytes > self.limits.size_bytes:
            raise ArchiveTooLarge(f"it unpacks to more than {self.limits.size_bytes} bytes")
