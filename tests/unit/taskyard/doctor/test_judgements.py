"""What the doctor makes of what it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from shared.tasks.registry import Registry
from taskyard.doctor.broker import judged
from taskyard.doctor.finding import Level, fail, is_well, ok, warn, worse_if
from taskyard.doctor.home import room
from taskyard.doctor.scheduling import scheduler
from taskyard.doctor.store import clock, postgresql_durability
from taskyard.doctor.waiting import strangers, workers
from workers.system.echo import ECHO

GOOD = {
    "redis_version": "7.2.4",
    "role": "master",
    "cluster_enabled": 0,
    "aof_enabled": 1,
    "aof_last_write_status": "ok",
    "maxmemory": 0,
    "maxmemory_policy": "noeviction",
    "used_memory": 1_000_000,
}
REGISTRY = Registry({"ECHO": ECHO})


def test_only_a_failure_means_that_something_is_wrong() -> None:
    assert is_well([ok("a", "fine"), warn("b", "odd", "mind it")])
    assert not is_well([ok("a", "fine"), fail("b", "bad", "mend it")])
    assert (worse_if(True), worse_if(False)) == (fail, warn)


def test_a_good_broker_is_all_well() -> None:
    assert {finding.level for finding in judged(GOOD)} == {Level.OK}


@pytest.mark.parametrize(
    ("told", "level", "about"),
    [
        ({"redis_version": "6.0.16"}, Level.FAIL, "broker"),
        ({"redis_version": "6.2.0"}, Level.OK, "broker"),
        ({"redis_version": "6.0.16", "valkey_version": "8.1.0"}, Level.OK, "broker"),
        ({"role": "slave"}, Level.FAIL, "broker"),
        ({"cluster_enabled": 1}, Level.FAIL, "broker"),
        ({"aof_enabled": 0}, Level.WARN, "append-only file"),
        ({"aof_last_write_status": "err"}, Level.FAIL, "append-only file"),
        ({"maxmemory_policy": "allkeys-lru"}, Level.WARN, "eviction"),
        ({"maxmemory_policy": "allkeys-lru", "maxmemory": 10**9}, Level.FAIL, "eviction"),
        ({"maxmemory": 1_100_000}, Level.WARN, "broker memory"),
    ],
)
def test_a_broker_is_judged_by_what_it_says_of_itself(
    told: Mapping[str, Any], level: Level, about: str
) -> None:
    assert (about, level) in {(f.about, f.level) for f in judged({**GOOD, **told})}


@pytest.mark.parametrize(
    ("free", "level"), [(10**7, Level.FAIL), (5 * 10**8, Level.WARN), (10**10, Level.OK)]
)
def test_a_disk_needs_room(free: int, level: Level) -> None:
    assert room("/srv", free).level is level


@pytest.mark.parametrize(
    ("ahead", "level", "words"),
    [(0.2, Level.OK, "agree"), (90, Level.WARN, "90 s ahead"), (-90, Level.WARN, "90 s behind")],
)
def test_clocks_that_are_far_apart_are_told(ahead: float, level: Level, words: str) -> None:
    finding = clock(ahead)
    assert finding.level is level
    assert words in finding.text


@pytest.mark.parametrize(
    ("shown", "level"),
    [
        (("on", "on", "on"), Level.OK),
        (("on", "on", "local"), Level.OK),
        (("on", "on", "off"), Level.WARN),
        (("off", "on", "on"), Level.FAIL),
        (("on", "off", "on"), Level.FAIL),
    ],
)
def test_a_postgresql_that_forgets_is_told(shown: tuple[str, str, str], level: Level) -> None:
    assert postgresql_durability(*shown).level is level


@pytest.mark.parametrize(
    ("waiting", "consumers", "level"),
    [
        ({}, {"echo": ["a@host"]}, Level.OK),
        ({"ECHO": 5}, {"echo": ["a@host"]}, Level.OK),
        ({}, {}, Level.WARN),
        ({"ECHO": 5}, {}, Level.FAIL),
    ],
)
def test_a_pool_without_workers_matters_where_tasks_wait(
    waiting: dict[str, int], consumers: dict[str, list[str]], level: Level
) -> None:
    [finding] = workers(REGISTRY, waiting, consumers)
    assert finding.level is level
    assert ("python -m workers system" in finding.advice) == (level is not Level.OK)


def test_tasks_of_a_type_that_is_gone_are_told() -> None:
    [finding] = strangers(REGISTRY, {"ECHO": 1, "GONE": 3})
    assert finding.text.startswith("3 tasks of type GONE wait,")


def test_what_is_overdue_wants_a_scheduler() -> None:
    assert scheduler(False).level is Level.OK
    assert "python -m scheduler" in scheduler(True).advice
