"""What workers do with tasks, seen from the rows: two real workers, both kinds of store."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from redis import Redis

from shared.broker.celery_broker import CeleryBroker
from shared.ids import new_id
from shared.tasks.status import Status
from tests.integration.workers.conftest import NewYard
from tests.process import is_running
from tests.servers import ValkeyServer, eventually
from tests.working_yard import LEASE_SECONDS, WorkingYard

RUN = ["pending", "queued", "running", "completed"]
EXPECTED = (
    "the handler broke",
    "WorkerLostError",
    "Hard time limit",
    "TimeLimitExceeded",
    "Received invalid task message: Refusing to deserialize",
    "Received unregistered task of type 'NO_SUCH_TYPE'",
    "raised unexpected: TypeError",
)
"""What the log says where a test broke something on purpose."""


class Trap:
    """Leaves a file behind where it is unpickled."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, (str(self._file),))


class Crew:
    """A yard and who works in it."""

    def __init__(self, yard: WorkingYard) -> None:
        self.yard = yard
        self.scheduler = yard.scheduler()
        self.system = yard.worker("system", concurrency=2)
        self.odd = yard.worker("odd", name="two", concurrency=2)

    def send(self, name: str, arguments: list[Any], serializer: str = "json") -> None:
        """Put a message into ECHO's queue by hand."""
        self._celery.send_task(name, args=arguments, queue="echo", serializer=serializer)

    def inspect(self, what: str, worker: str) -> list[Any]:
        """What a worker answers to Celery's remote control."""
        answers = getattr(self._celery.control.inspect(timeout=5, limit=2), what)()
        return list(next(answers[name] for name in answers if name.startswith(f"{worker}@")))

    def until_consumed(self) -> None:
        """Wait until no message waits or is unacknowledged in ECHO's queue."""
        redis = Redis.from_url(self.yard.settings.redis_url)
        eventually(
            lambda: (
                redis.llen("echo") + redis.llen("echo\x06\x169") == 0 and redis.hlen("unacked") == 0
            )
        )
        redis.close()

    @property
    def _celery(self) -> Celery:
        assert isinstance(self.yard.yard.broker, CeleryBroker)
        return self.yard.yard.broker.app


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def crew(
    request: pytest.FixtureRequest, new_yard: NewYard, module_valkey: ValkeyServer
) -> Iterator[Crew]:
    """The module's workers, on each kind of store in turn."""
    module_valkey.flush()
    yard = new_yard(request.param, module_valkey)
    yield Crew(yard)
    yard.close()


@pytest.fixture
def yard(crew: Crew) -> WorkingYard:
    """The module's yard."""
    return crew.yard


def test_a_task_is_done_and_its_result_is_stored(yard: WorkingYard) -> None:
    task = yard.until(yard.submit(content="hello"))
    assert task.result == {"content": "hello", "attempt": 1}
    assert (task.progress, task.error, task.holder, task.lease_expires_at) == (
        100,
        None,
        None,
        None,
    )
    assert yard.steps(task.id) == RUN


def test_many_small_tasks_share_messages_and_all_are_done(yard: WorkingYard) -> None:
    ids = yard.submit_many([{"content": n} for n in range(500)])
    done = yard.until_all(ids)
    assert [task.result["content"] for task in done if task.result] == list(range(500))
    assert all(task.attempt == 1 for task in done)


def test_a_task_longer_than_its_lease_is_done_at_the_first_attempt(yard: WorkingYard) -> None:
    task = yard.until(yard.submit(sleep_seconds=LEASE_SECONDS + 1.5))
    assert (task.attempt, task.lost_leases) == (1, 0)
    assert yard.steps(task.id) == RUN


def test_progress_moves_while_a_task_runs(yard: WorkingYard) -> None:
    task_id = yard.submit(sleep_seconds=2)
    seen: list[float] = []

    def has_moved() -> bool:
        progress = yard.task(task_id).progress
        if progress is not None and progress not in seen:
            seen.append(progress)
        return len(seen) >= 3

    eventually(has_moved)
    assert seen == sorted(seen)
    assert 0 < seen[1] < 100
    yard.until(task_id)


