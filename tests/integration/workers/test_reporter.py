"""Outcomes are written soon, together, and patiently."""

from __future__ import annotations

import logging
from threading import Event, current_thread, main_thread
from typing import Any

import pytest

from shared.db import Store
from shared.settings import Settings
from shared.tasks import dispatch
from shared.tasks.loss import Cause
from shared.tasks.outcome import Completed
from shared.tasks.status import Status
from tests.memory_yard import WORKER, MemoryYard
from tests.servers import eventually
from workers.reporter import Reporter


@pytest.fixture
def yard(store: Store, settings: Settings) -> MemoryYard:
    """A yard on each kind of store."""
    return MemoryYard(store, settings)


def test_everything_is_reported_when_the_batch_is_over(yard: MemoryYard) -> None:
    ids = yard.submit_many(5)
    with Reporter(yard.yard, WORKER, alone=True) as reporter:
        for task in yard.claim(*ids):
            reporter.add(Completed(task, {}))
    assert yard.statuses(ids) == {Status.COMPLETED: 5}


def test_the_first_of_a_batch_are_reported_while_it_goes_on(yard: MemoryYard) -> None:
    ids = yard.submit_many(3)
    first, *_others = yard.claim(*ids)
    with Reporter(yard.yard, WORKER, alone=False) as reporter:
        reporter.add(Completed(first, {}))
        eventually(lambda: yard.status(first.id) is Status.COMPLETED)
    assert yard.statuses(ids) == {Status.COMPLETED: 1, Status.RUNNING: 2}


def test_what_was_finished_is_reported_even_when_the_batch_breaks(yard: MemoryYard) -> None:
    first, second = yard.claim(*yard.submit_many(2))

    def batch() -> None:
        with Reporter(yard.yard, WORKER, alone=True) as reporter:
            reporter.add(Completed(first, {}))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        batch()
    assert yard.status(first.id) is Status.COMPLETED
    assert yard.status(second.id) is Status.RUNNING


def test_a_task_that_takes_all_memory_costs_no_finished_neighbour_its_result(
    yard: MemoryYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second = yard.claim(*yard.submit_many(2))
    transact, starved = yard.store.transact, Event()

    def without_memory(*given: Any) -> Any:
        if current_thread() is main_thread():
            return transact(*given)
        starved.set()
        raise MemoryError

    monkeypatch.setattr(yard.store, "transact", without_memory)
    with Reporter(yard.yard, WORKER, alone=False) as reporter:
        reporter.add(Completed(first, {}))
        assert starved.wait(10)
    assert yard.status(first.id) is Status.COMPLETED


def test_a_report_that_comes_too_late_is_logged_and_changes_nothing(
    yard: MemoryYard, caplog: pytest.LogCaptureFixture
) -> None:
    task = yard.started()
    dispatch.lose(yard.yard, WORKER, Cause.LEASE_LAPSED, actor="tests")
    before = yard.task(task.id)
    with (
        caplog.at_level(logging.WARNING, "workers.reporter"),
        Reporter(yard.yard, WORKER, alone=True) as reporter,
    ):
        reporter.add(Completed(task, {}))
    assert yard.task(task.id) == before
    assert f"too late and changed nothing: task {task.id} attempt 1" in caplog.text
