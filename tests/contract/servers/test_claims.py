"""A server claims tasks, and keeps them while it does them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.gateway import gateway_of
from api.waiting import WaitingRoom
from shared.ids import new_id
from shared.servers.key import list_keys, revoke
from shared.servers.server import change_server
from shared.tasks import dispatch
from tests.contract.servers.conftest import shortly
from tests.contract.servers.test_tasks import FIELDS
from tests.remote_servers import PASSWORD, TASKS, Remote, ServersBench, open_servers_bench
from tests.servers import eventually

CLAIM, EXTEND = f"{TASKS}/claim", f"{TASKS}/extend"


def test_a_claimed_task_runs_and_says_what_its_reports_must_say(remote: Remote) -> None:
    link_id = remote.one(campaign=remote.campaign())

    (task,) = remote.claim()

    assert list(task) == [*FIELDS, "attempt", "lease_expires_at"]
    assert (task["id"], task["status"], task["attempt"]) == (link_id, "running", 1)
    assert task["password"] == PASSWORD
    row = remote.row(link_id)
    assert (row.status, row.holder) == ("running", remote.server.holder)
    begun, until = (datetime.fromisoformat(task[n]) for n in ("started_at", "lease_expires_at"))
    assert until - begun == timedelta(seconds=120)


def test_what_waits_at_the_server_comes_before_what_waits_for_anybody(remote: Remote) -> None:
    (anybodys,) = remote.ordered()
    own = remote.one()

    assert [task["id"] for task in remote.claim(limit=1)] == [own]
    assert [task["id"] for task in remote.claim(limit=1)] == [anybodys]
    assert remote.row(anybodys).server_id == remote.server.id
    assert remote.claim() == []


def test_a_task_is_claimed_once(remote: Remote, rival: Remote) -> None:
    ids = remote.ordered(4)

    first, second = remote.claim(limit=3), rival.claim(limit=3)

    assert (len(first), len(second)) == (3, 1)
    assert sorted(task["id"] for task in first + second) == sorted(ids)


def test_a_claim_takes_a_hundred_where_nothing_is_said(remote: Remote) -> None:
    remote.assigned(101)

    assert len(remote.told(remote.post(CLAIM))) == 100
    assert len(remote.claim()) == 1


@pytest.mark.parametrize(
    ("service_type", "claimed"),
    [
        ("social", ["social"]),
        ("entity", ["entity"]),
        ("entity, social", ["entity", "social"]),
        ("", ["entity", "social"]),
        (None, ["entity", "social"]),
        ("podcast", []),
    ],
)
def test_a_claim_can_be_for_some_services(
    remote: Remote, service_type: str | None, claimed: list[str]
) -> None:
    for service in ("social", "entity"):
        remote.one(service=service)

    found = remote.claim(service_type=service_type)

    assert sorted(task["service_type"] for task in found) == claimed


def test_a_server_runs_no_more_than_its_slots(bench: ServersBench) -> None:
    small = bench.remote("social", slots=2)
    small.assigned(3)

    first, _second = small.claim()
    assert small.claim() == []

    small.told(small.report(first["id"], "completed", attempt=first["attempt"]))
    assert len(small.claim()) == 1


def test_a_server_in_maintenance_is_given_nothing_and_may_report(remote: Remote) -> None:
    begun = remote.in_state("running")
    remote.one()
    with remote.yard.store.begin() as tx:
        change_server(tx, remote.server, maintenance=True)

    assert remote.claim() == []
    remote.told(remote.report(begun, "completed"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", 0), ("limit", 501), ("limit", -1), ("limit", "10"), ("limit", 1.5),
        ("limit", True), ("limit", []), ("service_type", "email"), ("service_type", 5),
        ("service_type", ["social"]), ("wait", -1), ("wait", "5"), ("wait", True), ("wait", {}),
    ],
    ids=shortly,
)  # fmt: skip
def test_what_cannot_be_claimed_is_refused_by_name(remote: Remote, field: str, value: Any) -> None:
    link_id = remote.one()

    answer = remote.post(CLAIM, json={field: value})

    assert (answer.status_code, answer.get_json()["success"]) == (400, False)
    assert answer.get_json()["message"].startswith(f"{field}: must be ")
    assert remote.row(link_id).status == "queued"


def waiting_room(remote: Remote) -> WaitingRoom:
    """The gateway's waiting room."""
    return gateway_of(remote.app).waiting


@pytest.fixture
def guest(remote: Remote) -> Iterator[Remote]:
    """A server that waits for work by itself, beside the test; nobody sits there afterwards."""
    yield replace(remote, client=remote.app.test_client())
    eventually(lambda: waiting_room(remote).seated == 0)


