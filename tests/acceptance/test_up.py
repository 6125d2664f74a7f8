"""``taskyard up`` as its user sees it."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import httpx
import pytest

from tests.servers import PostgresServer, eventually
from tests.yard import UpYard, is_alive, session_members

POOLS = {"documents-1", "links-1", "scripts-1", "sentiment-1", "system-1"}
ALL = {"valkey", "gateway", "scheduler", "notices", "flower", *POOLS}


def test_one_table_shows_every_address_and_the_demo_credential(up: UpYard) -> None:
    assert up.output.count("Taskyard is ready") == 1
    assert up.url in up.output
    assert f"http://127.0.0.1:{up.flower_port}" in up.output
    assert (up.home / "demo_api_key").read_text().strip() in up.output


def test_the_gateway_says_that_it_lives_and_that_the_yard_is_ready(up: UpYard) -> None:
    assert httpx.get(f"{up.url}/healthz").status_code == 200
    assert httpx.get(f"{up.url}/readyz").status_code == 200


def test_every_process_leads_a_session_of_its_own(up: UpYard) -> None:
    assert set(up.pids) == ALL
    assert all(os.getsid(pid) == pid for pid in up.pids.values())


def test_flower_lets_nobody_in_without_its_password(up: UpYard) -> None:
    url = f"http://127.0.0.1:{up.flower_port}/api/workers"
    password = (up.home / "flower_password").read_text().strip()
    assert httpx.get(url).status_code == 401
    assert httpx.get(url, auth=("taskyard", password)).status_code == 200


def test_nothing_but_gateway_and_flower_listens_on_a_port(up: UpYard) -> None:
    listening = {port for pid in session_members(set(up.pids.values())) for port in _ports(pid)}
    assert listening == {up.port, up.flower_port}


def test_what_home_keeps_is_the_users_alone(up: UpYard) -> None:
    assert up.home.stat().st_mode & 0o777 == 0o700
    for name in ("secret_key", "demo_api_key", "flower_password", "up.json", "valkey.sock"):
        assert (up.home / name).stat().st_mode & 0o077 == 0, name


def test_the_demo_account_has_credits_and_its_token_is_accepted(up: UpYard) -> None:
    accounts = up.json("account", "list")
    assert [(a["name"], a["plan"]) for a in accounts if a["name"] == "demo"] == [("demo", "pro")]
    token = up.command("token", "demo").stdout.strip()
    answer = httpx.get(f"{up.url}/api/v1/credits", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_status_shows_processes_and_queues(up: UpYard) -> None:
    status = up.json("status", "--wait", "10")
    assert status["ready"] is True
    assert status["url"] == up.url
    assert {p["process"] for p in status["processes"] if p["alive"]} == ALL
    assert status["queues"]["echo"] == 0


def test_the_doctor_finds_everybody_well(up: UpYard) -> None:
    told = up.json("doctor")
    assert told["ok"] is True
    found = {(f["about"], f["level"]) for f in told["findings"]}
    assert {("gateway", "ok"), ("flower", "ok"), ("broker", "ok"), ("workers", "ok")} <= found
    assert {level for about, level in found if about in ("workers", "processes")} == {"ok"}


def test_a_second_up_in_the_same_home_is_refused_and_names_the_first(up: UpYard) -> None:
    assert up.process is not None
    second = up.command("up")
    assert second.returncode == 2
    assert f"pid {up.process.pid}" in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1
    assert httpx.get(f"{up.url}/readyz").status_code == 200


@pytest.mark.parametrize("name", ["scheduler", "gateway"])
def test_a_killed_process_is_started_again(up: UpYard, name: str) -> None:
    before = up.pids[name]
    os.kill(before, signal.SIGKILL)
    eventually(lambda: up.pids.get(name, before) != before, what=f"a new {name}")
    assert up.command("status", "--wait", "30").returncode == 0
    assert f"{name} was killed (SIGKILL)" in up.output


def test_a_killed_worker_leaves_no_child_behind(up: UpYard) -> None:
    before = up.pids["system-1"]
    family = session_members({before})
    assert len(family) > 1
    os.kill(before, signal.SIGKILL)
    eventually(lambda: not any(map(is_alive, family)), what="the end of its children")
    assert up.command("status", "--wait", "30").returncode == 0


def test_what_a_killed_worker_ran_runs_again_long_before_its_lease_is_over(
    own_up: UpYard,
) -> None:
    own_up.environ["TASKYARD_LEASE_SECONDS"] = "600"
    own_up.start("--pools", "system")
    own_up.wait_until_ready()
    with own_up.client() as client:
        task = {"type": "ECHO", "content": {"sleep_seconds": 3}}
        path = f"/api/v1/tasks/{client.post('/api/v1/tasks', json=task).json()['taskId']}"
        eventually(lambda: _running(client) == 1, what="the start of the task")
        os.kill(own_up.pids["system-1"], signal.SIGKILL)
        ended = client.get(path, params={"wait": "30"}, timeout=40).json()
    assert ended["status"] == "COMPLETED"


def test_the_store_and_the_broker_that_were_given_are_used(
    own_up: UpYard, postgres_server: PostgresServer, valkey: str
) -> None:
    with postgres_server.database() as url:
        own_up.environ |= {"TASKYARD_DATABASE_URL": url, "TASKYARD_REDIS_URL": valkey}
        own_up.start("--pools", "system")
        own_up.wait_until_ready()
        assert set(own_up.pids) == ALL - {"valkey"} - POOLS | {"system-1"}
        with own_up.client() as client:
            task = {"type": "ECHO", "content": {"hello": "yard"}}
            task_id = client.post("/api/v1/tasks", json=task).json()["taskId"]
            ended = client.get(f"/api/v1/tasks/{task_id}", params={"wait": "20"}, timeout=30)
        assert ended.json()["status"] == "COMPLETED"
        assert own_up.stop() == 0
    assert not (own_up.home / "taskyard.db").exists()


def test_a_database_that_does_not_answer_is_told_in_one_line(own_up: UpYard) -> None:
    own_up.environ["TASKYARD_DATABASE_URL"] = "postgresql://127.0.0.1:1/yard"
    done = own_up.command("up", "--pools", "system")
    assert done.returncode == 2
    assert "The store does not answer" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_port_that_was_asked_for_and_is_taken_is_named_with_its_owner(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        yard = UpYard(tmp_path, {"TASKYARD_PORT": str(port)})
        done = yard.command("up")
    assert done.returncode == 2
    assert f"Port {port} is taken" in done.stderr
    assert f"pid {os.getpid()}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("below", ["file/home", "file"])
def test_a_home_that_cannot_be_written_is_refused_in_one_line(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    done = UpYard(tmp_path / "yard", {"TASKYARD_HOME": str(tmp_path / below)}).command("up")
    assert done.returncode == 2
    assert f"Cannot write to {tmp_path / below}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_unknown_pool_is_refused_with_those_there_are(tmp_path: Path) -> None:
    done = UpYard(tmp_path).command("up", "--pools", "nonsense")
    assert done.returncode == 2
    assert "There is no pool nonsense; there are: " in done.stderr


def test_status_of_a_yard_that_does_not_run_says_so(tmp_path: Path) -> None:
    done = UpYard(tmp_path).command("status")
    assert done.returncode == 1
    assert "not ready" in done.stdout


def test_an_orderly_stop_leaves_nothing_behind_and_keeps_the_data(own_up: UpYard) -> None:
    own_up.start("--pools", "system")
    own_up.wait_until_ready()
    with own_up.client() as client:
        balance = client.get("/api/v1/credits").json()
    family = session_members(set(own_up.pids.values()))
    assert own_up.stop(signal.SIGINT) == 0
    assert not any(map(is_alive, family))
    assert not (own_up.home / "up.json").exists()
    own_up.start("--pools", "system")
    own_up.wait_until_ready()
    with own_up.client() as client:
        assert client.get("/api/v1/credits").json() == balance
    assert own_up.stop() == 0


def test_what_a_killed_supervisor_left_is_ended_by_the_next_one_and_done_again(
    own_up: UpYard,
) -> None:
    own_up.environ["TASKYARD_LEASE_SECONDS"] = "600"
    own_up.start("--pools", "system")
    own_up.wait_until_ready()
    with own_up.client() as client:
        task = {"type": "ECHO", "content": {"sleep_seconds": 10}}
        path = f"/api/v1/tasks/{client.post('/api/v1/tasks', json=task).json()['taskId']}"
        eventually(lambda: _running(client) == 1, what="the start of the task")
        left = session_members(set(own_up.pids.values()))
        assert own_up.stop(signal.SIGKILL) == -signal.SIGKILL
        own_up.start("--pools", "system")
        own_up.wait_until_ready()
        assert not any(map(is_alive, left))
        ended = client.get(path, params={"wait": "30"}, timeout=40).json()
    assert ended["status"] == "COMPLETED"
    assert own_up.stop() == 0


def test_a_second_signal_stops_at_once(own_up: UpYard) -> None:
    own_up.start("--pools", "system")
    own_up.wait_until_ready()
    assert own_up.process is not None
    family = session_members(set(own_up.pids.values()))
    os.kill(own_up.pids["system-1"], signal.SIGSTOP)  # it cannot hear the first
    own_up.process.send_signal(signal.SIGTERM)
    eventually(lambda: "a second signal ends everything" in own_up.output)
    assert own_up.stop(signal.SIGTERM, seconds=10) == 0
    assert not any(map(is_alive, family))


def _running(client: httpx.Client) -> int:
    """How many of the account's tasks run now."""
    return int(client.get("/api/v1/stats").json()["running"])


def _ports(pid: int) -> set[int]:
    """The TCP ports on which that process listens."""
    try:
        open_files = {str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir()}
        rows = [row.split() for row in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    except OSError:
        return set()
    mine = (r for r in rows if r[3] == "0A" and f"socket:[{r[9]}]" in open_files)
    return {int(row[1].rpartition(":")[2], 16) for row in mine}
