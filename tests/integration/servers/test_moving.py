"""A task that was at several servers is counted where it ended, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from shared.clock import FakeClock
from shared.servers.listing import TaskFilter, list_server_tasks
from shared.servers.registration import remove_server
from shared.servers.secrets import secrets_for
from shared.servers.server import Server
from shared.servers.word import Word
from shared.tasks import dispatch, retention
from shared.tasks.status import Status
from tests.fleet_yard import FleetYard

P, Q, R, C, F, X = Status


def totals(fleet: FleetYard, server: Server) -> dict[Status, int]:
    """How many tasks the server is told that it has, by status, where there are any."""
    with fleet.store.read() as tx:
        pages = {
            status: list_server_tasks(tx, server, TaskFilter(frozenset({status})), limit=10)
            for status in Status
        }
    assert all(page.total == len(page.tasks) for page in pages.values())
    return {status: page.total for status, page in pages.items() if page.total}


def test_counts_follow_a_task_that_fails_begins_anew_and_ends_elsewhere(
    fleet: FleetYard, clock: FakeClock
) -> None:
    first = fleet.add("first")
    task = fleet.claimed(first, cost_cents=20)
    fleet.report(first, task.id, "failed", attempt=1, retryable=False)
    assert totals(fleet, first) == {F: 1}
    fleet.restart(task.id)
    assert totals(fleet, first) == {P: 1}
    second = fleet.add("second")
    fleet.change(first, maintenance=True)
    assert fleet.assign() == 1
    assert (totals(fleet, first), totals(fleet, second)) == ({}, {Q: 1})
    assert fleet.report(second, task.id, "completed") is None
    assert (totals(fleet, first), totals(fleet, second)) == ({}, {C: 1})
    with fleet.store.begin() as tx:
        retention.fold_counts(tx)
    assert totals(fleet, second) == {C: 1}
    clock.advance(2 * 86_400)
    with fleet.store.begin() as tx:
        assert retention.purge(tx, 1) == 1
    assert totals(fleet, second) == {}
    assert fleet.money() == (9_980, 0)


def test_what_failed_at_a_server_that_is_gone_begins_anew_elsewhere(fleet: FleetYard) -> None:
    gone = fleet.add("gone")
    ids = [fleet.claimed(gone).id for _ in range(2)]
    for task_id in ids:
        fleet.report(gone, task_id, "failed", attempt=1, retryable=False)
    with fleet.store.begin() as tx:
        remove_server(tx, gone, actor="tests")
    fleet.restart(ids[0])
    assert dispatch.release(fleet.yard, "social") == 1
    assert [task.server_id for task in fleet.claim(ids[0])] == [None]
    fleet.restart(ids[1])
    other = fleet.add("other")
    assert [task.id for task in fleet.server_claims(other)] == [ids[1]]


def test_a_report_that_names_no_task_finds_none(fleet: FleetYard) -> None:
    assert fleet.report(fleet.add(), "none", "completed") is Word.NOT_FOUND


def test_what_cannot_be_opened_any_more_is_shown_to_nobody(fleet: FleetYard) -> None:
    server = fleet.add()
    task = fleet.claimed(server)
    assert secrets_for(fleet.yard, server, [task]) == {task.id: {"password": "open sesame"}}
    broken = replace(task, secrets={"password": "sealed:nothing"})
    unknown = replace(task, type="GONE")
    wiped = replace(task, secrets=None)
    for other in (broken, unknown, wiped):
        assert secrets_for(fleet.yard, server, [other]) == {task.id: {}}
