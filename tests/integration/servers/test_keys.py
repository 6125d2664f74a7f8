"""Servers' keys: shown once, replaced with an overlap, ended at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from shared.clock import FakeClock
from shared.db import Store
from shared.errors import NotFound, Refused
from shared.servers.key import ServerKey, list_keys, live_keys, server_keys, verify_key
from shared.servers.registration import revoke_key, rotate_key
from shared.servers.server import Server
from shared.settings import Settings
from tests.serving import ACTOR, ServingYard

DAY = 86_400.0


@pytest.fixture
def yard(store: Store, settings: Settings) -> ServingYard:
    """A yard on each kind of store."""
    return ServingYard(store, settings)


def opens(yard: ServingYard, *texts: str) -> list[bool]:
    """Which of the keys open."""
    with yard.store.read() as tx:
        return [verify_key(tx, yard.yard.settings, text) is not None for text in texts]


def rotated(yard: ServingYard, server: Server, overlap_seconds: float = DAY) -> str:
    """A new key of the server."""
    with yard.store.begin() as tx:
        return rotate_key(tx, yard.yard.settings, server, overlap_seconds, actor=ACTOR)[1]


def revoked(yard: ServingYard, server: Server, id_or_prefix: str) -> ServerKey:
    """A key that was ended."""
    with yard.store.begin() as tx:
        return revoke_key(tx, server, id_or_prefix, actor=ACTOR)


def listed(yard: ServingYard, server: Server) -> list[ServerKey]:
    """The server's keys."""
    with yard.store.read() as tx:
        return list_keys(tx, server)


def living(yard: ServingYard, server: Server) -> list[str]:
    """The prefixes of those that open."""
    with yard.store.read() as tx:
        return [key.prefix for key in live_keys(tx, [server.id]).get(server.id, ())]


def test_the_key_before_goes_on_for_the_overlap(clock: FakeClock, yard: ServingYard) -> None:
    server, old = yard.made()
    new = rotated(yard, server, 60)

    assert opens(yard, old, new) == [True, True]
    clock.advance(59)
    assert opens(yard, old, new) == [True, True]
    assert len(living(yard, server)) == 2
    clock.advance(1)
    assert opens(yard, old, new) == [False, True]
    assert living(yard, server) == [new.split("_")[1]]
    assert len(listed(yard, server)) == 2


def test_without_an_overlap_the_key_before_ends_at_once(yard: ServingYard) -> None:
    server, old = yard.made()

    assert opens(yard, old, rotated(yard, server, 0)) == [False, True]


def test_a_rotation_makes_no_key_last_longer(clock: FakeClock, yard: ServingYard) -> None:
    server, first = yard.made()
    second = rotated(yard, server, 10)
    third = rotated(yard, server, DAY)

    clock.advance(10)
    assert opens(yard, first, second, third) == [False, True, True]


@pytest.mark.parametrize("seconds", [-1.0, 30 * DAY + 1, float("inf"), float("nan")], ids=str)
def test_an_overlap_that_is_none_is_refused(yard: ServingYard, seconds: float) -> None:
    server, key = yard.made()

    with pytest.raises(Refused, match="from 0 to 2592000") as refused:
        rotated(yard, server, seconds)
    assert refused.value.field == "overlap_seconds"
    assert opens(yard, key) == [True]
    assert len(listed(yard, server)) == 1


@pytest.mark.parametrize("by", ["id", "prefix"])
def test_a_revoked_key_ends_at_once(clock: FakeClock, yard: ServingYard, by: str) -> None:
    server, old = yard.made()
    new = rotated(yard, server)
    key = listed(yard, server)[0]

    ended = revoked(yard, server, getattr(key, by))

    assert opens(yard, old, new) == [False, True]
    clock.advance(5)
    assert revoked(yard, server, key.prefix).revoked_at == ended.revoked_at == key.created_at


@pytest.mark.parametrize("name", ["", "nokey", "ty_", "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e06"])
def test_a_key_that_the_server_has_not_cannot_be_revoked(yard: ServingYard, name: str) -> None:
    server, others = yard.made("w1")[0], yard.made("w2")[0]
    (theirs,) = listed(yard, others)

    for key in (name, theirs.id, theirs.prefix):
        with pytest.raises(NotFound, match="The server has no such key"):
            revoked(yard, server, key)
    assert theirs in listed(yard, others)


def test_what_is_no_key_opens_nothing(yard: ServingYard) -> None:
    server, key = yard.made()
    other = yard.made("w2")[1]
    forged = f"{key[:13]}{other[13:]}"

    assert opens(yard, "", "x", key[:-1], key.upper(), f"{key} ", forged, server.id) == [False] * 7
    assert opens(yard, key, other) == [True, True]


def test_the_store_keeps_no_text_of_a_key(yard: ServingYard) -> None:
    _, key = yard.made()

    with yard.store.read() as tx:
        row = tx.rows(select(server_keys))[0]
    assert row.prefix == key.split("_")[1]
    assert key.split("_")[2] not in str(row)
    assert not hasattr(ServerKey.of(row), "hash")


def test_a_use_is_noted_to_the_minute(clock: FakeClock, yard: ServingYard) -> None:
    server, key = yard.made()
    assert listed(yard, server)[0].last_used_at is None

    opens(yard, key)
    first = listed(yard, server)[0].last_used_at
    clock.advance(59)
    opens(yard, key)
    assert listed(yard, server)[0].last_used_at == first == listed(yard, server)[0].created_at
    clock.advance(1)
    opens(yard, key)
    assert listed(yard, server)[0].last_used_at == clock.now()


def test_a_key_survives_a_new_secret_and_forgets_the_old(
    clock: FakeClock, yard: ServingYard
) -> None:
    _, key = yard.made()
    before = yard.yard.settings
    secret = "another secret key for tests, long enough"
    both = replace(before, secret_key=secret, secret_keys_old=(before.secret_key,))

    with yard.store.read() as tx:
        assert verify_key(tx, both, key) is not None
        assert verify_key(tx, replace(both, secret_keys_old=()), key) is not None
        assert verify_key(tx, before, key) is None
