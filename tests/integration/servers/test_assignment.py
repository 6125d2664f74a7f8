"""Due link tasks go to servers that are there, and to workers where there is none at all."""

from __future__ import annotations

from collections import Counter

import pytest

from scheduler.release_due import ReleaseDue
from shared.clock import FakeClock
from shared.tasks import control, dispatch
from shared.tasks.reason import Reason
from shared.tasks.rules import RuleKey, Scope
from shared.tasks.status import Status
from shared.tasks.waiting_facts import waiting_for
from tests.fleet_yard import ENTITY, RETRY_SECONDS, SOCIAL, FleetYard
from tests.memory_yard import PLAIN

P, Q, R, C = Status.PENDING, Status.QUEUED, Status.RUNNING, Status.COMPLETED


def release(fleet: FleetYard) -> int:
    """Let the scheduler hand out to workers."""
    return dispatch.release(fleet.yard, "social") + dispatch.release(fleet.yard, "entity")


def reason_of(fleet: FleetYard, task_id: str) -> tuple[Reason, str]:
    """Why the task is not running."""
    with fleet.store.read() as tx:
        waiting = waiting_for(tx, fleet.task(task_id), fleet.yard.registry)
    assert waiting is not None
    return waiting.reason, waiting.detail


def test_a_link_task_goes_to_a_server_that_offers_its_service(fleet: FleetYard) -> None:
    server = fleet.add(services=["social"])
    (task_id,) = fleet.links()
    assert release(fleet) == 0
    assert fleet.assign() == 1
    task = fleet.task(task_id)
    assert (task.status, task.server_id, task.holder) == (Q, server.id, None)
    assert fleet.steps(task_id) == [P, Q]
    assert fleet.last_step(task_id).actor == "scheduler"


def test_where_no_server_offers_it_our_own_pool_does_it(fleet: FleetYard) -> None:
    fleet.add(services=["entity"])
    (task_id,) = fleet.links()
    assert fleet.assign() == 0
    assert release(fleet) == 1
    assert fleet.sent(SOCIAL) == [(task_id,)]


@pytest.mark.parametrize("change", [{"enabled": False}, {"services": ["entity"]}], ids=str)
def test_a_service_without_any_server_left_goes_to_our_pool(
    fleet: FleetYard, change: dict[str, object]
) -> None:
    server = fleet.add()
    fleet.links()
    fleet.change(server, **change)
    assert (fleet.assign(), release(fleet)) == (0, 1)


@pytest.mark.parametrize("change", [{"maintenance": True}, {"last_seen_at": None}], ids=str)
def test_a_server_that_is_not_there_now_is_waited_for(
    fleet: FleetYard, change: dict[str, object]
) -> None:
    fleet.change(fleet.add(), **change)
    (task_id,) = fleet.links()
    assert (fleet.assign(), release(fleet)) == (0, 0)
    reason, detail = reason_of(fleet, task_id)
    assert reason is Reason.SERVER
    assert detail.startswith("No server takes social tasks now: w1 ")


def test_a_task_tells_at_which_server_it_waits(fleet: FleetYard) -> None:
    (task_id,) = fleet.assigned(fleet.add("berlin"))
    reason, detail = reason_of(fleet, task_id)
    assert reason is Reason.SERVER
    assert detail.startswith("It was assigned to berlin at ")


def test_a_full_server_is_named_as_the_reason(fleet: FleetYard) -> None:
    server = fleet.add(slots=1)
    fleet.assigned(server, 1000)
    assert fleet.claimed(server).status is R
    fleet.assign()
    (task_id,) = fleet.links()
    assert fleet.assign() == 0
    assert reason_of(fleet, task_id) == (
        Reason.SERVER,
        "No server takes social tasks now: w1 has as much as it may have.",
    )


def test_the_least_loaded_server_is_given_more(fleet: FleetYard) -> None:
    busy = fleet.add("busy")
    fleet.assigned(busy, 6)
    idle = fleet.add("idle")
    ids = fleet.links(10)
    fleet.assign()
    at = Counter(fleet.task(task_id).server_id for task_id in ids)
    assert at == {idle.id: 8, busy.id: 2}


