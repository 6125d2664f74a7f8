"""Where a worker is behind, small messages wait a moment for company; nobody waits for long."""

from __future__ import annotations

import pytest

from shared.tasks.status import Status
from shared.tasks.submitter import ENOUGH, MESSAGES_WAITING, Submitter
from tests.memory_yard import SOLO, MemoryYard
from tests.servers import eventually


def test_singles_behind_waiting_messages_share_one(sqlite_yard: MemoryYard) -> None:
    sqlite_yard.submit_many(10 * MESSAGES_WAITING)
    submitter = Submitter(sqlite_yard.yard)
    for _ in range(4):
        submitter.submit(sqlite_yard.draft())
    submitter.close()
    later = sqlite_yard.sent()[MESSAGES_WAITING:]
    assert sum(len(message) for message in later) == 4
    assert len(later) < 4


def test_behind_no_messages_nobody_is_held_back(sqlite_yard: MemoryYard) -> None:
    submitter = Submitter(sqlite_yard.yard)
    first = submitter.submit(sqlite_yard.draft())
    eventually(lambda: sqlite_yard.sent() == [(first.task_id,)])
    second = submitter.submit(sqlite_yard.draft())
    eventually(lambda: sqlite_yard.sent() == [(first.task_id,), (second.task_id,)])
    submitter.close()


def test_tasks_that_go_alone_and_full_messages_are_not_held_back(sqlite_yard: MemoryYard) -> None:
    sqlite_yard.submit_many(10 * MESSAGES_WAITING)
    submitter = Submitter(sqlite_yard.yard)
    asked = []
    depth = sqlite_yard.broker.depth
    sqlite_yard.broker.depth = lambda queue: asked.append(queue) or depth(queue)  # type: ignore[method-assign, func-returns-value]
    submitter.submit(sqlite_yard.draft(SOLO))
    submitter.submit_many([sqlite_yard.draft() for _ in range(ENOUGH)])
    submitter.close()
    assert asked == []


def test_a_broker_that_is_down_costs_no_error(
    sqlite_yard: MemoryYard, caplog: pytest.LogCaptureFixture
) -> None:
    sqlite_yard.broker.is_down = True
    submitter = Submitter(sqlite_yard.yard)
    task_id = submitter.submit(sqlite_yard.draft()).task_id
    submitter.close()
    assert sqlite_yard.sent() == []
    assert sqlite_yard.status(task_id) is Status.QUEUED
    assert "sending failed" not in caplog.text
