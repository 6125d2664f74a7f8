"""Submitting, pausing, asking why and watching, as an operator types it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from shared.errors import Refused
from taskyard import Client
from tests.yard import UpYard


@pytest.fixture
def resumed(up: UpYard) -> Iterator[UpYard]:
    """The yard, whose queue echo is resumed whatever happened."""
    yield up
    up.json("resume", "queue", "echo")


def submit(yard: UpYard, *words: str) -> str:
    """The id of a task that was accepted."""
    done = yard.command("submit", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_paused_task_says_why_and_runs_when_resumed(resumed: UpYard) -> None:
    assert resumed.json("pause", "queue", "echo")["paused"] is True
    task_id = submit(resumed, "ECHO", "hello", "--priority", "9")

    assert resumed.json("why", task_id)["waiting_for"]["reason"] == "pause"
    assert "The queue echo is paused since" in resumed.command("why", task_id).stdout

    assert resumed.json("resume", "queue", "echo")["paused"] is False
    watched = resumed.command("watch", task_id)
    assert watched.returncode == 0, watched.stderr
    assert watched.stdout.splitlines()[-1].split()[2] == "completed"
    assert "It completed" in resumed.command("why", task_id).stdout


def test_watching_a_task_that_fails_ends_with_1(up: UpYard) -> None:
    parent = submit(up, "ECHO", "hello", "--not-before", "2099-01-31T08:00:00Z")
    child = submit(up, "ECHO", "hello", "--after", parent)
    assert up.json("why", child)["waiting_for"]["task_ids"] == [parent]
    with up.client() as client:
        client.delete(f"/api/v1/tasks/{parent}")

    watched = up.command("watch", child)

    assert watched.returncode == 1
    assert "PARENT_FAILED" in watched.stderr


def test_a_refused_submission_is_one_line(up: UpYard) -> None:
    refused = up.command("submit", "ECHO", "hello", "--after", "nonsense")

    assert refused.returncode == 1
    assert refused.stderr.splitlines() == ["taskyard: after.0: must be ids of tasks."]


def test_the_client_submits_waits_and_cancels(up: UpYard) -> None:
    with Client(up.url, (up.home / "demo_api_key").read_text().strip()) as client:
        task_id = client.submit("ECHO", "hello").task_id
        assert client.wait(task_id, timeout_seconds=30).status == "COMPLETED"

        with pytest.raises(Refused, match="completed already"):
            client.cancel(task_id)


def test_a_file_of_tasks_is_submitted_and_watched_until_all_are_done(up: UpYard) -> None:
    lines = [json.dumps({"type": "ECHO", "content": {"n": n}}) for n in range(2_500)]
    (up.folder / "echoes.jsonl").write_text("\n".join(lines))

    whole = up.json("submit", "echoes.jsonl")
    assert (whole["accepted"], whole["rejected"]) == (2_500, 0)
    assert up.json("submit", "echoes.jsonl")["submitted_now"] == 0

    looks = up.command("watch", "--until-idle", "--every", "0.2", "--json").stdout.splitlines()
    assert json.loads(looks[-1])["byType"]["ECHO"]["completed"] >= 2_500
