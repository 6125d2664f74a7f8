"""Servers that are there: every call is heard, and silence takes them offline."""

from __future__ import annotations

from typing import Any

import pytest

from shared.clock import FakeClock
from shared.db import Store
from shared.servers.presence import heard, note_health
from shared.servers.server import Server, get_server
from shared.servers.standing import read_standing
from shared.settings import Settings
from tests.serving import ServingYard


@pytest.fixture
def yard(clock: FakeClock, store: Store, settings: Settings) -> ServingYard:
    """A yard on each kind of store, whose time the test moves."""
    return ServingYard(store, settings)


def now(yard: ServingYard, server: Server) -> Server:
    """The server as it is now."""
    with yard.store.read() as tx:
        return get_server(tx, server.id)


def is_online(yard: ServingYard, server: Server) -> bool:
    """What is told of the server."""
    with yard.store.read() as tx:
        return read_standing(tx, get_server(tx, server.id)).is_online


def test_a_server_is_offline_until_it_calls_and_after_two_minutes_of_silence(
    clock: FakeClock, yard: ServingYard
) -> None:
    server, _ = yard.made()
    assert not is_online(yard, server)

    yard.heard(server)
    assert is_online(yard, server)
    clock.advance(119)
    assert is_online(yard, server)
    clock.advance(1)
    assert not is_online(yard, server)
    yard.heard(server)
    assert is_online(yard, server)


def test_calls_are_noted_every_few_seconds(clock: FakeClock, yard: ServingYard) -> None:
    server = yard.server()
    first = server.last_seen_at

    clock.advance(4)
    assert yard.heard(server).last_seen_at == first
    clock.advance(1)
    assert yard.heard(server).last_seen_at == clock.now()


def test_a_call_that_knows_an_old_row_writes_nothing_over_a_newer_one(
    clock: FakeClock, yard: ServingYard
) -> None:
    server, _ = yard.made()
    newer = yard.heard(server)

    clock.advance(3)
    with yard.store.read() as tx:
        heard(tx, server)
    assert now(yard, server).last_seen_at == newer.last_seen_at


def test_the_newest_words_of_a_server_are_kept(clock: FakeClock, yard: ServingYard) -> None:
    server, _ = yard.made()
    said: list[dict[str, Any]] = [{"cpu_usage": 12.5, "ip": "192.0.2.7"}, {"cpu_usage": 99}]

    for words in said:
        clock.advance(1)
        with yard.store.begin() as tx:
            note_health(tx, server, words)

    kept = now(yard, server)
    assert (kept.health, kept.health_at) == ({"cpu_usage": 99}, clock.now())
    assert is_online(yard, server)


def test_only_servers_that_are_there_are_given_tasks(clock: FakeClock, yard: ServingYard) -> None:
    silent = yard.server("w1")
    clock.advance(120)
    (task_id,) = yard.asked()
    assert yard.assign() == 0

    yard.heard(silent)
    assert yard.assign() == 1
    assert yard.task(task_id).server_id == silent.id
