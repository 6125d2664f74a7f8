"""Claims, leases and extensions of remote servers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.rescue_stalled import RescueStalled
from shared.clock import FakeClock
from shared.servers import claiming
from shared.servers.claiming import Held
from shared.servers.word import Word
from shared.tasks import dispatch
from shared.tasks.status import Status
from tests.fleet_yard import ENTITY, SOCIAL, FleetYard
from tests.memory_yard import PLAIN, in_threads

P, Q, R, C, X = (
    Status.PENDING, Status.QUEUED, Status.RUNNING, Status.COMPLETED, Status.CANCELED
)  # fmt: skip
LEASE = timedelta(seconds=120)


def test_a_claim_starts_what_is_assigned_to_the_server(fleet: FleetYard, clock: FakeClock) -> None:
    server = fleet.add()
    (task_id,) = fleet.assigned(server)
    (task,) = fleet.server_claims(server)
    assert (task.id, task.status, task.attempt) == (task_id, R, 1)
    assert (task.holder, task.lease_expires_at) == (f"server/{server.id}", clock.now() + LEASE)
    assert fleet.last_step(task_id).actor == server.holder


def test_a_claim_takes_what_nobody_has_as_well(fleet: FleetYard) -> None:
    server = fleet.add()
    ids = fleet.links(3)
    assert {task.id for task in fleet.server_claims(server)} == set(ids)
    assert fleet.steps(ids[0]) == [P, Q, R]


def test_what_is_assigned_to_others_stays_theirs(fleet: FleetYard) -> None:
    first = fleet.add("first")
    fleet.assigned(first, 5)
    assert fleet.server_claims(fleet.add("second")) == []


@pytest.mark.parametrize(
    ("services", "wanted", "claimed"),
    [
        (["social"], None, {"SOCIAL"}),
        (["social", "entity"], None, {"SOCIAL", "ENTITY"}),
        (["social", "entity"], ["entity"], {"ENTITY"}),
        (["social"], ["entity"], set()),
    ],
    ids=["one offered", "all", "one asked for", "not offered"],
)
def test_a_claim_is_of_the_services_offered_and_asked_for(
    fleet: FleetYard, services: list[str], wanted: list[str] | None, claimed: set[str]
) -> None:
    server = fleet.add(services=services)
    fleet.links(2, SOCIAL)
    fleet.links(2, ENTITY)
    found = claiming.claim(fleet.yard, server, 10, wanted)
    assert {task.type for task in found} == claimed


def test_a_server_runs_no_more_than_it_has_slots(fleet: FleetYard) -> None:
    server = fleet.add(slots=3)
    fleet.links(10)
    assert len(fleet.server_claims(server)) == 3
    assert fleet.server_claims(server) == []


def test_calls_at_once_share_the_slots(fleet: FleetYard) -> None:
    server = fleet.add(slots=10)
    fleet.assigned(server, 40)
    claims = in_threads(8, lambda _: fleet.server_claims(server, 5))
    assert sum(len(claim) for claim in claims) == 10


def test_in_maintenance_a_server_is_given_nothing(fleet: FleetYard) -> None:
    server = fleet.add()
    fleet.links(2)
    fleet.change(server, maintenance=True)
    assert fleet.server_claims(server) == []


def test_many_servers_at_once_are_never_given_the_same_task(fleet: FleetYard) -> None:
    servers = [fleet.add(f"w{n}") for n in range(6)]
    ids = fleet.links(300)
    fleet.assign()
    claims = in_threads(6, lambda n: fleet.server_claims(servers[n], 500))
    claimed = [task.id for claim in claims for task in claim]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) == set(ids)


def test_other_types_are_no_servers_business(fleet: FleetYard) -> None:
    fleet.hold_back(2, PLAIN)
    assert fleet.server_claims(fleet.add()) == []


def test_an_extended_lease_goes_on(fleet: FleetYard, clock: FakeClock) -> None:
    server = fleet.add()
    task = fleet.claimed(server)
    clock.advance(100)
    (extension,) = claiming.extend(fleet.yard, server, [Held(task.id, 1)])
    assert extension.error is None
    assert extension.lease_expires_at == clock.now() + LEASE == fleet.task(task.id).lease_expires_at
    assert not extension.is_canceled
    clock.advance(100)
    assert dispatch.rescue(fleet.yard) == 0


def test_a_lease_that_is_over_moves_the_task_to_another_server(
    fleet: FleetYard, clock: FakeClock
) -> None:
    first = fleet.add("first")
    task = fleet.claimed(first)
    clock.advance(121)
    assert dispatch.rescue(fleet.yard) == 1
    assert (fleet.status(task.id), fleet.task(task.id).server_id) == (P, None)
    second = fleet.add("second")
    (again,) = fleet.server_claims(second)
    assert (again.id, again.attempt) == (task.id, 2)
    assert fleet.report(first, task.id, "completed", attempt=1) is Word.NOT_YOUR_TASK
    assert fleet.report(second, task.id, "completed", attempt=2) is None
    assert fleet.status(task.id) is C


def test_after_a_gap_a_server_has_its_whole_lease_again(fleet: FleetYard, clock: FakeClock) -> None:
    rescue = RescueStalled(clock)
    rescue(fleet.yard)
    task = fleet.claimed(fleet.add())
    clock.advance(3600)
    assert rescue(fleet.yard) == 0
    assert fleet.task(task.id).lease_expires_at == clock.now() + LEASE


def test_an_extension_says_why_it_is_refused(fleet: FleetYard) -> None:
    first, second = fleet.add("first"), fleet.add("second")
    mine, theirs = fleet.claimed(first), fleet.claimed(second)
    done = fleet.claimed(first)
    fleet.report(first, done.id, "completed")
    plain = fleet.submit(PLAIN)
    asked = [
        Held(mine.id, 1), Held(mine.id, 2), Held(theirs.id, 1), Held(done.id, 1), Held(plain, 0),
        Held("no id", 1), Held(mine.id),
    ]  # fmt: skip
    words = [one.error for one in claiming.extend(fleet.yard, first, asked)]
    assert words == [
        None, Word.STALE_ATTEMPT, Word.NOT_YOUR_TASK, Word.ILLEGAL_TRANSITION, Word.NOT_FOUND,
        Word.NOT_FOUND, None,
    ]  # fmt: skip


def test_an_extension_tells_that_the_task_is_to_stop(fleet: FleetYard) -> None:
    server = fleet.add()
    task = fleet.claimed(server)
    fleet.cancel(task.id)
    assert fleet.status(task.id) is R
    (extension,) = claiming.extend(fleet.yard, server, [Held(task.id, 1)])
    assert (extension.error, extension.is_canceled) == (None, True)
    assert fleet.report(server, task.id, "canceled", attempt=1) is None
    assert fleet.status(task.id) is X
    (after,) = claiming.extend(fleet.yard, server, [Held(task.id, 1)])
    assert (after.error, after.is_canceled) == (Word.ILLEGAL_TRANSITION, True)


def test_what_is_queued_at_a_server_is_canceled_at_once(fleet: FleetYard) -> None:
    server = fleet.add()
    (task_id,) = fleet.assigned(server)
    fleet.cancel(task_id)
    assert fleet.status(task_id) is X
    assert fleet.server_claims(server) == []