def test_at_most_a_thousand_tasks_are_queued_at_a_server(fleet: FleetYard) -> None:
    fleet.add()
    ids = fleet.links(1003)
    assert fleet.assign() == 1000
    assert fleet.statuses(ids) == {Q: 1000, P: 3}


def test_an_account_bound_server_does_that_accounts_tasks_alone(fleet: FleetYard) -> None:
    other = fleet.open_account("other")
    fleet.add("theirs", account_id=other.id)
    (ours,) = fleet.links()
    (theirs,) = fleet.links(account_id=other.id)
    assert fleet.assign() == 1
    assert (fleet.status(ours), fleet.status(theirs)) == (P, Q)
    assert release(fleet) == 1
    assert fleet.sent(SOCIAL) == [(ours,)]


def test_both_the_accounts_own_and_the_yards_servers_serve_it(fleet: FleetYard) -> None:
    own = fleet.add("own", account_id=fleet.account.id, slots=1)
    yards = fleet.add("yards")
    ids = fleet.links(1500)
    fleet.assign()
    at = Counter(fleet.task(task_id).server_id for task_id in ids)
    assert at == {own.id: 1000, yards.id: 500}


def test_services_that_wait_together_share_the_room(fleet: FleetYard) -> None:
    fleet.add()
    social, entity = fleet.links(1200), fleet.links(1200, ENTITY)
    fleet.assign()
    shares = (fleet.statuses(social)[Q], fleet.statuses(entity)[Q])
    assert sum(shares) == 1000
    assert min(shares) >= 400


def test_accounts_take_turns_at_servers_too(fleet: FleetYard) -> None:
    other = fleet.open_account("other")
    ours = fleet.links(1500)
    theirs = fleet.links(10, account_id=other.id)
    fleet.add()
    fleet.assign()
    assert fleet.statuses(theirs) == {Q: 10}
    assert fleet.statuses(ours)[Q] == 990


def test_a_pause_keeps_tasks_from_servers_and_takes_back_what_is_queued(fleet: FleetYard) -> None:
    server = fleet.add()
    (queued,) = fleet.assigned(server)
    control.pause(fleet.yard, RuleKey(Scope.QUEUE, "social"), actor="tests")
    (late,) = fleet.links()
    assert fleet.assign() == 0
    assert [fleet.status(queued), fleet.status(late)] == [P, P]
    assert fleet.task(queued).server_id is None
    control.resume(fleet.yard, RuleKey(Scope.QUEUE, "social"), actor="tests")
    assert fleet.assign() == 2


def test_a_retry_stays_at_its_server_while_that_is_online(
    fleet: FleetYard, clock: FakeClock
) -> None:
    first = fleet.add("first")
    task = fleet.claimed(first)
    idle = fleet.add("idle")
    fleet.report(first, task.id, "failed", attempt=1)
    again = fleet.task(task.id)
    assert (again.status, again.server_id, again.retry_count) == (P, first.id, 1)
    clock.advance(RETRY_SECONDS + 1)
    ReleaseDue(clock)(fleet.yard)
    assert fleet.assign() == 1
    assert fleet.task(task.id).server_id == first.id != idle.id


def test_a_retry_goes_elsewhere_when_its_server_is_silent(
    fleet: FleetYard, clock: FakeClock
) -> None:
    first, second = fleet.add("first"), fleet.add("second")
    fleet.change(second, maintenance=True)
    task = fleet.claimed(first)
    fleet.report(first, task.id, "failed", attempt=1)
    clock.advance(200)
    fleet.change(second, maintenance=False)
    fleet.calls(second)
    ReleaseDue(clock)(fleet.yard)
    assert fleet.assign() == 1
    assert fleet.task(task.id).server_id == second.id


def test_without_any_server_no_other_queue_is_touched(fleet: FleetYard) -> None:
    fleet.hold_back(3, PLAIN)
    assert fleet.assign() == 0
    fleet.add()
    assert fleet.assign() == 0


def test_lost_messages_are_not_looked_for_at_servers(fleet: FleetYard, clock: FakeClock) -> None:
    fleet.yard.broker.mark()
    fleet.assigned(fleet.add())
    clock.advance(100)
    assert dispatch.send_lost(fleet.yard) == 0
    assert fleet.sent(SOCIAL) == []
