"""The producer: sends tasks with ``delay`` in a loop, waits for the results, prints what it took.

``python -m taskyard.bench.peers.produce BROKER BACKEND TASKS ROUNDS DELAY_SECONDS``
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from typing import Any

from celery.result import AsyncResult, ResultSet
from sqlalchemy import func, select

from taskyard.bench.peers.app import app, echo, started_at

CONTENT = "the quick brown fox jumps over the lazy dog"
LOOK_SECONDS = 0.05
WAIT_SECONDS = 600.0


def main(arguments: Sequence[str]) -> None:
    """Measure, and print one JSON object."""
    broker, backend, tasks, rounds, delay_seconds = arguments
    app.conf.update(broker_url=broker, result_backend=backend)
    echo.delay(CONTENT).get(timeout=WAIT_SECONDS)
    measured = [throughput(int(tasks)) for _ in range(int(rounds))]
    done_per_second = sorted(done for _, done in measured)[len(measured) // 2]
    delays = start_delays_ms(done_per_second / 2, float(delay_seconds))
    sent = [sent for sent, _ in measured]
    done = [done for _, done in measured]
    print(json.dumps({"sent_per_second": sent, "done_per_second": done, "delays_ms": delays}))


def throughput(tasks: int) -> tuple[float, float]:
    """Messages sent per second, and tasks sent and done per second."""
    before = stored_results()
    begun = time.monotonic()
    results = [echo.delay(CONTENT) for _ in range(tasks)]
    sent_seconds = time.monotonic() - begun
    await_all(results, before)
    return tasks / sent_seconds, tasks / (time.monotonic() - begun)


def start_delays_ms(rate: float, seconds: float) -> list[float]:
    """From when each task was to be sent until it ran, at ``rate`` per second."""
    due_at: list[float] = []
    results: list[AsyncResult[Any]] = []
    begun_at = time.time()
    while (due := begun_at + len(results) / rate) < begun_at + seconds:
        time.sleep(max(0.0, due - time.time()))
        due_at.append(due)
        results.append(started_at.delay())
    told = [result.get(timeout=WAIT_SECONDS) for result in results]
    return [1000 * (at - due) for at, due in zip(told, due_at, strict=True)]


def await_all(results: list[AsyncResult[Any]], before: int) -> None:
    """Wait until every result is there, by the cheapest way that the backend has.

    Redis tells the producer of each result. An SQL backend has to be asked, which costs a
    connection for each result: so its table is counted instead, to the peer's advantage.
    """
    if app.backend.supports_native_join:
        ResultSet(results).join_native(timeout=WAIT_SECONDS)
        return
    end = time.monotonic() + WAIT_SECONDS
    while stored_results() < before + len(results) and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)


def stored_results() -> int:
    """How many results the SQL backend has; 0 on Redis."""
    if app.backend.supports_native_join:
        return 0
    with app.backend.ResultSession() as session:
        counted = session.scalar(select(func.count()).select_from(app.backend.task_cls))
    return int(counted)


if __name__ == "__main__":
    main(sys.argv[1:])
