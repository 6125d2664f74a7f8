"""Whole yards under a load and under faults: fixed seeds, and no promise broken."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import orjson
import pytest
from sqlalchemy import text

from shared.db import Store
from shared.errors import Unavailable
from shared.settings import read_settings
from taskyard.chaos import kinds, report
from taskyard.chaos.fault import Fault, FaultKind, Strike
from taskyard.chaos.judgement import Judgement
from taskyard.chaos.part import Part
from taskyard.chaos.plan import Plan
from taskyard.chaos.repertoire import each_once, faults_of
from taskyard.chaos.run import run
from taskyard.chaos.target import Target, open_target
from tests.servers import PostgresServer, eventually
from tests.yard import TASKYARD, UpYard, is_alive

LEASE = {"TASKYARD_LEASE_SECONDS": "3"}
"""Short, so that what is stopped for longer than a lease is not stopped for long."""
RESTARTS = (
    kinds.WORKER_RESTARTED,
    kinds.SCHEDULER_RESTARTED,
    kinds.NOTICES_RESTARTED,
    kinds.GATEWAY_RESTARTED,
)
ON_SQLITE = (
    kinds.CHILD_KILLED,
    kinds.WORKER_KILLED,
    kinds.WORKER_STOPPED,
    kinds.SCHEDULER_KILLED,
    kinds.SCHEDULER_STOPPED,
    kinds.NOTICES_KILLED,
    kinds.NOTICES_STOPPED,
    kinds.GATEWAY_KILLED,
    kinds.GATEWAY_STOPPED,
    kinds.REDIS_KILLED,
    kinds.REDIS_STOPPED,
    kinds.REDIS_FLUSHED,
)
ON_POSTGRESQL = (
    *RESTARTS,
    kinds.CHILD_KILLED,
    kinds.WORKER_STOPPED,
    kinds.REDIS_RESTARTED,
    kinds.REDIS_FLUSHED,
    kinds.CONNECTIONS_CUT,
)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass(frozen=True, slots=True)
class DatabaseCrashed:
    """The server ends at once, without writing anything more, and is started again."""

    target: Target
    server: PostgresServer
    kind: FaultKind = kinds.DATABASE_RESTARTED
    seconds: float = 3.0

    def strike(self) -> Strike:
        store = self.target.yard.store
        crash(self.server)
        struck_at = store.now()
        time.sleep(1)
        self.server.start()
        return Strike(kind=self.kind, struck_at=struck_at, healed_at=store.now())


def crash(server: PostgresServer) -> None:
    """End the server at once: it writes no checkpoint, and recovers from its log."""
    pid = int((server.folder / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGQUIT)
    eventually(lambda: not is_alive(pid), what="the end of the server")


@contextmanager
def opened(yard: UpYard) -> Iterator[Target]:
    """The running yard, as chaos sees it."""
    with open_target(read_settings(yard.environ)) as target:
        yield target


def survived(target: Target, faults: list[Fault], seed: int, rate: float = 15) -> Judgement:
    """A run that does each of ``faults`` once; no promise was broken."""
    plan = Plan(rate=rate, seed=seed, quiet_seconds=150)
    judgement = run(target, plan, each_once(faults, Random(seed)), lambda _: None)
    assert judgement.is_clean, "\n".join(report.as_table(plan, judgement))
    assert judgement.figures["accepted"] > 0
    assert {r.kind for r in judgement.recoveries} == {fault.kind for fault in faults}
    return judgement


def chosen(target: Target, wanted: tuple[FaultKind, ...], seed: int) -> list[Fault]:
    """The faults of these kinds, as ``taskyard chaos`` does them."""
    faults, _ = faults_of(target, list(Part), Random(seed))
    found = [fault for fault in faults if fault.kind in wanted]
    assert {fault.kind for fault in found} == set(wanted)
    return found


def test_no_promise_is_broken_on_sqlite(own_up: UpYard) -> None:
    own_up.environ |= LEASE
    own_up.start()
    own_up.wait_until_ready()
    with opened(own_up) as target:
        judgement = survived(target, chosen(target, ON_SQLITE, 7), seed=7)
    assert judgement.figures["cancels confirmed"] > 0
    assert judgement.figures["messages repeated"] > 0
    assert judgement.figures["notices heard"] > 0
    assert judgement.history.books.entries


def test_no_promise_is_broken_on_postgresql(
    own_up: UpYard, postgres_server: PostgresServer
) -> None:
    with postgres_server.database() as url:
        own_up.environ |= LEASE | {"TASKYARD_DATABASE_URL": url}
        own_up.start("--pools", "system")
        own_up.wait_until_ready()
        with opened(own_up) as target:
            crash = DatabaseCrashed(target, postgres_server)
            judgement = survived(target, [*chosen(target, ON_POSTGRESQL, 11), crash], seed=11)
        struck = {r.kind: r for r in judgement.recoveries}
        assert struck[kinds.DATABASE_RESTARTED].restarted == ()
        assert struck[kinds.CONNECTIONS_CUT].restarted == ()
        done = own_up.command("chaos", *"--minutes 0.15 --rate 5 --kill database --json".split())
        assert done.returncode == 0, done.stdout + done.stderr
        assert orjson.loads(done.stdout)["lost"] == 0
        own_up.stop()


def test_tampering_is_exit_code_1_with_the_transitions_and_ctrl_c_leaves_a_yard_whole(
    own_up: UpYard,
) -> None:
    own_up.start("--pools", "system")
    own_up.wait_until_ready()
    with chaos(own_up, "--minutes 0.1 --rate 5 --kill scheduler --seed 1") as tampered:
        store = Store(read_settings(own_up.environ).database_url)
        eventually(lambda: completed(store), 30, "a completed task")
        task_id = complete_again(store)
        store.close()
        output, _ = tampered.communicate(timeout=300)
    assert tampered.returncode == 1, output
    assert f"DUPLICATE EFFECTS: task {task_id}: it ended 2 times: completed, completed" in output
    assert "running → completed" in output

    with chaos(own_up, "--minutes 9 --rate 5 --kill scheduler --seed 0") as interrupted:
        eventually(lambda: is_stopped(own_up.pids.get("scheduler")), 60, "a stopped scheduler")
        interrupted.send_signal(signal.SIGINT)
        interrupted.communicate(timeout=120)
    assert interrupted.returncode == 130
    assert not is_stopped(own_up.pids.get("scheduler"))
    accounts = [a for a in own_up.json("account", "list") if a["name"].startswith("chaos-")]
    assert [account["enabled"] for account in accounts] == [False, False]

    elsewhere = f"sqlite:///{own_up.folder / 'elsewhere.db'}"
    own_up.environ["TASKYARD_DATABASE_URL"] = elsewhere
    assert own_up.command("db", "upgrade").returncode == 0
    strange = own_up.command("chaos", "--minutes", "1")
    assert strange.returncode == 2
    assert "does not know a key of this store" in strange.stderr


def test_a_yard_that_does_no_work_is_told_why_and_nothing_is_left_of_the_rehearsal(
    up: UpYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("taskyard.chaos.rehearsal.WAIT_SECONDS", 0.5)
    up.json("pause", "queue", "echo")
    plan = Plan(rate=5, seed=1, minutes=0.1)
    try:
        with opened(up) as target, pytest.raises(Unavailable) as refusal:
            run(target, plan, iter(()), lambda _: None)
    finally:
        up.json("resume", "queue", "echo")
    task_id = str(refusal.value).partition("`taskyard why ")[2].partition("`")[0]
    assert "The queue echo is paused since" in str(refusal.value)
    assert "`taskyard doctor`" in str(refusal.value)
    assert up.json("why", task_id)["status"] == "canceled"


def test_what_cannot_be_struck_is_told_once(up: UpYard) -> None:
    done = up.command("chaos", "--kill", "database")
    assert done.returncode == 2
    assert done.stderr.count("SQLite has no server") == 1


def test_where_no_yard_runs_chaos_says_so_in_one_line(own_up: UpYard) -> None:
    own_up.environ["TASKYARD_SECRET_KEY"] = "a secret key for tests, long enough"
    done = own_up.command("chaos")
    assert done.returncode == 2
    assert f"No yard is running in {own_up.home}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def chaos(yard: UpYard, options: str) -> subprocess.Popen[str]:
    """``taskyard chaos`` in that yard, just started."""
    return subprocess.Popen(
        (*TASKYARD, "chaos", *options.split()),
        cwd=yard.folder,
        env=yard.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def completed(store: Store) -> list[str]:
    """The completed tasks."""
    with store.read() as tx:
        rows = tx.rows(text("SELECT id FROM tasks WHERE status = 'completed'"))
    return [row.id for row in rows]


def complete_again(store: Store) -> str:
    """Write that a task was completed once more; its id."""
    task_id = completed(store)[0]
    again = (
        "INSERT INTO transitions (task_id, from_status, to_status, attempt, actor, at)"
        " SELECT task_id, from_status, to_status, attempt, 'a forger', at"
        " FROM transitions WHERE task_id = :id AND to_status = 'completed'"
    )
    with store.begin() as tx:
        tx.execute(text(again), {"id": task_id})
    return task_id


def is_stopped(pid: int | None) -> bool:
    """Whether the process is held by SIGSTOP; one that does not live is not."""
    if pid is None or not is_alive(pid):
        return False
    stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    return stat.rpartition(")")[2].split()[0] == "T"
