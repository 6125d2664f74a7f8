"""What a yard on one machine consists of, and what is shown of it."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from api.server import STOP_SECONDS
from scheduler.notices.sender import LONGEST_NAME
from shared.settings import Settings, embedded_redis_socket, read_settings
from taskyard.address_table import address_table
from taskyard.process import Rank, broker_process, yard_processes

HOME = Path("/srv/yard")
GIVEN = {"TASKYARD_HOME": str(HOME), "TASKYARD_SECRET_KEY": "k" * 32}


@pytest.fixture
def settings() -> Settings:
    """Settings with nothing but a HOME."""
    return read_settings(GIVEN)


def test_there_is_a_worker_process_for_each_pool(settings: Settings) -> None:
    processes = yard_processes(settings, ["documents", "system"], "secret")
    names = [process.name for process in processes]
    assert names == ["gateway", "documents-1", "system-1", "scheduler", "notices", "flower"]


def test_a_gateway_is_not_killed_while_it_ends_its_requests(settings: Settings) -> None:
    gateway = yard_processes(settings, [], "secret")[0]
    assert gateway.stop_seconds > STOP_SECONDS


def test_workers_stop_first_and_the_broker_last() -> None:
    assert min(Rank) is Rank.WORKER
    assert max(Rank) is Rank.BROKER


def test_a_worker_holds_leases_under_its_name_on_this_host(settings: Settings) -> None:
    worker = yard_processes(settings, ["system"], "secret")[1]
    name = worker.command[worker.command.index("--name") + 1]
    assert name.startswith("system-1-")
    assert worker.holder == f"{name}@{socket.gethostname()}/"


def test_workers_of_two_homes_on_one_host_have_different_names(settings: Settings) -> None:
    other = replace(settings, home=Path("/srv/other"))
    holders = {yard_processes(s, ["system"], "secret")[1].holder for s in (settings, other)}
    assert len(holders) == 2


def test_the_sender_of_notices_holds_them_by_the_name_it_is_given(settings: Settings) -> None:
    other = replace(settings, home=Path("/srv/other"))
    names = set()
    for one in (settings, other):
        [process] = [p for p in yard_processes(one, [], "secret") if p.name == "notices"]
        assert process.command[-2:] == ("--name", process.sender)
        assert process.sender is not None
        assert len(process.sender) <= LONGEST_NAME
        names.add(process.sender)
    assert len(names) == 2


def test_flowers_password_is_not_on_its_command_line(settings: Settings) -> None:
    flower = yard_processes(settings, [], "secret")[-1]
    assert "secret" not in " ".join(flower.command)
    assert flower.environ == {"FLOWER_BASIC_AUTH": "taskyard:secret"}


def test_the_embedded_broker_keeps_everything_and_has_no_port(settings: Settings) -> None:
    command = broker_process(settings).command
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert options["--port"] == "0"
    assert options["--appendonly"] == "yes"
    assert options["--appendfsync"] == "everysec"
    assert options["--maxmemory-policy"] == "noeviction"
    assert options["--unixsocket"] == str(embedded_redis_socket(HOME))
    assert options["--dir"] == str(HOME / "valkey")


def test_the_table_shows_where_everything_is(settings: Settings) -> None:
    text = address_table(
        settings,
        ["system"],
        flower_password="f-secret",
        demo_key="ty_key",
        command="bin/taskyard",
        seconds=3.21,
    )
    assert "ready after 3.2 s" in text
    for shown in (
        "http://127.0.0.1:8000",
        "http://127.0.0.1:8000/docs",
        "http://127.0.0.1:5555",
        "f-secret",
        "bin/taskyard token demo",
    ):
        assert shown in text


def test_the_table_hides_the_passwords_of_store_and_broker() -> None:
    urls = {
        "TASKYARD_DATABASE_URL": "postgresql://yard:hush@db/yard",
        "TASKYARD_REDIS_URL": "redis://:hush@cache:6379/0",
    }
    text = address_table(
        read_settings({**GIVEN, **urls}), [], flower_password="", demo_key="", command="", seconds=0
    )
    assert "hush" not in text
    assert "@db/yard" in text
    assert "@cache:6379" in text
