"""Write the notices of what happened: deliveries, for the process that sends them."""

from __future__ import annotations

from shared.notices.writing import Writer
from shared.yard import Yard


class WriteNotices:
    """One scheduler's writing."""

    def __init__(self) -> None:
        self._writer = Writer()

    def __call__(self, yard: Yard) -> int:
        """Look at up to a batch of events; how many."""
        return self._writer.write(yard.store)
