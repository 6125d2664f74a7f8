"""Runs bare Celery beside the yard: one worker of two processes, one producer."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass

import orjson

from taskyard.bench.child import Child
from taskyard.bench.plan import Plan
from taskyard.bench.stage import Stage

CONCURRENCY = 2
"""As many as the yard's own worker has by default."""
BROKER_DATABASE = 1
RESULT_DATABASE = 2


@dataclass(frozen=True, slots=True)
class Peer:
    """What bare Celery did, round by round; ``delays_ms`` from sending to running."""

    sent_per_second: list[float]
    done_per_second: list[float]
    delays_ms: list[float]


def redis_results(stage: Stage, plan: Plan) -> Peer:
    """Celery with a Redis result backend, and its start delays at half of what it does."""
    backend = stage.redis_url(RESULT_DATABASE)
    return _run(stage, plan, "redis", backend, plan.peer_delay_seconds)


def sql_results(stage: Stage, plan: Plan) -> Peer:
    """Celery with a result backend in a database of the same kind as the yard's."""
    url = str(stage.settings.database_url)
    if stage.kind == "sqlite":
        url = f"sqlite:///{stage.folder / 'results.db'}"
    return _run(stage, plan, "sql", f"db+{url}", 0.0)


def _run(stage: Stage, plan: Plan, name: str, backend: str, delay_seconds: float) -> Peer:
    stage.flush()
    broker = stage.redis_url(BROKER_DATABASE)
    celery = (sys.executable, "-m", "celery", "--app=taskyard.bench.peers.app")
    urls = (f"--broker={broker}", f"--result-backend={backend}")
    options = (f"--concurrency={CONCURRENCY}", "--loglevel=warning")
    produce = (sys.executable, "-m", "taskyard.bench.peers.produce", broker, backend)
    counts = (plan.peer_tasks[name], plan.rounds, delay_seconds)
    with ExitStack() as stack:
        worker = _child(stack, stage, f"celery-{name}", (*celery, *urls, "worker", *options))
        words = (*produce, *map(str, counts))
        producer = _child(stack, stage, f"producer-{name}", words)
        while not producer.has_ended():
            worker.require_alive()
        producer.require_success()
    return Peer(**orjson.loads(producer.tail().splitlines()[-1]))


def _child(stack: ExitStack, stage: Stage, name: str, command: tuple[str, ...]) -> Child:
    child = Child(name, command, stage.log_file(name), stage.environ)
    stack.callback(child.stop)
    return child
