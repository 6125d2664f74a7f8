"""What a fault is: something that is done to a yard, and how its recovery is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from taskyard.chaos.part import Part
from taskyard.chaos.submission import Kind
from taskyard.chaos.timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """A fault that was done.

    ``struck_at``: when it was done, ``healed_at``: when its cause was over, as far as that is
    ours (a stopped process was continued, a server answers again). ``holder``: how the leases of
    the worker that was struck begin. ``until``: when the next fault struck. Times are the store's.
    """

    kind: FaultKind
    struck_at: datetime
    healed_at: datetime
    holder: str = ""
    until: datetime | None = None
    restarted: tuple[str, ...] = ()


Measure = Callable[[Strike, Timeline], list[datetime | None]]
"""When each thing that a strike hit was well again, None for what is not yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultKind:
    """A kind of fault; ``bound_seconds`` is how long recovery may take on an idle machine.

    ``bait`` is submitted just before, so that there is something to lose. Where ``no_restart``
    is set, every process is to carry on without a restart of its own.
    """

    name: str
    part: Part
    bound_seconds: float
    measure: Measure
    bait: tuple[Kind, ...] = ()
    no_restart: bool = False


class Fault(Protocol):
    """A fault that can be done to one yard, again and again."""

    @property
    def kind(self) -> FaultKind:
        """What it is."""

    @property
    def seconds(self) -> float:
        """How long `strike` takes, about."""

    def strike(self) -> Strike | None:
        """Do it, and return when its cause is over; None where it cannot be done just now."""
