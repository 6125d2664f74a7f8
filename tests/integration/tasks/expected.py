"""A task's row as a model of its life believes it to be."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.tasks.status import Status

P, R, X = Status.PENDING, Status.RUNNING, Status.CANCELED


@dataclass
class Expected:
    """What the model believes of a row."""

    cost_cents: int
    status: Status = P
    attempt: int = 0
    retry_count: int = 0
    lost_leases: int = 0
    deaths: int = 0
    holder: str | None = None
    is_asked_to_stop: bool = False
    path: list[Status] = field(default_factory=lambda: [P])

    def go(self, *path: Status) -> None:
        """Walk one arrow, or several in one commit."""
        self.path += path
        self.status = path[-1]
        if self.status is not R:
            self.holder = None

    def start(self, holder: str) -> None:
        """queued → running."""
        self.go(R)
        self.attempt, self.holder = self.attempt + 1, holder

    def again(self, *path: Status) -> None:
        """Back to pending, unless somebody asked for it to stop."""
        self.go(*path, *([X] if self.is_asked_to_stop else []))

    def restart(self) -> None:
        """failed → pending: counted from the start, and nobody wants it to stop."""
        self.go(P)
        self.retry_count = self.lost_leases = self.deaths = 0
        self.is_asked_to_stop = False
