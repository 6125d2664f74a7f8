"""What a stream is to tell. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from shared.tasks.event_log import Event
from shared.tasks.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Events of one account; of these tasks, types and statuses alone where they are given.

    Streams that want the same are equal, and share the work.
    """

    account_id: str
    task_ids: frozenset[str] | None = None
    types: frozenset[str] | None = None
    statuses: frozenset[Status] | None = None

    def takes(self, event: Event) -> bool:
        """Whether ``event`` is among them."""
        return (
            event.account_id == self.account_id
            and (self.task_ids is None or event.task_id in self.task_ids)
            and (self.types is None or event.type in self.types)
            and (self.statuses is None or event.status in self.statuses)
        )


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where a stream begins: after the event ``number``.

    ``late`` are numbers up to it that were given, but not committed, when the stream was opened:
    these events belong to it as well.
    """

    number: int
    late: frozenset[int] = frozenset()

    @property
    def read_after(self) -> int:
        """Up to which number nothing is to be told."""
        return min(self.late) - 1 if self.late else self.number

    def takes(self, event: Event) -> bool:
        """Whether ``event`` comes after it."""
        return event.number > self.number or event.number in self.late
