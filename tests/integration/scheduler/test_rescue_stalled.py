"""Lapsed leases are rescued, but never because nobody could extend them."""

from __future__ import annotations

from typing import NoReturn

import pytest

from scheduler.rescue_stalled import RescueStalled
from shared.clock import FakeClock
from shared.errors import Unavailable
from shared.tasks import dispatch, leases
from shared.tasks.status import Status
from tests.memory_yard import WORKER, MemoryYard

P, R = Status.PENDING, Status.RUNNING
LEASE = 15


class Scheduler:
    """The chore, run once a second at a time moved by hand."""

    def __init__(self, yard: MemoryYard, clock: FakeClock) -> None:
        self.yard = yard
        self.clock = clock
        self.rescue = RescueStalled(clock)

    def run(self, seconds: int) -> int:
        """Let so much time pass; how many were rescued."""
        moved = 0
        for _ in range(seconds):
            self.clock.advance(1)
            moved += self.rescue(self.yard.yard)
        return moved


@pytest.fixture
def scheduler(yard: MemoryYard, clock: FakeClock) -> Scheduler:
    """A scheduler that has just looked."""
    scheduler = Scheduler(yard, clock)
    scheduler.rescue(yard.yard)
    return scheduler


def test_a_task_is_rescued_within_two_seconds_after_its_lease(
    yard: MemoryYard, scheduler: Scheduler
) -> None:
    task = yard.started()
    assert scheduler.run(LEASE) == 0
    assert scheduler.run(2) == 1
    assert yard.status(task.id) is P


def test_a_new_scheduler_rescues_what_lapsed_before_it_came(
    yard: MemoryYard, clock: FakeClock
) -> None:
    yard.started()
    clock.advance(LEASE + 1)
    assert RescueStalled(clock)(yard.yard) == 1


def test_after_a_pause_of_its_own_it_waits_one_full_lease(
    yard: MemoryYard, scheduler: Scheduler, clock: FakeClock
) -> None:
    task = yard.started()
    clock.advance(3600)
    assert scheduler.run(LEASE) == 0
    assert yard.status(task.id) is R
    assert scheduler.run(2) == 1


def test_whoever_extends_within_that_lease_keeps_its_task(
    yard: MemoryYard, scheduler: Scheduler, clock: FakeClock
) -> None:
    task = yard.started()
    clock.advance(3600)
    assert scheduler.run(5) == 0
    dispatch.extend(yard.yard, [task.id], WORKER)
    assert scheduler.run(LEASE - 1) == 0
    assert yard.completes(task) == {task.id}


def test_a_short_pause_is_none(yard: MemoryYard, scheduler: Scheduler, clock: FakeClock) -> None:
    yard.started()
    assert scheduler.run(LEASE - 5) == 0
    clock.advance(4)
    assert scheduler.run(2) == 1


def test_after_the_store_was_away_it_waits_one_full_lease(
    yard: MemoryYard, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard.started()

    def away() -> NoReturn:
        raise Unavailable("The store does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(yard.store, "read", away)
        patch.setattr(yard.store, "begin", away)
        for _ in range(60):
            with pytest.raises(Unavailable):
                scheduler.run(1)
    assert scheduler.run(LEASE) == 0
    assert scheduler.run(2) == 1


def test_after_the_stores_time_jumped_it_waits_one_full_lease(
    yard: MemoryYard, clock: FakeClock
) -> None:
    own = FakeClock()
    rescue = RescueStalled(own)
    rescue(yard.yard)
    yard.started()
    clock.advance(3600)
    moved = []
    for _ in range(LEASE + 2):
        own.advance(1)
        clock.advance(1)
        moved.append(rescue(yard.yard))
    assert moved.index(1) == LEASE + 1
    assert sum(moved) == 1


def test_after_the_store_took_nothing_in_everybody_gets_one_full_lease(
    yard: MemoryYard, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = yard.started()

    def full(*_: object, **__: object) -> NoReturn:
        raise Unavailable("The disk is full.")

    assert scheduler.run(LEASE) == 0
    with monkeypatch.context() as patch:
        patch.setattr(leases, "lose", full)
        with pytest.raises(Unavailable):
            scheduler.run(2)
    assert scheduler.run(LEASE) == 0
    assert yard.status(task.id) is R
    assert scheduler.run(2) == 1
