"""A yard on two hosts whose link breaks: nothing is lost, nothing is done twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from signal import SIGTERM
from typing import Any

import httpx
import pytest

from shared.accounts.token import grant_token
from shared.db import Store
from shared.tasks.status import Status
from tests.hosts import Link
from tests.process import YardProcess
from tests.servers import PostgresServer, ValkeyServer, eventually
from tests.tables import make_tables
from tests.working_yard import WorkingYard

CUT_SECONDS = 30.0
LEASE_SECONDS = 5.0
SLOW_SECONDS = 6.0
"""Longer than a lease after the cut, much shorter than the cut."""


class YardOnTwoHosts:
    """Gateway, scheduler, store and broker are near; workers are near or far."""

    def __init__(self, link: Link, folder: Path, database_url: str, valkey: ValkeyServer) -> None:
        self.link = link
        self.yard = WorkingYard(
            folder, database_url, valkey.url, LEASE_SECONDS=LEASE_SECONDS, HOST=link.near.address
        )
        with self.yard.store.begin() as tx:
            token = grant_token(tx, self.yard.settings, self.yard.account.id, "buyer")
        self.client = httpx.Client(
            base_url=f"http://{link.near.address}:{self.yard.settings.port}",
            headers={"Authorization": f"Bearer {token}"},
        )

    def start(self) -> None:
        """Start what is near, but for the worker."""
        self.yard.gateway()
        self.yard.scheduler()
        eventually(self._answers, 60, "the gateway's first answer")

    def cut(self) -> float:
        """Cut the link; when that was, on this machine's monotonic clock."""
        self.link.cut()
        return time.monotonic()

    def far_worker(self) -> YardProcess:
        """A worker on the other side of the link."""
        with self.link.far.entered():
            return self.yard.worker(name="far", concurrency=3)

    def submit(self, count: int, **content: Any) -> list[str]:
        """Submit so many tasks to the gateway, one by one; their ids."""
        asked = {"type": "ECHO", "content": content}
        answers = [self.client.post("/api/v1/tasks", json=asked) for _ in range(count)]
        assert {answer.status_code for answer in answers} == {201}, answers[0].text
        return [answer.json()["taskId"] for answer in answers]

    def _answers(self) -> bool:
        try:
            return self.client.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture
def apart(link: Link, tmp_path: Path) -> Iterator[YardOnTwoHosts]:
    """A yard on both hosts, on PostgreSQL; its workers are the test's."""
    postgres = PostgresServer()
    valkey = ValkeyServer(tmp_path / "valkey", link.near.address)
    try:
        url = postgres.listen(link.near.address)
        _make_tables(url)
        valkey.start()
        made = YardOnTwoHosts(link, tmp_path, url, valkey)
        try:
            made.start()
            yield made
        finally:
            made.client.close()
            made.yard.close()
    finally:
        valkey.stop()
        postgres.remove()


def _make_tables(url: str) -> None:
    store = Store(url)
    make_tables(store)
    store.close()


@pytest.mark.slow
def test_a_cut_longer_than_a_lease_loses_nothing_and_doubles_nothing(
    apart: YardOnTwoHosts,
) -> None:
    yard = apart.yard
    far = apart.far_worker()
    cut_off = apart.submit(2, sleep_seconds=SLOW_SECONDS)
    yard.until_all(cut_off, Status.RUNNING)
    near = yard.worker(name="near", concurrency=2)
    waiting = apart.submit(8, sleep_seconds=0.5)  # some start on either side, some are queued
    begun = apart.cut()
    others = [*waiting, *apart.submit(10), *apart.submit(10, sleep_seconds=0.1)]

    done = yard.until_all(cut_off, seconds=CUT_SECONDS)
    assert [(task.attempt, task.lost_leases) for task in done] == [(2, 1), (2, 1)]
    yard.until_all(others, seconds=CUT_SECONDS)
    time.sleep(max(0.0, begun + CUT_SECONDS - time.monotonic()))
    apart.link.heal()

    for task_id in cut_off:
        far.until_logged(f"a report came too late and changed nothing: task {task_id} attempt 1")
    assert yard.tasks(cut_off) == done
    for task in yard.tasks(others):
        assert task.attempt == 1 + task.lost_leases
    assert all(yard.steps(task_id).count("completed") == 1 for task_id in [*cut_off, *others])

    near.signal(SIGTERM)
    near.until_ended()
    afterwards = yard.until_all(apart.submit(6), seconds=30)
    assert all(task.attempt == 1 for task in afterwards)
    assert [process.is_alive for process in yard.processes] == [True, True, True, False]
