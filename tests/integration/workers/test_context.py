"""What a handler's context does to its task's row, and what it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.clock import FakeClock
from shared.db import Store
from shared.settings import Settings
from shared.tasks import dispatch
from shared.tasks.loss import Cause
from tests.memory_yard import WORKER, MemoryYard
from workers import context
from workers.context import RunContext


@pytest.fixture
def yard(store: Store, settings: Settings) -> MemoryYard:
    """A yard on each kind of store."""
    return MemoryYard(store, settings)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contexts that write and look every time."""
    monkeypatch.setattr(context, "PROGRESS_SECONDS", 0.0)
    monkeypatch.setattr(context, "LOOK_SECONDS", 0.0)


@pytest.mark.usefixtures("often")
def test_progress_and_what_is_known_are_in_the_row(yard: MemoryYard) -> None:
    task = yard.started()
    run = RunContext(yard.yard, task)
    run.progress(10, pages=1)
    run.progress(55.5, words=7)
    row = yard.task(task.id)
    assert (row.progress, row.detail) == (55.5, {"pages": 1, "words": 7})


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize(("told", "stored"), [(-1, 0), (0, 0), (100, 100), (250, 100)])
def test_progress_stays_between_0_and_100(yard: MemoryYard, told: float, stored: float) -> None:
    task = yard.started()
    RunContext(yard.yard, task).progress(told)
    assert yard.task(task.id).progress == stored


def test_progress_told_often_is_written_seldom(yard: MemoryYard) -> None:
    task = yard.started()
    run = RunContext(yard.yard, task)
    for percent in range(50):
        run.progress(percent)
    assert yard.task(task.id).progress == 0


@pytest.mark.usefixtures("often")
def test_a_task_that_nobody_canceled_is_not_canceled(yard: MemoryYard) -> None:
    assert not RunContext(yard.yard, yard.started()).canceled()


@pytest.mark.usefixtures("often")
def test_a_request_to_cancel_is_seen_and_remembered(yard: MemoryYard) -> None:
    task = yard.started()
    run = RunContext(yard.yard, task)
    assert not run.canceled()
    yard.cancel(task.id)
    assert run.canceled()
    assert run.was_canceled


@pytest.mark.usefixtures("often")
def test_an_attempt_that_lost_its_task_is_told_to_stop_and_writes_nothing(
    yard: MemoryYard,
) -> None:
    task = yard.started()
    run = RunContext(yard.yard, task)
    dispatch.lose(yard.yard, WORKER, Cause.LEASE_LAPSED, actor="tests")
    assert run.canceled()
    run.progress(80, pages=1)
    row = yard.task(task.id)
    assert (row.progress, row.detail) == (None, None)


def test_what_is_recorded_happens_with_the_handlers_own_writing_or_not_at_all(
    yard: MemoryYard,
) -> None:
    task = yard.started()
    run = RunContext(yard.yard, task)

    def record_and_fail() -> None:
        with yard.store.begin() as tx:
            assert run.record(tx, 40, files=1)
            raise KeyError

    with pytest.raises(KeyError):
        record_and_fail()
    assert yard.task(task.id).progress is None
    with yard.store.begin() as tx:
        assert run.record(tx, 50, files=2)
    row = yard.task(task.id)
    assert (row.progress, row.detail, run.detail) == (50, {"files": 2}, {"files": 2})


def test_whoever_records_holds_its_task_one_lease_longer(
    yard: MemoryYard, clock: FakeClock
) -> None:
    run = RunContext(yard.yard, task := yard.started())
    clock.advance(5)
    with yard.store.begin() as tx:
        run.record(tx, 50)
    assert (before := task.lease_expires_at) is not None
    assert yard.task(task.id).lease_expires_at == before + timedelta(seconds=5)


def test_nothing_is_recorded_for_an_attempt_that_is_over(yard: MemoryYard) -> None:
    task = yard.started()
    run = RunContext(yard.yard, task)
    dispatch.lose(yard.yard, WORKER, Cause.LEASE_LAPSED, [task.id], actor="tests")
    dispatch.release(yard.yard, "plain")
    yard.claim(task.id)
    with yard.store.begin() as tx:
        assert not run.record(tx, 50, files=1)
    assert yard.task(task.id).detail is None


def test_the_next_attempt_knows_what_was_told(yard: MemoryYard) -> None:
    task = yard.started()
    with yard.store.begin() as tx:
        RunContext(yard.yard, task).record(tx, 50, files=1)
    dispatch.lose(yard.yard, WORKER, Cause.LEASE_LAPSED, [task.id], actor="tests")
    dispatch.release(yard.yard, "plain")
    (again,) = yard.claim(task.id)
    assert RunContext(yard.yard, again).detail == {"files": 1}
