"""What an agent is told to do. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.links.service import SERVICES


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an agent does: which services (those that its server offers, of these), how many tasks
    at once, where it keeps reports; with ``once`` it ends when there is nothing more to claim.
    It extends leases four times in the time that they last, every ``longest_beat_seconds`` at
    least; so often, too, it tells how it is."""

    url: str
    spool: Path
    services: tuple[str, ...] = SERVICES
    threads: int = 8
    once: bool = False
    wait_seconds: float = 2.0
    longest_beat_seconds: float = 30.0
    report_seconds: float = 1.0
    grace_seconds: float = 60.0
