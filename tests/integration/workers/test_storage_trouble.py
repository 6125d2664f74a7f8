"""The store's disk fills up or turns read-only: nothing is accepted, lost or broken meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from api import create_app_for
from shared.db import Transaction
from shared.tasks import queries
from shared.tasks.status import Status
from shared.tasks.task import tasks
from tests.disks import Disk, NoDisk, small_disk
from tests.gateway import TASKS, Bench, Caller
from tests.servers import PostgresServer, ValkeyServer
from tests.working_yard import LEASE_SECONDS, WorkingYard

ECHO = {"type": "ECHO", "content": {"filler": "x" * 2000}}
BULK = [ECHO] * 50


@dataclass
class Place:
    """Where a store is kept, and what can go wrong there."""

    url: str
    begin_trouble: Callable[[], None]
    end_trouble: Callable[[], None]
    is_total: bool = True
    """Whether it takes nothing in; a table's pages may have room when its disk has none."""


class Troubled:
    """A yard at such a place, and a caller of its gateway."""

    def __init__(self, yard: WorkingYard, place: Place) -> None:
        self.yard = yard
        self.place = place
        self.bench = Bench(create_app_for(yard.yard), yard.yard)
        self.buyer: Caller = self.bench.caller(yard.account)

    def submit_until_refused(self) -> list[str]:
        """Submit until there is no more room for it; the ids of what was accepted."""
        accepted: list[str] = []
        while (answer := self.buyer.submit(ECHO)).status_code == 201:
            accepted.append(answer.json["taskId"])  # type: ignore[index]
            assert len(accepted) < 2000
        self.is_refused(answer)
        return accepted

    def is_refused(self, answer: Any) -> None:
        """It was answered that the store is not to be had, in the dialect's words."""
        assert (answer.status_code, answer.json["code"]) == (503, "UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) > 0

    def count(self) -> int:
        """How many tasks there are."""
        with self.yard.store.read() as tx:
            return int(tx.execute(select(func.count()).select_from(tasks)).scalar_one())

    def is_sound(self) -> None:
        """The store's files are in order, and the counters say what the rows say."""
        with self.yard.store.begin() as tx:
            if tx.dialect == "sqlite":
                assert tx.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert queries.counts(tx, self.yard.account.id) == _counted(tx)


def _counted(tx: Transaction) -> dict[tuple[str, Status], int]:
    query = select(tasks.c.type, tasks.c.status, func.count().label("n"))
    rows = tx.rows(query.group_by(tasks.c.type, tasks.c.status))
    return {(row.type, Status(row.status)): row.n for row in rows}


@pytest.fixture
def ends() -> Iterator[ExitStack]:
    """What is to be undone after the test, newest first."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def disk(ends: ExitStack, tmp_path: Path) -> Disk:
    """A small disk of the test's own."""
    for folder in (tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    try:
        return ends.enter_context(small_disk(tmp_path / "disk", 32))
    except NoDisk as error:
        pytest.skip(f"This machine mounts no small disks: {error}")


@pytest.fixture
def full_sqlite(disk: Disk, _sqlite_template: Path) -> Place:
    """A SQLite file on a disk that fills up."""
    file = disk.folder / "yard.db"
    shutil.copyfile(_sqlite_template, file)
    return Place(f"sqlite:///{file}", disk.fill, disk.empty)


@pytest.fixture
def full_postgresql(
    ends: ExitStack, disk: Disk, postgres_server: PostgresServer, _postgres_template: str
) -> Place:
    """A PostgreSQL database on a disk that fills up."""
    space = ends.enter_context(postgres_server.tablespace(disk.folder))
    url = ends.enter_context(postgres_server.database(_postgres_template, space))
    ends.callback(disk.empty)  # dropping takes room, too
    return Place(url, disk.fill, disk.empty, is_total=False)


@pytest.fixture
def read_only_postgresql(
    ends: ExitStack, postgres_server: PostgresServer, _postgres_template: str
) -> Place:
    """A PostgreSQL database that becomes read-only, as one does that is not the primary now."""
    url = ends.enter_context(postgres_server.database(_postgres_template))
    return Place(
        url,
        lambda: postgres_server.set_read_only(url, is_on=True),
        lambda: postgres_server.set_read_only(url, is_on=False),
    )


@pytest.fixture(params=["full_sqlite", "full_postgresql", "read_only_postgresql"])
def troubled(
    request: pytest.FixtureRequest, ends: ExitStack, tmp_path: Path, module_valkey: ValkeyServer
) -> Troubled:
    """A yard at each such place."""
    place: Place = request.getfixturevalue(request.param)
    module_valkey.flush()
    yard = WorkingYard(tmp_path / "yard", place.url, module_valkey.url)
    ends.callback(yard.close)
    return Troubled(yard, place)


@pytest.mark.slow
def test_a_store_that_takes_nothing_in_refuses_and_goes_on_when_it_can(troubled: Troubled) -> None:
    yard, place = troubled.yard, troubled.place
    scheduler, worker = yard.scheduler(), yard.worker(concurrency=2)
    running = [yard.submit(sleep_seconds=LEASE_SECONDS + 3) for _ in range(2)]
    yard.until_all(running, Status.RUNNING)

    place.begin_trouble()
    accepted = troubled.submit_until_refused()
    before = troubled.count()
    troubled.is_refused(troubled.buyer.post(f"{TASKS}/bulk", json=BULK))
    assert troubled.count() == before == len(running) + len(accepted)
    assert troubled.buyer.get(f"{TASKS}/{running[0]}").status_code == 200
    if place.is_total:
        worker.until_logged("Trying again in 0.8 s")
    place.end_trouble()

    for task in yard.until_all(running):
        assert task.attempt == 1 + task.lost_leases
        assert yard.steps(task.id).count("completed") == 1
        assert task.lost_leases == 0 or not place.is_total
    yard.until_all([*accepted, troubled.buyer.submitted(**ECHO)])
    assert scheduler.is_alive
    assert worker.is_alive
    troubled.is_sound()


@pytest.mark.slow
def test_a_yard_that_starts_on_a_read_only_disk_works_as_soon_as_it_can_write(
    ends: ExitStack, disk: Disk, full_sqlite: Place, tmp_path: Path, module_valkey: ValkeyServer
) -> None:
    module_valkey.flush()
    yard = WorkingYard(tmp_path / "yard", full_sqlite.url, module_valkey.url)
    ends.callback(yard.close)
    waiting = [yard.submit() for _ in range(3)]
    troubled = Troubled(yard, full_sqlite)
    yard.store.close()

    disk.forbid_writing()
    scheduler, worker = yard.scheduler(), yard.worker()
    troubled.is_refused(troubled.buyer.submit(ECHO))
    troubled.is_refused(troubled.buyer.post(f"{TASKS}/bulk", json=BULK))
    worker.until_logged("Trying again in 0.8 s")
    scheduler.until_logged("release_due waits")
    disk.allow_writing()

    done = yard.until_all([*waiting, troubled.buyer.submitted(**ECHO)])
    assert [task.attempt for task in done] == [1] * len(done)
    assert troubled.count() == len(done)
    assert scheduler.is_alive
    assert worker.is_alive
    troubled.is_sound()
