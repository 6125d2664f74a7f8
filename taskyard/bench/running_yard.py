"""The yard that is measured: gateway, one worker of the pool ``system``, scheduler, an account."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from sqlalchemy import Row, func, select

from shared.accounts.account import create_account
from shared.accounts.token import issue_token
from shared.tasks.task import tasks
from taskyard import probe
from taskyard.bench.child import Child
from taskyard.bench.failure import BenchFailed
from taskyard.bench.reply import request_bytes
from taskyard.bench.stage import Stage
from taskyard.bench.traffic import Address, connect, exchange, require_status

TASKS_PATH = "/api/v1/tasks"
ECHO = b'{"type":"ECHO","content":"the quick brown fox jumps over the lazy dog"}'
TOKEN_SECONDS = 24 * 3600
DONE_SECONDS = 600.0
LOOK_SECONDS = 0.2
PROCESSES = {"gateway": ("api",), "worker": ("workers", "system"), "scheduler": ("scheduler",)}


@dataclass(frozen=True, slots=True)
class RunningYard:
    """How to reach it, and how to see what it has done."""

    stage: Stage
    token: str
    children: tuple[Child, ...]

    @property
    def address(self) -> Address:
        """Where the gateway listens."""
        return self.stage.settings.host, self.stage.settings.port

    def submission(self) -> bytes:
        """A request that submits one small ECHO."""
        return request_bytes("POST", TASKS_PATH, self.token, ECHO)

    def bulk_submission(self, items: int) -> bytes:
        """A request that submits so many of them."""
        body = b"\n".join([ECHO] * items)
        path = f"{TASKS_PATH}/bulk"
        return request_bytes("POST", path, self.token, body, "application/x-ndjson")

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

    def rows(self, after: int) -> list[Row[tuple[str, str, object, object]]]:
        """id, status, started_at and completed_at of the tasks numbered above ``after``."""
        columns = (tasks.c.id, tasks.c.status, tasks.c.started_at, tasks.c.completed_at)
        with self.stage.store.read() as tx:
            return list(tx.rows(select(*columns).where(tasks.c.number > after)))

    def _tails(self) -> str:
        return "\n".join(f"--- {child.name}\n{child.tail()}" for child in self.children)


@contextmanager
def running_yard(stage: Stage) -> Iterator[RunningYard]:
    """A yard whose every part works: it has done a task already."""
    with ExitStack() as stack:
        children = tuple(_start(stack, stage, name) for name in PROCESSES)
        for child in children:
            stack.callback(child.ask_to_stop)  # all at once, before each is waited for
        url = probe.url_of(stage.settings.host, stage.settings.port)
        children[0].await_ready(lambda: probe.get(f"{url}/readyz").status == 200)
        yard = RunningYard(stage, _token(stage), children)
        _do_one(yard)
        yield yard


def _start(stack: ExitStack, stage: Stage, name: str) -> Child:
    command = (sys.executable, "-m", *PROCESSES[name])
    child = Child(name, command, stage.log_file(name), stage.environ)
    stack.callback(child.stop)
    return child


def _token(stage: Stage) -> str:
    with stage.store.begin() as tx:
        account = create_account(tx, "bench", plan="pro")
    return issue_token(stage.settings, account.id, "buyer", ttl_seconds=TOKEN_SECONDS)


def _do_one(yard: RunningYard) -> None:
    """Submit a task and see it end: gateway, broker, worker and store are all there then."""
    with connect(yard.address) as wire:
        require_status([exchange(wire, yard.submission())], 201)
    yard.await_done(0)