def test_a_server_that_waits_is_given_work_as_soon_as_there_is_some(
    remote: Remote, guest: Remote
) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(guest.claim, wait=30)
        eventually(lambda: waiting_room(remote).seated == 1)
        began = time.monotonic()
        link_id = remote.one()

        assert [task["id"] for task in waiting.result()] == [link_id]
    assert time.monotonic() - began < 10


def test_a_server_that_waits_in_vain_is_told_so(remote: Remote) -> None:
    began = time.monotonic()

    assert remote.claim(wait=0.3) == []
    assert time.monotonic() - began >= 0.3


def test_a_key_that_is_revoked_while_its_server_waits_ends_at_once(
    remote: Remote, guest: Remote
) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(guest.post, CLAIM, json={"wait": 30})
        eventually(lambda: waiting_room(remote).seated == 1)
        with remote.yard.store.begin() as tx:
            revoke(tx, remote.server, list_keys(tx, remote.server)[0].id)
        remote.ordered()

        assert waiting.result().status_code == 401


def test_who_finds_no_seat_and_who_waits_when_the_gateway_stops_is_answered_at_once(
    bench: ServersBench,
) -> None:
    settings = replace(bench.yard.settings, gateway_threads=2)
    with open_servers_bench(replace(bench.yard, settings=settings)) as small:
        remote = small.remote()
        guest = replace(remote, client=small.app.test_client())
        began = time.monotonic()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(guest.claim, wait=30)
            eventually(lambda: waiting_room(remote).seated == 1)

            assert remote.claim(wait=30) == []
            gateway_of(small.app).wake_everybody()
            assert waiting.result() == []
        assert time.monotonic() - began < 10


def test_a_lease_is_extended(remote: Remote) -> None:
    link_id = remote.one()
    (task,) = remote.claim()
    before = remote.row(link_id).lease_expires_at

    (told,) = remote.extend({"link_id": link_id, "attempt": task["attempt"]})

    after = remote.row(link_id).lease_expires_at
    assert before is not None
    assert after is not None
    assert after > before
    assert told == {
        "link_id": link_id,
        "success": True,
        "lease_expires_at": after.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "canceled": False,
    }


def test_a_server_is_told_which_tasks_to_stop(remote: Remote) -> None:
    link_id = remote.one()
    remote.claim()
    dispatch.cancel(remote.yard, link_id, remote.account.id, "tests")

    (told,) = remote.extend({"link_id": link_id, "attempt": 1})
    assert (told["success"], told["canceled"]) == (True, True)

    remote.told(remote.report(link_id, "canceled", attempt=1))
    assert remote.row(link_id).status == "canceled"


def test_each_task_is_answered_for_by_itself(remote: Remote, rival: Remote) -> None:
    kept, stale, theirs, over = remote.one(), remote.one(), rival.one(), remote.one()
    remote.claim()
    remote.told(remote.report(over, "completed", attempt=1))

    told = remote.extend(
        {"link_id": kept, "attempt": 1},
        {"link_id": stale, "attempt": 2},
        {"link_id": theirs, "attempt": 1},
        {"link_id": over, "attempt": 1},
        {"link_id": new_id(), "attempt": 1},
        {"link_id": "x", "attempt": 1},
        {"link_id": kept, "attempt": 1},
        {"attempt": 1},
        7,
    )

    assert [one["success"] for one in told] == [True] + [False] * 8
    assert [one.get("error") for one in told] == [
        None, "stale_attempt", "not_your_task", "illegal_transition", "not_found", "not_found",
        "duplicate", "missing_link_id", "missing_link_id",
    ]  # fmt: skip
    assert {one["lease_expires_at"] for one in told[1:]} == {None}


@pytest.mark.parametrize("attempt", [0, "1", 1.5, True, {}], ids=shortly)
def test_an_attempt_that_is_none_is_told(remote: Remote, attempt: Any) -> None:
    (told,) = remote.extend({"link_id": remote.one(), "attempt": attempt})

    assert told["success"] is False
    assert told["error"].startswith("invalid_field: attempt: must be a whole number")


def test_nothing_to_extend_is_no_mistake(remote: Remote) -> None:
    assert remote.extend() == []


@pytest.mark.parametrize("body", [{}, {"items": 5}, {"items": [{}] * 501}, []], ids=shortly)
def test_what_is_to_be_extended_must_be_a_list(remote: Remote, body: Any) -> None:
    answer = remote.post(EXTEND, json=body)

    assert (answer.status_code, answer.get_json()["success"]) == (400, False)


def test_a_claim_and_a_plain_report_work_side_by_side(remote: Remote) -> None:
    plain = remote.in_state("running")
    claimed = remote.one()
    remote.claim()

    remote.told(remote.report(plain, "completed"))
    remote.told(remote.report(claimed, "completed", attempt=1))

    assert {remote.row(link_id).status for link_id in (plain, claimed)} == {"completed"}
