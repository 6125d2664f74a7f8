"""The yard that is measured: gateway, one worker of the pool ``system``, scheduler."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, func, select

from shared.tasks.task import tasks
from taskyard import probe
from taskyard.bench.child import Child
from taskyard.bench.failure import BenchFailed
from taskyard.bench.stage import Stage
from taskyard.bench.tenant import Tenant
from taskyard.bench.traffic import Address, connect, exchange, require_status

DONE_SECONDS = 600.0
LOOK_SECONDS = 0.2
PROCESSES = {"gateway": ("api",), "worker": ("workers", "system"), "scheduler": ("scheduler",)}
SEEN = (
    tasks.c.id,
    tasks.c.account_id,
    tasks.c.status,
    tasks.c.created_at,
    tasks.c.queued_at,
    tasks.c.started_at,
    tasks.c.completed_at,
)
"""What the bench wants to know of a task."""


@dataclass(frozen=True, slots=True)
class RunningYard:
    """How to reach it, and how to see what it has done."""

    stage: Stage
    children: tuple[Child, ...]

    @property
    def address(self) -> Address:
        """Where the gateway listens."""
        return self.stage.settings.host, self.stage.settings.port

    def gateway_bytes(self) -> int:
        """The gateway's memory."""
        return self.children[0].memory_bytes()

    def last_number(self) -> int:
        """The number of the newest task."""
        with self.stage.store.read() as tx:
            row = tx.first(select(func.max(tasks.c.number).label("number")))
        return int(row.number or 0) if row else 0

    def await_done(self, after: int) -> None:
        """Wait until every task with a number above ``after`` is final."""
        query = select(tasks.c.id).where(tasks.c.number > after, tasks.c.completed_at.is_(None))
        end = time.monotonic() + DONE_SECONDS
        while True:
            with self.stage.store.read() as tx:
                if tx.first(query.order_by(tasks.c.number).limit(1)) is None:
                    return
            for child in self.children:
                child.require_alive()
            if time.monotonic() > end:
                raise BenchFailed(f"Tasks are not done after {DONE_SECONDS:g} s: {self._tails()}")
            time.sleep(LOOK_SECONDS)

    def rows(self, after: int) -> list[Row[Any]]:
        """What is `SEEN` of the tasks numbered above ``after``."""
        with self.stage.store.read() as tx:
            return list(tx.rows(select(*SEEN).where(tasks.c.number > after)))

    def _tails(self) -> str:
        return "\n".join(f"--- {child.name}\n{child.tail()}" for child in self.children)


@contextmanager
def running_yard(
    stage: Stage, tenant: Tenant, settings: Mapping[str, str] | None = None
) -> Iterator[RunningYard]:
    """A yard whose every part works: it has done a task of ``tenant`` already.

    ``settings`` are added to the environment of its processes.
    """
    environ = {**stage.environ, **(settings or {})}
    with ExitStack() as stack:
        children = tuple(_start(stack, stage, name, environ) for name in PROCESSES)
        for child in children:
            stack.callback(child.ask_to_stop)  # all at once, before each is waited for
        url = probe.url_of(stage.settings.host, stage.settings.port)
        children[0].await_ready(lambda: probe.get(f"{url}/readyz").status == 200)
        yard = RunningYard(stage, children)
        _do_one(yard, tenant)
        yield yard


@contextmanager
def with_documents(yard: RunningYard) -> Iterator[RunningYard]:
    """``yard``, with a worker of the pool ``documents``."""
    stage = yard.stage
    command = (sys.executable, "-m", "workers", "documents")
    child = Child("documents", command, stage.log_file("documents"), stage.environ)
    try:
        yield replace(yard, children=(*yard.children, child))
    finally:
        child.stop()


def _start(stack: ExitStack, stage: Stage, name: str, environ: Mapping[str, str]) -> Child:
    command = (sys.executable, "-m", *PROCESSES[name])
    child = Child(name, command, stage.log_file(name), environ)
    stack.callback(child.stop)
    return child


def _do_one(yard: RunningYard, tenant: Tenant) -> None:
    """Submit a task and see it end: gateway, broker, worker and store are all there then."""
    after = yard.last_number()
    with connect(yard.address) as wire:
        require_status([exchange(wire, tenant.submission())], 201)
    yard.await_done(after)
