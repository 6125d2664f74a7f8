"""What silent and absent servers lose, and when they do not."""

from __future__ import annotations

import pytest

from scheduler.assign_servers import AssignServers, LoseSilent
from shared.clock import FakeClock
from shared.servers.silence import take_back
from shared.tasks.status import Status
from tests.fleet_yard import ENTITY, FleetYard

P, Q, R = Status.PENDING, Status.QUEUED, Status.RUNNING
SILENCE = 120


def test_a_silent_server_loses_what_is_queued_at_it(fleet: FleetYard, clock: FakeClock) -> None:
    (task_id,) = fleet.assigned(fleet.add())
    clock.advance(SILENCE - 1)
    assert fleet.lose_silent() == 0
    clock.advance(1)
    assert fleet.lose_silent() == 1
    assert (fleet.status(task_id), fleet.task(task_id).server_id) == (P, None)
    assert fleet.last_step(task_id).reason == "server went silent"


def test_any_call_is_a_heartbeat(fleet: FleetYard, clock: FakeClock) -> None:
    server = fleet.add()
    fleet.assigned(server)
    clock.advance(SILENCE - 1)
    fleet.calls(server)
    clock.advance(SILENCE - 1)
    assert fleet.lose_silent() == 0


def test_what_it_claimed_stays_until_the_lease_is_over(fleet: FleetYard, clock: FakeClock) -> None:
    task = fleet.claimed(fleet.add())
    clock.advance(SILENCE)
    assert fleet.lose_silent() == 0
    assert fleet.status(task.id) is R


def test_what_it_runs_without_a_claim_goes_with_its_voice(
    fleet: FleetYard, clock: FakeClock
) -> None:
    server = fleet.add()
    (task_id,) = fleet.assigned(server)
    fleet.report(server, task_id, "running")
    for _ in range(3):
        clock.advance(SILENCE - 1)
        fleet.calls(server)
    assert fleet.lose_silent() == 0
    clock.advance(SILENCE)
    assert fleet.lose_silent() == 1
    task = fleet.task(task_id)
    assert (task.status, task.server_id, task.lost_leases) == (P, None, 1)


@pytest.mark.parametrize("change", [{"maintenance": True}, {"enabled": False}], ids=str)
def test_a_server_that_takes_nothing_keeps_nothing_queued(
    fleet: FleetYard, change: dict[str, object]
) -> None:
    server = fleet.add()
    running = fleet.claimed(server)
    (queued,) = fleet.assigned(server)
    fleet.change(server, **change)
    assert fleet.lose_silent() == 1
    assert (fleet.status(running.id), fleet.status(queued)) == (R, P)


def test_a_service_that_is_not_offered_any_more_gives_its_tasks_back(fleet: FleetYard) -> None:
    server = fleet.add()
    (social,) = fleet.assigned(server)
    (entity,) = fleet.assigned(server, kind=ENTITY)
    with fleet.store.begin() as tx:
        assert take_back(tx, server, "not offered", actor="tests", not_in=["ENTITY"]) == 1
    assert (fleet.status(social), fleet.status(entity)) == (P, Q)


def test_after_a_gap_servers_have_time_to_be_heard_again(
    fleet: FleetYard, clock: FakeClock
) -> None:
    lose = LoseSilent(clock)
    lose(fleet.yard)
    fleet.assigned(fleet.add())
    clock.advance(3600)
    assert lose(fleet.yard) == 0
    for _ in range(SILENCE // 10):
        assert lose(fleet.yard) == 0
        clock.advance(10)
    assert lose(fleet.yard) == 1


def test_the_scheduler_assigns(fleet: FleetYard) -> None:
    chore = AssignServers()
    assert chore(fleet.yard) == 0
    fleet.add()
    fleet.links(3)
    assert chore(fleet.yard) == 3
