"""``taskyard schedule``, at a real gateway."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shared.errors import Refused
from taskyard.cli import taskyard
from tests.calling import Station, client_bench, station

__all__ = ["client_bench", "station"]
Command = Callable[..., Result]


@pytest.fixture
def command(station: Station) -> Command:
    """Runs ``taskyard schedule …`` on the yard's own machine."""
    settings = station.bench.yard.settings
    environ = {
        "TASKYARD_HOME": str(settings.home),
        "TASKYARD_DATABASE_URL": settings.database_url,
        "TASKYARD_SECRET_KEY": settings.secret_key,
        "TASKYARD_LOCAL_ACCOUNT": station.account.name,
        "TASKYARD_PORT": str(station.web.port),
    }

    def run(*words: str, **more: Any) -> Result:
        result = CliRunner().invoke(taskyard, ["schedule", *words], env=environ, **more)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result

    return run


def told(result: Result) -> Any:
    """What a command says in JSON."""
    return json.loads(result.stdout)


def test_a_schedule_is_added_shown_changed_run_and_removed(command: Command) -> None:
    words = ("--cron", "30 2 * * *", "--timezone", "Europe/Berlin", "--jitter", "60")
    made = told(command("add", "ECHO", '{"text": "a"}', *words, "--name", "nightly", "--json"))
    assert (made["task"], made["timezone"], made["jitterSeconds"], made["status"]) == (
        {"type": "ECHO", "content": {"text": "a"}}, "Europe/Berlin", 60, "active",
    )  # fmt: skip
    assert "30 2 * * * (Europe/Berlin)" in command("list").stdout
    assert "nightly" in command("show", made["id"]).stdout

    changed = told(command("set", made["id"], "--every", "90s", "--name", "", "--json"))
    assert (changed["every"], changed["cron"], changed["name"]) == ("90s", None, "")
    assert told(command("pause", made["id"], "--json"))["status"] == "paused"
    task_id = command("run", made["id"]).stdout.strip()
    assert told(command("resume", made["id"], "--json"))["status"] == "active"

    (firing,) = told(command("history", made["id"], "--json"))
    assert (firing["taskId"], firing["dueAt"]) == (task_id, None)
    assert "asked for" in command("history", made["id"]).stdout
    command("remove", made["id"])
    assert told(command("list", "--json")) == []
    with pytest.raises(Refused, match="no such schedule"):
        command("show", made["id"])


def test_content_may_come_from_standard_input(command: Command) -> None:
    made = told(command("add", "ECHO", "-", "--every", "1h", "--json", input='{"n": 1}'))

    assert made["task"]["content"] == {"n": 1}


def test_what_is_wrong_is_said_in_the_gateway_s_words(command: Command) -> None:
    with pytest.raises(Refused, match=r"^cron: must be a cron expression of five fields"):
        command("add", "ECHO", "--cron", "now")
    with pytest.raises(Refused, match="cron"):
        command("add", "ECHO")