def test_a_failing_task_is_tried_again_after_growing_waits(yard: WorkingYard) -> None:
    task = yard.until(yard.submit(fail_times=2))
    assert (task.attempt, task.retry_count, task.error) == (3, 2, None)
    once = ["queued", "running", "failed", "pending"]
    assert yard.steps(task.id) == ["pending", *once, *once, *RUN[1:]]
    at = [row.at for row in yard.transitions(task.id)]
    assert at[5] - at[4] >= timedelta(seconds=0.4)
    assert at[9] - at[8] >= timedelta(seconds=0.8)


def test_a_task_that_always_fails_is_failed_with_the_last_error(yard: WorkingYard) -> None:
    ids = yard.submit_many([{"refuse": True}], "TOGETHER")
    task = yard.until(ids[0], Status.FAILED)
    assert task.error == {"code": "REFUSED", "message": "refused"}
    assert task.retry_count == 0


def test_a_model_sees_a_batch_at_once(yard: WorkingYard) -> None:
    ids = yard.submit_many([{"refuse": n == 2} for n in range(5)], "TOGETHER")
    done = yard.until_all(ids, Status.COMPLETED, Status.FAILED)
    refused = done.pop(2)
    assert refused.status is Status.FAILED
    assert [task.result for task in done] == [{"together": 5}] * 4


def test_one_payload_that_breaks_a_batch_costs_only_itself(yard: WorkingYard) -> None:
    ids = yard.submit_many([{"breaks": n == 1} for n in range(3)], "TOGETHER")
    first, broken, last = yard.until_all(ids, Status.COMPLETED, Status.FAILED)
    assert broken.error == {
        "code": "HANDLER_ERROR",
        "message": "The handler failed (ZeroDivisionError).",
    }
    assert first.result == last.result == {"together": 1}


def test_results_of_a_batch_are_reported_before_the_batch_ends(yard: WorkingYard) -> None:
    ids = yard.submit_many([{}, {"seconds": 2.0}], "DEADLY")
    yard.until(ids[0])
    assert yard.task(ids[1]).status is Status.RUNNING
    yard.until(ids[1])


def test_a_running_task_that_looks_is_canceled_quickly(yard: WorkingYard) -> None:
    task_id = yard.submit(sleep_seconds=60)
    yard.until(task_id, Status.RUNNING)
    assert yard.cancel(task_id).status is Status.RUNNING
    task = yard.until(task_id, Status.CANCELED, seconds=5)
    assert (task.attempt, task.deaths, task.result) == (1, 0, None)
    assert yard.steps(task_id)[-2:] == ["running", "canceled"]


def test_a_running_task_that_does_not_look_is_terminated_and_canceled(crew: Crew) -> None:
    yard = crew.yard
    task_id = yard.submit("STUBBORN", seconds=60)
    yard.until(task_id, Status.RUNNING)
    children = crew.odd.children
    yard.cancel(task_id)
    task = yard.until(task_id, Status.CANCELED)
    assert task.attempt == 1
    assert sum(not is_running(pid) for pid in children) == 1
    yard.until(yard.submit("STUBBORN", seconds=0))


def test_the_soft_limit_ends_a_task_in_its_handler(yard: WorkingYard) -> None:
    task = yard.until(yard.submit("OVERLONG", seconds=30), Status.FAILED)
    assert task.error is not None
    assert task.error["code"] == "TIMEOUT"
    assert (task.attempt, task.retry_count, task.deaths) == (2, 1, 0)


def test_the_hard_limit_kills_a_handler_that_ignores_the_soft_one(yard: WorkingYard) -> None:
    task = yard.until(yard.submit("HASTY", seconds=30), Status.FAILED)
    assert task.error is not None
    assert task.error["code"] == "TIMEOUT"
    assert task.attempt == 1


