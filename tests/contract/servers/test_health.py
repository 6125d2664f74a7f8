"""What servers say of themselves, and that they are there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.contract.servers.conftest import shortly
from tests.remote_servers import HEALTH, TASKS, Remote

SAID: dict[str, Any] = {
    "server_name": "as it calls itself",
    "ip": "203.0.113.7",
    "cpu_usage": 12.5,
    "ram_usage": 40,
    "disk_usage": 0,
    "active_threads": 4,
    "active_tasks": 2,
}


def test_a_server_says_how_it_is(remote: Remote) -> None:
    told = remote.told(remote.post(HEALTH, json={**SAID, "colour": "red"}))

    assert list(told) == ["status", "server_id", "server_name", "server_time"]
    assert (told["status"], told["server_id"]) == ("ok", remote.server.id)
    assert told["server_name"] == remote.server.name
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["server_time"])
    assert remote.now().health == SAID


def test_the_newest_words_count(remote: Remote) -> None:
    remote.told(remote.post(HEALTH, json=SAID))
    remote.told(remote.post(HEALTH, json={"cpu_usage": 99, "ip": "", "disk_usage": None}))

    assert remote.now().health == {"cpu_usage": 99.0}


def test_a_server_need_not_say_anything(remote: Remote) -> None:
    remote.told(remote.post(HEALTH))

    assert remote.now().health == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cpu_usage", "12%"), ("cpu_usage", -1), ("ram_usage", True), ("disk_usage", []),
        ("active_threads", 1.5), ("active_tasks", -1), ("active_tasks", "2"),
        ("ip", 5), ("ip", "x" * 101), ("server_name", "a\x00b"), ("server_name", {}),
    ],
    ids=shortly,
)  # fmt: skip
def test_what_is_no_measure_is_refused_by_name(remote: Remote, field: str, value: Any) -> None:
    answer = remote.post(HEALTH, json={field: value})

    assert answer.status_code == 400
    assert answer.get_json()["message"].startswith(f"{field}: must ")
    assert remote.now().health is None


CALLS: dict[str, Callable[[Remote], TestResponse]] = {
    "list": lambda r: r.get(TASKS),
    "claim": lambda r: r.post(f"{TASKS}/claim"),
    "health": lambda r: r.post(HEALTH),
    "a refused report": lambda r: r.report("x", "completed"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_call_shows_that_the_server_is_there(
    remote: Remote, call: Callable[[Remote], TestResponse]
) -> None:
    assert not remote.now().is_online(remote.server.created_at)

    call(remote)

    seen = remote.now().last_seen_at
    assert seen is not None
    assert seen >= remote.server.created_at
    assert remote.now().is_online(seen)
