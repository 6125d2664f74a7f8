"""Servers as operators make, change and remove them, and what becomes of their tasks."""

from __future__ import annotations

import logging
from contextlib import suppress
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from shared.accounts.account import set_account
from shared.db import Store
from shared.errors import NotFound, Refused
from shared.servers.fleet import read_fleet
from shared.servers.key import verify_key
from shared.servers.load import Load, load_of, loads
from shared.servers.registration import register_server
from shared.servers.server import Server, find_server, list_servers
from shared.servers.standing import read_standing, read_standings
from shared.settings import Settings
from shared.tasks import lifecycle
from shared.tasks.handout import DISPATCH
from shared.tasks.status import Status
from tests.memory_yard import in_threads
from tests.servers import eventually
from tests.serving import ENTITY, SOCIAL, ServingYard


@pytest.fixture
def yard(store: Store, settings: Settings) -> ServingYard:
    """A yard on each kind of store."""
    return ServingYard(store, settings)


def is_let_in(yard: ServingYard, key: str) -> bool:
    """Whether the key opens."""
    with yard.store.read() as tx:
        return verify_key(tx, yard.yard.settings, key) is not None


def test_a_new_server_has_a_key_that_opens(yard: ServingYard) -> None:
    made, key = yard.made(" w1 ", "social", "entity", slots=5, account_id=yard.account.id)

    with yard.store.read() as tx:
        assert verify_key(tx, yard.yard.settings, key) == made
        assert find_server(tx, "w1") == find_server(tx, made.id) == made
    assert (made.name, made.services, made.slots) == ("w1", ["entity", "social"], 5)
    assert (made.account_id, made.enabled, made.maintenance) == (yard.account.id, True, False)
    assert made.last_seen_at is None


BAD: list[tuple[str, Any]] = [
    ("name", ""),
    ("name", " "),
    ("name", "x" * 101),
    ("name", "two\nlines"),
    ("name", "a\0b"),
    ("name", "\u202ebackwards"),
    ("name", "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e06"),
    ("services", []),
    ("services", ["video"]),
    ("services", ["Entity"]),
    ("services", ["entity", "entity"]),
    ("slots", 0),
    ("slots", -1),
    ("slots", 100_001),
]


@pytest.mark.parametrize(("field", "value"), BAD, ids=range(len(BAD)))
def test_what_cannot_be_is_refused_by_the_name_of_its_field(
    yard: ServingYard, field: str, value: Any
) -> None:
    there = yard.server("there", slots=3)
    said = {"name": "new", "services": ["entity"], field: value}

    with pytest.raises(Refused, match=f"^{field}: must") as refused, yard.store.begin() as tx:
        register_server(tx, yard.yard.settings, **said, actor="ann")
    assert refused.value.field == field
    if field != "name":
        with pytest.raises(Refused, match=f"^{field}: must"):
            yard.changed(there, **{field: value})
    with yard.store.read() as tx:
        assert list_servers(tx) == [there]


def test_a_name_is_taken_once_and_free_after_a_removal(yard: ServingYard) -> None:
    first, key = yard.made("w1")

    with pytest.raises(Refused, match="There is a server w1 already") as refused:
        yard.made("w1")
    assert (refused.value.code, refused.value.field) == ("CONFLICT", "name")
    yard.removed(first)
    assert yard.made("w1")[0].id != first.id
    assert not is_let_in(yard, key)


def test_of_many_who_want_a_name_at_once_one_gets_it(yard: ServingYard) -> None:
    def make(_number: int) -> Server | None:
        with suppress(Refused):
            return yard.made("w1")[0]
        return None

    assert len([made for made in in_threads(4, make) if made]) == 1


def test_what_is_not_said_stays(yard: ServingYard) -> None:
    server = yard.server(slots=5)

    assert yard.changed(server, services=["podcast"]).slots == 5
    assert yard.changed(server, maintenance=True).services == ["podcast"]
    lifted = yard.changed(server, slots=None)
    assert (lifted.slots, lifted.services, lifted.maintenance) == (None, ["podcast"], True)


def test_a_removed_server_cannot_be_changed_or_removed_again(yard: ServingYard) -> None:
    server = yard.server()
    yard.removed(server)

    with pytest.raises(NotFound, match="no such server"):
        yard.changed(server, slots=1)
    with pytest.raises(NotFound, match="no such server"):
        yard.removed(server)


TAKEN_BACK: list[tuple[dict[str, Any], str]] = [
    ({"enabled": False}, "server disabled"),
    ({"maintenance": True}, "server in maintenance"),
    ({"services": ["social"]}, "server does it no more"),
    ({}, "server removed"),
]


@pytest.mark.parametrize(("said", "reason"), TAKEN_BACK, ids=[r for _, r in TAKEN_BACK])
def test_what_is_queued_at_a_server_goes_to_others(
    yard: ServingYard, said: dict[str, Any], reason: str
) -> None:
    server = yard.server()
    ids = yard.assigned(3)

    if said:
        yard.changed(server, **said)
    else:
        yard.removed(server)

    assert yard.statuses(ids) == {Status.PENDING: 3}
    step = yard.last_step(ids[0])
    assert (step.actor, step.reason) == ("ann", reason)
    other = yard.server("w2")
    assert yard.assign() == 3
    assert {yard.task(task_id).server_id for task_id in ids} == {other.id}


