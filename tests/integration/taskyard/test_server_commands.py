"""``taskyard server`` on both stores, and what the doctor says of servers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from shared.db import Store
from shared.errors import NotFound, Refused
from shared.servers.fleet import read_fleet
from shared.servers.key import list_keys, verify_key
from shared.servers.presence import note_health
from shared.servers.report import Report
from shared.servers.reporting import report
from shared.servers.server import find_server, list_servers, servers
from shared.settings import Settings
from shared.tasks.status import Status
from shared.tasks.task import tasks
from taskyard.doctor.finding import Level
from taskyard.doctor.scheduling import is_late
from taskyard.doctor.servers import look_at_servers
from taskyard.doctor.subject import Subject
from taskyard.doctor.waiting import waiting_now
from tests.command_line import Command, answer, command
from tests.serving import SOCIAL, ServingYard

__all__ = ["command"]


@pytest.fixture
def serving(store: Store, settings: Settings) -> ServingYard:
    """The commands' yard, with an account acme."""
    return ServingYard(store, settings)


def opens(serving: ServingYard, *keys: str) -> list[bool]:
    """Which of the keys let a server in."""
    with serving.store.read() as tx:
        return [verify_key(tx, serving.yard.settings, key) is not None for key in keys]


def created(command: Command, name: str = "w1", *words: str) -> dict[str, str]:
    """A server for entity and social, and its key."""
    services = ("--services", "social,entity")
    return dict(answer(command("server", "create", name, *services, *words, "--json")))


def listed(command: Command) -> list[dict[str, Any]]:
    """All servers."""
    return list(answer(command("server", "list", "--json")))


def silence(serving: ServingYard, name: str) -> None:
    """Let the server have called three minutes ago."""
    with serving.store.begin() as tx:
        then = tx.now - timedelta(minutes=3)
        tx.execute(update(servers).where(servers.c.name == name).values(last_seen_at=then))


def test_a_server_is_created_with_a_key_that_opens(serving: ServingYard, command: Command) -> None:
    made = created(command, "w1", "--slots", "5", "--account", "acme")

    assert made.keys() == {"server_id", "api_key"}
    assert opens(serving, made["api_key"]) == [True]
    (one,) = listed(command)
    assert one == {
        "server_id": made["server_id"],
        "name": "w1",
        "services": ["entity", "social"],
        "account": "acme",
        "online": False,
        "last_seen_at": None,
        "queued": 0,
        "running": 0,
        "slots": 5,
        "lease_seconds": 120,
        "enabled": True,
        "maintenance": False,
        "keys": [made["api_key"].split("_")[1]],
    }


def test_the_list_says_who_is_there_and_what_each_has_to_do(
    serving: ServingYard, command: Command
) -> None:
    created(command, "w1")
    created(command, "w2", "--account", "acme")
    with serving.store.begin() as tx:
        server = find_server(tx, "w1")
        assert server is not None
        note_health(tx, server, {"cpu_usage": 12.5})
    serving.begun(server, serving.assigned(3)[0])

    first, second = listed(command)
    assert (first["online"], first["queued"], first["running"]) == (True, 2, 1)
    assert (second["online"], second["queued"], second["running"]) == (False, 0, 0)
    heading, *rows = command("server", "list").stdout.splitlines()
    assert heading.split()[:4] == ["server", "id", "name", "services"]
    assert ["entity, social" in row for row in rows] == [True, True]
    one = answer(command("server", "show", "w1", "--json"))
    assert one["health"] == {"cpu_usage": 12.5}
    assert '{"cpu_usage":12.5}' in command("server", "show", server.id).stdout


def test_no_servers_are_told(serving: ServingYard, command: Command) -> None:
    assert command("server", "list").stdout == "There are none.\n"


