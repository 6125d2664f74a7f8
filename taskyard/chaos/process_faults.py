"""Faults of supervised processes: killed, ended, stopped for longer than a lease."""

from __future__ import annotations

import os
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from signal import Signals

from taskyard.chaos.fault import FaultKind, Strike
from taskyard.chaos.signals import children, send, send_all, stopped
from taskyard.chaos.target import Target
from taskyard.process import mark_of
from taskyard.up_record import RecordedProcess

ECHO_POOL = "system"
BUSY_WEIGHT = 4
STOP_LEASES = 1.2
STOP_SECONDS = 0.5
"""A stop lasts so many leases, and so much longer."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A process ends by a signal: SIGKILL, or SIGTERM for an orderly end; it is started again."""

    target: Target
    kind: FaultKind
    number: Signals
    random: Random
    seconds: float = 1.0

    def strike(self) -> Strike | None:
        """Kill one process of the part."""
        victim = _victim(self.target, self.kind, self.random)
        if victim is None or not self._end(victim):
            return None
        now = self.target.yard.store.now()
        return Strike(
            kind=self.kind, struck_at=now, healed_at=now, holder=_holder(self.target, victim)
        )

    def _end(self, victim: RecordedProcess) -> bool:
        """A whole session is killed at once; an orderly end is its leader's business."""
        return (send_all if self.number == Signals.SIGKILL else send)(victim, self.number)


@dataclass(frozen=True, slots=True)
class ChildKilled:
    """SIGKILL to one child of a worker."""

    target: Target
    kind: FaultKind
    random: Random
    seconds: float = 1.0

    def strike(self) -> Strike | None:
        """Kill one child of one worker."""
        victim = _victim(self.target, self.kind, self.random)
        family = children(victim) if victim else []
        if victim is None or not family:
            return None
        with suppress(ProcessLookupError):
            os.kill(self.random.choice(family), signal.SIGKILL)
        now = self.target.yard.store.now()
        return Strike(
            kind=self.kind, struck_at=now, healed_at=now, holder=_holder(self.target, victim)
        )


@dataclass(frozen=True, slots=True)
class Stopped:
    """SIGSTOP for longer than a lease, then SIGCONT: a process that comes back from the dead."""

    target: Target
    kind: FaultKind
    random: Random

    @property
    def seconds(self) -> float:
        """Longer than a lease."""
        return self.target.settings.lease_seconds * STOP_LEASES + STOP_SECONDS

    def strike(self) -> Strike | None:
        """Stop one process of the part with all its children, or by itself."""
        victim = _victim(self.target, self.kind, self.random)
        if victim is None:
            return None
        store = self.target.yard.store
        with stopped(victim, whole=self.random.random() < 0.5) as is_stopped:
            if not is_stopped:
                return None
            struck_at = store.now()
            time.sleep(self.seconds)
        return Strike(
            kind=self.kind,
            struck_at=struck_at,
            healed_at=store.now(),
            holder=_holder(self.target, victim),
        )


def _holder(target: Target, process: RecordedProcess) -> str:
    """How the leases of a worker begin, whichever its incarnation."""
    return f"{process.name}-{mark_of(target.settings.home)}@{socket.gethostname()}/"


def _victim(target: Target, kind: FaultKind, random: Random) -> RecordedProcess | None:
    """A process of the part; most often one that does what the load is mostly made of."""
    ready = [process for process in target.alive(kind.part) if process.is_ready]
    weights = [BUSY_WEIGHT if process.pool == ECHO_POOL else 1 for process in ready]
    return random.choices(ready, weights)[0] if ready else None