def test_a_server_that_does_less_keeps_what_it_still_does(yard: ServingYard) -> None:
    server = yard.server()
    entities, posts = yard.assigned(2), yard.assigned(2, SOCIAL)

    yard.changed(server, services=["social", "podcast"])

    assert yard.statuses(entities) == {Status.PENDING: 2}
    assert yard.statuses(posts) == {Status.QUEUED: 2}


@pytest.mark.parametrize(
    "said",
    [{"slots": 1}, {"enabled": True}, {"maintenance": False}, {"services": ["podcast", "entity"]}],
    ids=["slots", "enabled", "no maintenance", "another service"],
)
def test_other_changes_leave_its_tasks_alone(yard: ServingYard, said: dict[str, Any]) -> None:
    server = yard.server()
    ids = yard.assigned(2)

    yard.changed(server, **said)

    assert yard.statuses(ids) == {Status.QUEUED: 2}


@pytest.mark.parametrize("said", [{"enabled": False}, {"maintenance": True}], ids=str)
def test_what_a_server_has_begun_is_left_to_its_lease(
    yard: ServingYard, said: dict[str, Any]
) -> None:
    server = yard.server()
    begun, waiting = yard.assigned(2)
    yard.begun(server, begun)

    yard.changed(server, **said)

    assert yard.statuses([begun, waiting]) == {Status.RUNNING: 1, Status.PENDING: 1}
    assert yard.task(begun).holder == server.holder


def test_a_disabled_server_is_not_let_in_until_it_is_enabled(yard: ServingYard) -> None:
    server, key = yard.made()

    yard.changed(server, enabled=False)
    assert not is_let_in(yard, key)
    yard.changed(server, enabled=True)
    assert is_let_in(yard, key)
    yard.changed(server, maintenance=True)
    assert is_let_in(yard, key)


def test_servers_of_a_closed_account_are_closed_too(yard: ServingYard) -> None:
    other = yard.open_account("other")
    theirs, key = yard.made("theirs", account_id=other.id)
    for_all, shared = yard.made("for all")

    with yard.store.begin() as tx:
        set_account(tx, other.id, enabled=False)
        assert [server.id for server in read_fleet(tx).servers] == [for_all.id]
    assert (is_let_in(yard, key), is_let_in(yard, shared)) == (False, True)
    with yard.store.begin() as tx:
        set_account(tx, other.id, enabled=True)
        assert [server.id for server in read_fleet(tx).servers] == [theirs.id, for_all.id]
    assert is_let_in(yard, key)


def test_every_change_is_a_line_of_the_log(
    yard: ServingYard, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "shared.servers")
    server, key = yard.made()
    yard.changed(server, slots=3)
    yard.removed(server)

    assert [record.getMessage() for record in caplog.records] == [
        "ann makes server w1 (entity, social) for every account",
        "ann changes server w1: {'slots': 3}",
        "ann removes server w1",
    ]
    assert key not in caplog.text


def test_the_load_of_servers_is_counted(yard: ServingYard) -> None:
    first, second = yard.server("w1", "entity"), yard.server("w2", "social")
    idle = yard.server("w3", "podcast", account_id=yard.account.id)
    entities = yard.assigned(3, ENTITY)
    yard.assigned(2, SOCIAL)
    yard.begun(first, entities[0])

    with yard.store.read() as tx:
        assert loads(tx) == {first.id: Load(2, 1), second.id: Load(2, 0)}
        assert load_of(tx, first.id) == Load(2, 1)
        assert load_of(tx, idle.id) == Load()
        assert read_standing(tx, idle).account == "acme"
        standings = read_standings(tx, list_servers(tx))
    assert [(one.server.name, one.load.total) for one in standings] == [
        ("w1", 3), ("w2", 2), ("w3", 0)
    ]  # fmt: skip
    assert [one.account for one in standings] == [None, None, "acme"]
    assert all(len(one.keys) == 1 for one in standings)


def test_what_is_being_assigned_while_a_server_is_disabled_goes_back_too(
    postgres_store: Store, settings: Settings
) -> None:
    yard = ServingYard(postgres_store, settings)
    server, ids = yard.server(), yard.asked(2)
    waiting = text(
        "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
        " WHERE d.datname = current_database() AND locktype = 'advisory' AND NOT granted"
    )
    disabling = Thread(target=yard.changed, args=(server,), kwargs={"enabled": False})

    def has_reached_the_lock() -> bool:
        with yard.store.read() as tx:
            waits = tx.execute(waiting).scalar_one() > 0
        return waits or not disabling.is_alive()

    with yard.store.begin() as tx:
        tx.lock(DISPATCH)
        lifecycle.assign(tx, [{"id": i, "server_id": server.id} for i in ids], actor="scheduler")
        disabling.start()
        eventually(has_reached_the_lock)
    disabling.join()

    assert yard.statuses(ids) == {Status.PENDING: 2}