def test_a_task_runs_again_within_seconds_when_its_process_is_killed(yard: WorkingYard) -> None:
    task = yard.until(yard.submit("DEADLY", deaths=1), seconds=10)
    assert (task.attempt, task.deaths, task.retry_count) == (2, 1, 0)
    assert yard.steps(task.id) == [*RUN[:3], *RUN]
    assert yard.reasons(task.id) == ["worker process died"]


def test_a_task_that_kills_its_process_three_times_is_poison(yard: WorkingYard) -> None:
    task = yard.until(yard.submit("DEADLY", deaths=99), Status.FAILED)
    assert task.error is not None
    assert task.error["code"] == "POISON"
    assert (task.attempt, task.retry_count) == (3, 0)


def test_a_death_in_a_batch_costs_only_the_one_that_caused_it(yard: WorkingYard) -> None:
    ids = yard.submit_many([{"deaths": 99 * (n == 2)} for n in range(5)], "DEADLY")
    ended = yard.until_all(ids, Status.COMPLETED, Status.FAILED, seconds=30)
    killer = ended.pop(2)
    assert killer.error is not None
    assert killer.error["code"] == "POISON"
    assert [task.status for task in ended] == [Status.COMPLETED] * 4
    assert all(task.deaths == 0 and task.attempt <= 2 for task in ended)


@pytest.mark.parametrize("kill_many", [1, 2])
def test_a_worker_goes_on_after_its_children_were_killed(crew: Crew, kill_many: int) -> None:
    ids = [crew.yard.submit(sleep_seconds=1.5) for _ in range(2)]
    crew.yard.until_all(ids, Status.RUNNING)
    for pid in crew.system.children[:kill_many]:
        os.kill(pid, signal.SIGKILL)
    tasks = crew.yard.until_all(ids)
    assert sum(task.deaths for task in tasks) == kill_many
    assert crew.system.is_alive


def test_the_message_of_one_task_is_named_after_it_wherever_celery_shows_it(crew: Crew) -> None:
    task_id = crew.yard.submit(sleep_seconds=30)
    crew.yard.until(task_id, Status.RUNNING)
    (active,) = crew.inspect("active", "one")
    assert (active["id"], active["name"], active["args"]) == (task_id, "ECHO", [[task_id]])
    crew.yard.cancel(task_id)
    crew.yard.until(task_id, Status.CANCELED)


def test_messages_that_come_twice_or_name_nothing_are_harmless(crew: Crew) -> None:
    yard = crew.yard
    task_id = yard.submit(sleep_seconds=0.5)
    for ids in ([task_id], [task_id, task_id], [new_id()], ["no id"], []):
        crew.send("ECHO", [ids])
    task = yard.until(task_id)
    crew.send("ECHO", [[task_id]])
    crew.until_consumed()
    assert yard.task(task_id) == task
    assert yard.steps(task_id) == RUN


def test_a_pickled_message_is_refused_unread(crew: Crew, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    crew.send("ECHO", [Trap(trap)], serializer="pickle")
    crew.until_consumed()
    crew.yard.until(crew.yard.submit())
    assert not trap.exists()
    assert "Refusing to deserialize untrusted content of type pickle" in crew.system.log


@pytest.mark.parametrize(
    ("name", "arguments"), [("ECHO", []), ("ECHO", [1]), ("ECHO", [[1], 2]), ("NO_SUCH_TYPE", [[]])]
)
def test_a_message_of_another_shape_harms_nothing(
    crew: Crew, name: str, arguments: list[Any]
) -> None:
    crew.send(name, arguments)
    crew.until_consumed()
    crew.yard.until(crew.yard.submit())


def test_nobody_of_the_crew_ended_or_broke(crew: Crew) -> None:
    """Last in the module: what everything above left in the logs."""
    for process in crew.yard.processes:
        assert process.is_alive
        assert _unexpected(process.log) == []


def _unexpected(log: str) -> list[str]:
    """The errors in a log that no test asked for."""
    errors = [line for line in log.splitlines() if re.search(" (ERROR|CRITICAL) ", line)]
    return [line for line in errors if not any(words in line for words in EXPECTED)]