def test_a_server_is_changed_and_its_tasks_go_to_others(
    serving: ServingYard, command: Command
) -> None:
    server = serving.server("w1", slots=3)
    ids = serving.assigned(2)

    def after(*words: str) -> dict[str, Any]:
        return dict(answer(command("server", *words, "--json")))

    assert after("set", "w1", "--slots", "none")["slots"] is None
    assert after("set", "w1", "--slots", "7", "--services", "social, entity")["slots"] == 7
    assert after("set", "w1", "--lease", "300")["lease_seconds"] == 300
    assert serving.statuses(ids) == {Status.QUEUED: 2}
    resting = after("set", "w1", "--maintenance")
    assert (resting["maintenance"], resting["slots"], resting["queued"]) == (True, 7, 0)
    assert serving.statuses(ids) == {Status.PENDING: 2}
    assert serving.last_step(ids[0]).actor == "taskyard server"
    assert after("set", server.id, "--no-maintenance")["maintenance"] is False
    assert after("disable", "w1")["enabled"] is False
    assert after("enable", "w1")["enabled"] is True


def test_a_key_is_rotated_and_revoked(serving: ServingYard, command: Command) -> None:
    first = created(command)["api_key"]

    second = answer(command("server", "rotate", "w1", "--json"))
    assert opens(serving, first, second["api_key"]) == [True, True]
    assert len(listed(command)[0]["keys"]) == 2
    third = answer(command("server", "rotate", "w1", "--overlap", "0", "--json"))
    assert opens(serving, first, second["api_key"], third["api_key"]) == [False, False, True]
    assert listed(command)[0]["keys"] == [third["prefix"]]
    answer(command("server", "revoke", "w1", third["prefix"], "--json"))
    assert opens(serving, third["api_key"]) == [False]


def test_a_key_may_be_revoked_by_itself(serving: ServingYard, command: Command) -> None:
    text = created(command)["api_key"]

    told = command("server", "revoke", "w1", text, "--json")

    assert opens(serving, text) == [False]
    assert answer(told)["prefix"] == text.split("_")[1]
    assert text not in told.output


def test_services_may_be_written_in_capitals(serving: ServingYard, command: Command) -> None:
    command("server", "create", "w1", "--services", "SOCIAL, Entity")

    assert listed(command)[0]["services"] == ["entity", "social"]
    assert answer(command("server", "set", "w1", "--services", "BLOG20", "--json"))["services"] == [
        "blog20"
    ]


def test_a_removed_server_is_gone(serving: ServingYard, command: Command) -> None:
    made = created(command)

    assert answer(command("server", "remove", "w1", "--json")) == {
        "server_id": made["server_id"],
        "name": "w1",
        "removed": True,
    }
    assert listed(command) == []
    assert opens(serving, made["api_key"]) == [False]
    with pytest.raises(NotFound, match="There is no server 'w1': see `taskyard server list`"):
        command("server", "show", "w1")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("create", "w1", "--services", "social"), "There is a server w1 already"),
        (("create", "x" * 101, "--services", "social"), "name: must be"),
        (("create", "w2", "--services", "video"), "services: must be one or more of entity"),
        (("create", "w2", "--services", ","), "services: must be one or more of entity"),
        (("create", "w2", "--services", "social", "--account", "no"), "There is no account 'no'"),
        (("set", "w1", "--services", "social,social"), "services: must name each service once"),
        (("set", "nobody", "--slots", "1"), "There is no server 'nobody'"),
        (("revoke", "w1", "nokey"), "The server has no such key"),
    ],
    ids=range(8),
)
def test_what_cannot_be_is_refused(
    serving: ServingYard, command: Command, words: tuple[str, ...], message: str
) -> None:
    serving.server("w1")

    with pytest.raises(Refused, match=message):
        command("server", *words)


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("create", "w2"), "--services"),
        (("create", "w2", "--services", "social", "--slots", "0"), "--slots"),
        (("set", "w1", "--slots", "many"), "--slots"),
        (("set", "w1"), "--services"),
        (("rotate", "w1", "--overlap", "-1"), "--overlap"),
        (("rotate", "w1", "--overlap", "nan"), "--overlap"),
        (("rotate", "w1", "--overlap", "2592001"), "--overlap"),
    ],
    ids=range(7),
)
def test_options_that_are_none_are_refused_by_name(
    serving: ServingYard, command: Command, words: tuple[str, ...], option: str
) -> None:
    before = serving.server("w1")

    refused = command("server", *words)

    assert refused.exit_code == 2
    assert option in refused.stderr.splitlines()[-1]
    with serving.store.read() as tx:
        assert list_servers(tx) == [before]
        assert len(list_keys(tx, before)) == 1


