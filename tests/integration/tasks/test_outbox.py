"""The outbox fills messages where a worker is behind; nobody waits for long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.tasks import outbox as outbox_module
from shared.tasks import room
from shared.tasks.outbox import ENOUGH, MESSAGES_WAITING
from shared.tasks.status import Status
from shared.tasks.submitter import Submitter
from shared.tasks.task_type import TaskType
from tests.memory_yard import PLAIN, SOLO, TOGETHER, MemoryYard
from tests.servers import eventually


@pytest.fixture
def submitter(sqlite_yard: MemoryYard) -> Iterator[Submitter]:
    """A submitter whose outbox is empty."""
    submitter = Submitter(sqlite_yard.yard)
    yield submitter
    submitter.close()


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """An outbox that holds back for as long as it takes."""
    monkeypatch.setattr(outbox_module, "LONGEST_SECONDS", 60.0)


def leave_messages(yard: MemoryYard, kind: TaskType = PLAIN) -> None:
    """Put so many full messages into the broker that workers have enough to do."""
    yard.submit_many(kind.batch_size * MESSAGES_WAITING, kind)


@pytest.mark.usefixtures("patience")
def test_small_messages_wait_for_company_where_a_worker_is_behind(
    sqlite_yard: MemoryYard, submitter: Submitter
) -> None:
    leave_messages(sqlite_yard)
    ids = [submitter.submit(sqlite_yard.draft()).task_id for _ in range(4)]
    submitter.close()
    assert [sorted(m) for m in sqlite_yard.sent()[MESSAGES_WAITING:]] == [sorted(ids)]


@pytest.mark.usefixtures("patience")
def test_they_go_as_soon_as_the_worker_has_caught_up(
    sqlite_yard: MemoryYard, submitter: Submitter
) -> None:
    leave_messages(sqlite_yard)
    task_id = submitter.submit(sqlite_yard.draft()).task_id
    while sqlite_yard.broker.take(PLAIN.queue):
        pass
    eventually(lambda: sqlite_yard.sent() == [(task_id,)])


def test_nobody_waits_for_long_where_no_worker_comes(
    sqlite_yard: MemoryYard, submitter: Submitter
) -> None:
    leave_messages(sqlite_yard)
    task_id = submitter.submit(sqlite_yard.draft()).task_id
    eventually(lambda: sqlite_yard.sent()[MESSAGES_WAITING:] == [(task_id,)])


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize("kind", [SOLO, TOGETHER])
def test_another_queue_is_not_held_back(
    sqlite_yard: MemoryYard, submitter: Submitter, kind: TaskType
) -> None:
    leave_messages(sqlite_yard)
    submitter.submit(sqlite_yard.draft())
    submitter.submit(sqlite_yard.draft(kind))
    eventually(lambda: sqlite_yard.broker.depth(kind.queue) == 1)
    assert sqlite_yard.broker.depth(PLAIN.queue) == MESSAGES_WAITING


@pytest.mark.usefixtures("patience")
def test_what_goes_alone_or_is_enough_is_not_held_back(
    sqlite_yard: MemoryYard, submitter: Submitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LEAST_MESSAGES", ENOUGH)
    leave_messages(sqlite_yard)
    submitter.submit(sqlite_yard.draft(payload={"slow": True}))
    eventually(lambda: sqlite_yard.broker.depth(PLAIN.queue) == MESSAGES_WAITING + 1)
    submitter.submit_many([sqlite_yard.draft() for _ in range(ENOUGH)])
    full = MESSAGES_WAITING + 1 + ENOUGH // PLAIN.batch_size
    eventually(lambda: sqlite_yard.broker.depth(PLAIN.queue) == full)


def test_a_broker_that_is_down_costs_no_error(
    sqlite_yard: MemoryYard, submitter: Submitter, caplog: pytest.LogCaptureFixture
) -> None:
    sqlite_yard.broker.is_down = True
    task_id = submitter.submit(sqlite_yard.draft()).task_id
    eventually(lambda: "when the broker is back" in caplog.text)
    assert sqlite_yard.sent() == []
    assert sqlite_yard.status(task_id) is Status.QUEUED
    assert "sending failed" not in caplog.text
