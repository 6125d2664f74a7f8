"""How a run is to be. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.ids import new_id
from taskyard.chaos.quiet import QUIET_SECONDS


def new_name() -> str:
    """The name of an account that no run had before."""
    return f"chaos-{new_id()[-12:]}"


@dataclass(frozen=True, slots=True)
class Plan:
    """How to run: tasks a second, the seed of every choice, for how long, in which account.

    Without ``minutes`` a run lasts until each of its faults is done.
    """

    rate: float
    seed: int
    minutes: float | None = None
    quiet_seconds: float = QUIET_SECONDS
    account: str = field(default_factory=new_name)

    @property
    def seconds(self) -> float | None:
        """For how long tasks are submitted."""
        return None if self.minutes is None else self.minutes * 60