# --- why


@pytest.mark.parametrize("claims", [True, False], ids=["claimed", "reported running"])
def test_a_task_that_a_server_does_is_told_with_its_name(
    serving: ServingYard, command: Command, claims: bool
) -> None:
    server = serving.server("w1")
    (task_id,) = serving.assigned()
    if claims:
        serving.begun(server, task_id)
    else:
        said = Report(link_id=task_id, status=Status.RUNNING)
        assert report(serving.yard, server, [said]) == [None]

    def told() -> str:
        return str(answer(command("why", task_id, "--json"))["sentence"])

    assert told().startswith("The server w1 runs it since ")
    serving.removed(server)
    assert told().startswith("The server w1 runs it since ")


# --- the doctor


def findings(serving: ServingYard) -> list[tuple[Level, str]]:
    """What the doctor says of servers."""
    found = look_at_servers(Subject({}, serving.yard, None))
    return [(finding.level, finding.text) for finding in found]


def test_without_servers_the_doctor_says_nothing(serving: ServingYard) -> None:
    serving.asked(2)

    assert findings(serving) == []


def test_servers_that_are_all_there_are_well(serving: ServingYard) -> None:
    serving.server("w1")
    serving.server("w2", "podcast")
    serving.asked(2)

    assert findings(serving) == [(Level.OK, "w1, w2 (2) online")]


def test_tasks_that_wait_for_silent_servers_are_a_failure(serving: ServingYard) -> None:
    serving.server("w1", "entity")
    serving.server("w2", "social")
    serving.asked(2)
    serving.asked(1, SOCIAL)
    silence(serving, "w1")

    assert findings(serving) == [
        (Level.FAIL, "2 tasks wait for servers of entity, and none that does it is online."),
        (Level.WARN, "Silent: w1 (1)."),
    ]


def test_what_a_silent_server_still_has_is_told(serving: ServingYard) -> None:
    server = serving.server("w1", "entity")
    serving.begun(server, serving.assigned(3)[0])
    silence(serving, "w1")

    assert findings(serving) == [
        (Level.WARN, "No server that does entity is online: new tasks wait."),
        (Level.WARN, "w1 is silent, with 2 tasks queued at it and 1 begun."),
    ]


def test_one_task_of_a_silent_server_is_told_as_one(serving: ServingYard) -> None:
    serving.server("w1", "entity")
    serving.assigned(1)
    silence(serving, "w1")

    text = "w1 is silent, with 1 task queued at it and 0 begun."
    assert (Level.WARN, text) in findings(serving)


def test_a_server_of_another_account_does_not_help(serving: ServingYard) -> None:
    other = serving.open_account("other")
    serving.server("mine", "entity", account_id=serving.account.id)
    serving.server("theirs", "entity", account_id=other.id)
    serving.asked(1)
    silence(serving, "mine")

    assert findings(serving)[0] == (
        Level.FAIL,
        "1 task waits for servers of entity, and none that does it is online.",
    )


def test_maintenance_is_told_lest_it_be_forgotten(serving: ServingYard) -> None:
    serving.changed(serving.server("w1"), maintenance=True)
    serving.asked(2)

    text = "2 tasks wait for servers of entity, which are in maintenance."
    assert findings(serving) == [(Level.WARN, text)]


def test_what_waits_for_servers_is_no_fault_of_workers_or_of_the_scheduler(
    serving: ServingYard,
) -> None:
    server = serving.server("w1", "entity")
    serving.asked(2)
    serving.hold_back(1)
    silence(serving, "w1")
    with serving.store.begin() as tx:
        tx.execute(update(tasks).values(updated_at=tx.now - timedelta(minutes=2)))
        tx.execute(update(tasks).where(tasks.c.queue == "plain").values(updated_at=tx.now))

    with serving.store.read() as tx:
        assert waiting_now(tx, read_fleet(tx)) == {"PLAIN": 1}
        assert not is_late(tx, 15.0)
    serving.removed(server)
    with serving.store.read() as tx:
        assert waiting_now(tx, read_fleet(tx)) == {"PLAIN": 1, "ENTITY": 2}
        assert is_late(tx, 15.0)
