"""One fault after the other, with time to recover after most of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from random import Random

from shared.errors import Unavailable
from shared.tasks.task import PEOPLE
from taskyard.chaos.archive import read_newest
from taskyard.chaos.fault import Fault, Strike
from taskyard.chaos.journal import Journal
from taskyard.chaos.load import Load
from taskyard.chaos.part import Part
from taskyard.chaos.recovery import accepted_and_started, is_over
from taskyard.chaos.target import Target
from taskyard.chaos.timeline import Timeline

BAIT_SECONDS = 0.3
"""So long the bait is left alone before the strike: it is running, or waits for its retry."""
BUSY_SECONDS = 3.0
"""So long a worker's fault waits until workers have something to lose."""
RECOVERY_SECONDS = 60.0
"""So long a recovery is waited for; then the next fault comes all the same."""
LOOK_SECONDS = 0.2
PATIENT_SHARE = 0.7
"""So many faults are recovered from before the next; the others overlap with it."""
PAUSES = (0.3, 2.0)
LAST_SECONDS = 6.0
"""How long before its end a run has seen its last fault."""
MOST_SKIPPED = 50
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Storm:
    """Strikes ``target`` while ``load`` goes on in the account ``account_id``."""

    target: Target
    load: Load
    journal: Journal
    account_id: str
    random: Random
    tell: Tell

    def rage(self, faults: Iterator[Fault], seconds: float | None = None) -> list[Strike]:
        """Strike ``faults`` in turn: all of them, or as many as fit into ``seconds``."""
        strikes: list[Strike] = []
        end = None if seconds is None else time.monotonic() + seconds
        for fault in faults if end is None else _fitting(faults, end - LAST_SECONDS):
            strike = self._strike(fault)
            if strike is not None:
                strikes[-1:] = [replace(last, until=strike.struck_at) for last in strikes[-1:]]
                strikes.append(strike)
            time.sleep(self.random.uniform(*PAUSES))
        if end is not None:
            time.sleep(max(0.0, end - time.monotonic()))
        return strikes

    def _strike(self, fault: Fault) -> Strike | None:
        self.load.submit_now(fault.kind.bait)
        time.sleep(BAIT_SECONDS)
        if fault.kind.part is Part.WORKERS:
            self._await(self._is_anything_running, BUSY_SECONDS)
        self.tell(fault.kind.name)
        starts = self._starts()
        strike = fault.strike()
        if strike is None:
            self.tell(f"{fault.kind.name}: could not be done now")
            return None
        is_awaited = strike.kind.no_restart or self.random.random() < PATIENT_SHARE
        if is_awaited and not self._await(lambda: self._is_well(strike), RECOVERY_SECONDS):
            self.tell(f"not recovered after {RECOVERY_SECONDS:g} s; on it goes")
        if not strike.kind.no_restart:
            return strike
        return replace(strike, restarted=tuple(sorted(name for name, _ in self._starts() - starts)))

    def _await(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait for ``condition``, up to ``seconds``; whether it came true."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            time.sleep(LOOK_SECONDS)
        return True

    def _timeline(self) -> Timeline:
        """What happened last; nothing while the store does not answer."""
        with suppress(Unavailable):
            steps = read_newest(self.target.yard, self.account_id)
            return Timeline(steps, self.journal.newest(), self.journal.newest_heard())
        return Timeline({}, (), self.journal.newest_heard())

    def _is_anything_running(self) -> bool:
        """Whether a worker has a task of ours in hand."""
        now = self.target.yard.store.now()
        return bool(self._timeline().standing(now, lambda s: s.is_start and s.actor != PEOPLE))

    def _is_well(self, strike: Strike) -> bool:
        """All processes are ready, and what was hit is well; tasks come in and are started."""
        if not self.target.is_whole():
            return False
        timeline = self._timeline()
        is_working = None not in accepted_and_started(strike, timeline)
        return is_working and is_over(strike, timeline)

    def _starts(self) -> set[tuple[str, int]]:
        """Each process with how often it has been started."""
        return {(process.name, process.starts) for process in self.target.processes()}


def _fitting(faults: Iterator[Fault], end: float) -> Iterator[Fault]:
    """Those of ``faults`` that would be over in time, until none is any more."""
    skipped = 0
    for fault in faults:
        if time.monotonic() + BAIT_SECONDS + fault.seconds < end:
            skipped = 0
            yield fault
        elif (skipped := skipped + 1) > MOST_SKIPPED:
            return
