"""The commands that call a gateway, at a real one: submit, get, list, cancel, retry, watch."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shared.errors import Refused, SettingsError
from shared.ids import new_id
from taskyard.cli import taskyard
from taskyard.client import Client, Unreachable
from taskyard.client.calls import BULK
from taskyard.submitting.journey import Journey
from taskyard.submitting.record import Head, Record
from tests.answering import complete, fail
from tests.calling import QUICK, Station, client_bench, station
from tests.gateway import open_account
from tests.servers import eventually

__all__ = ["client_bench", "station"]
Command = Callable[..., Result]


def run(environ: dict[str, str], *words: str) -> Result:
    """``taskyard words…`` as typed."""
    result = CliRunner().invoke(taskyard, words, env=environ)
    if result.exception and not isinstance(result.exception, SystemExit):
        result.exception.add_note(result.stderr)
        raise result.exception
    return result


@pytest.fixture
def here(station: Station) -> Command:
    """Runs ``taskyard …`` on the yard's own machine."""
    settings = station.bench.yard.settings
    environ = {
        "TASKYARD_HOME": str(settings.home),
        "TASKYARD_DATABASE_URL": settings.database_url,
        "TASKYARD_SECRET_KEY": settings.secret_key,
        "TASKYARD_LOCAL_ACCOUNT": station.account.name,
        "TASKYARD_PORT": str(station.web.port),
    }
    return lambda *words: run(environ, *words)


@pytest.fixture
def elsewhere(station: Station, tmp_path: Path) -> Command:
    """Runs ``taskyard …`` on a machine that has a key, and no yard."""
    environ = {
        "TASKYARD_HOME": str(tmp_path / "none"),
        "TASKYARD_URL": station.web.url,
        "TASKYARD_API_KEY": station.key,
    }
    return lambda *words: run(environ, *words)


@pytest.fixture(params=["here", "elsewhere"])
def command(request: pytest.FixtureRequest) -> Command:
    """Both."""
    found: Command = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Seven lines: five tasks, a blank, and one that is none."""
    path = tmp_path / "reviews.jsonl"
    lines = [json.dumps({"type": "ECHO", "content": {"n": n}}) for n in range(5)]
    path.write_text("\n".join([*lines[:3], "", '{"type": "ECHO"', *lines[3:], ""]))
    return path


def told(result: Result, code: int = 0) -> Any:
    """What a command says in JSON."""
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def rows(file: Path) -> dict[int, dict[str, Any]]:
    """What is written down about each line."""
    lines = file.with_name("reviews.jsonl.submitted").read_text().splitlines()
    return {row["line"]: row for row in map(json.loads, lines) if "line" in row}


def test_a_task_is_submitted_read_and_retried(command: Command, station: Station) -> None:
    yard = station.bench.yard
    task_id = command("submit", "ECHO", "hello").stdout.strip()
    assert told(command("get", task_id, "--json"))["content"] == "hello"

    fail(yard, task_id, "It broke.")
    assert "BROKEN: It broke." in command("get", task_id).stdout
    assert told(command("retry", task_id, "--json"))[0]["status"] == "PENDING"


def test_a_task_is_waited_for(command: Command, station: Station) -> None:
    task_id = command("submit", "ECHO", "hello").stdout.strip()
    done = Thread(target=complete, args=(station.bench.yard, task_id, {"said": "hello"}))
    done.start()
    shown = command("get", task_id, "--wait", "20").stdout
    done.join()
    assert '{"said":"hello"}' in shown
    assert "COMPLETED" in shown


def test_a_task_that_is_not_over_in_time_ends_with_1(here: Command) -> None:
    task_id = here("submit", "ECHO", "hello").stdout.strip()
    assert told(here("get", task_id, "--wait", "0.05", "--json"), 1)["status"] == "PENDING"


def test_tasks_are_listed_and_canceled(command: Command) -> None:
    ids = [command("submit", "ECHO", str(n)).stdout.strip() for n in range(3)]

    canceled = command("cancel", ids[0], "nonsense", ids[0])

    assert canceled.exit_code == 1
    assert canceled.stdout.count(ids[0]) == 1
    assert canceled.stderr == "taskyard: nonsense: There is no such task.\n"
    assert [task["taskId"] for task in told(command("list", "--json"))] == ids[::-1]
    failed = told(command("list", "--status", "failed", "--json"))
    assert [task["error"]["code"] for task in failed] == ["CANCELED"]
    heading, line = command("list", "--limit", "1").stdout.splitlines()
    assert heading.split()[:3] == ["task", "id", "type"]
    assert line.split()[0] == ids[2]


def test_a_file_is_submitted_once(command: Command, station: Station, file: Path) -> None:
    first = told(command("submit", str(file), "--size", "2", "--json"), 1)

    assert (first["lines"], first["accepted"], first["rejected"]) == (7, 5, 1)
    assert first["submitted_now"] == 5
    written = rows(file)
    assert sorted(written) == [1, 2, 3, 5, 6, 7]
    assert written[5]["error"]["code"] == "INVALID_JSON"
    listed = told(command("list", "--json"))
    ids = [written[number]["taskId"] for number in (1, 2, 3, 6, 7)]
    assert [task["taskId"] for task in listed] == ids[::-1]
    assert [task["content"] for task in listed] == [{"n": n} for n in range(4, -1, -1)]
    keys = station.road.keys(BULK)
    assert len(keys) == len(set(keys)) == 3

    once_more = told(command("submit", str(file), "--json"), 1)
    assert (once_more["accepted"], once_more["submitted_now"]) == (5, 0)
    assert len(station.road.keys(BULK)) == 3
    again = told(command("submit", str(file), "--again", "--json"), 1)
    assert (again["rejected"], again["submitted_now"]) == (1, 0)
    assert len(set(station.road.keys(BULK))) == 4


def test_people_see_progress_and_what_was_rejected(here: Command, file: Path) -> None:
    result = here("submit", str(file))

    assert result.exit_code == 1
    assert "submitting reviews.jsonl" in result.stderr
    assert result.stderr.splitlines()[-1].startswith("taskyard: line 5: INVALID_JSON: ")
    assert ["accepted", "5"] in [line.split() for line in result.stdout.splitlines()]


def test_after_an_interruption_the_same_command_goes_on(
    here: Command, station: Station, file: Path
) -> None:
    account = station.account.id
    with (
        Record(file.with_name("reviews.jsonl.submitted")) as record,
        Client(station.web.url, station.key, patience=QUICK) as client,
    ):
        record.begin(Head.new(file, account, 2))
        with pytest.raises(Unreachable):
            Journey(file, record, client).run(Closing(station))
    assert sorted(rows(file)) == [1, 2]

    station.road.turned_back = 0
    whole = told(here("submit", str(file), "--json"), 1)

    assert (whole["accepted"], whole["submitted_now"]) == (5, 3)
    assert len(told(here("list", "--json"))) == 5


def test_who_is_interrupted_is_told_what_to_do(
    here: Command, station: Station, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("taskyard.client.client.Patience", lambda: QUICK)
    station.road.turned_back = 99
    with pytest.raises(Unreachable, match="Come again") as caught:
        here("submit", str(file))
    assert "taskyard: 0 lines are done: run it again to go on." in caught.value.__notes__[0]


class Closing:
    """A bar at whose first move the road is closed."""

    def __init__(self, station: Station) -> None:
        self.station = station

    def reach(self, position: int, told: str) -> None:
        """It moved."""
        self.station.road.turned_back = 99


def test_a_record_of_another_account_is_not_gone_on_with(
    here: Command, station: Station, file: Path
) -> None:
    other = open_account(station.bench.yard.store, f"other.{new_id()}").name
    here("submit", str(file))
    with pytest.raises(Refused, match="is of another account"):
        here("submit", str(file), "--account", other)
    elsewhere = file.with_name("state")
    assert told(here("submit", str(file), "--account", other, "--state", str(elsewhere),
                     "--json"), 1)["submitted_now"] == 5  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ("reviews.jsonl", "content"),
        ("reviews.jsonl", "--priority", "1"),
        ("ECHO", "--size", "2"),
        ("ECHO", "--state", "here"),
        ("ECHO", "--again"),
    ],
)
def test_options_of_a_task_and_of_a_file_are_not_mixed(
    here: Command, words: tuple[str, ...]
) -> None:
    assert here("submit", *words).exit_code == 2


def test_a_file_that_is_not_there_is_refused(here: Command) -> None:
    with pytest.raises(Refused, match=r"There is no file nothing\.jsonl"):
        here("submit", "nothing.jsonl")
    with pytest.raises(Refused, match=r"a file of tasks must end in \.jsonl or \.ndjson"):
        here("submit", "reviews.json")


def test_a_key_says_whose_tasks_they_are(elsewhere: Command) -> None:
    assert elsewhere("list", "--account", "anybody").exit_code == 2


def test_a_gateway_elsewhere_needs_a_key(station: Station) -> None:
    environ = {"TASKYARD_API_KEY": "", "TASKYARD_URL": station.web.url}
    assert run(environ, "list").exit_code == 2
    with pytest.raises(SettingsError, match="is no address of a gateway"):
        run({"TASKYARD_API_KEY": "a key"}, "list", "--url", "nonsense")


def test_all_tasks_are_seen_in_one_table(command: Command, station: Station) -> None:
    assert command("watch").stdout == "There are no tasks.\n"
    task_id = command("submit", "ECHO", "hello").stdout.strip()
    complete(station.bench.yard, task_id, {"said": "hello"})

    heading, counted, _, _, newest = command("watch").stdout.splitlines()

    assert heading.split()[0] == "type"
    assert counted.split() == ["ECHO", "0", "0", "0", "1", "0", "0", "-"]
    assert newest.split()[1:] == [task_id, "ECHO", "COMPLETED", '{"said":"hello"}']
    assert told(command("watch", "--json", "--newest", "0"))["newest"] == []


def test_the_table_may_end_when_nothing_is_left_to_do(here: Command, station: Station) -> None:
    yard = station.bench.yard
    task_id = here("submit", "ECHO", "hello").stdout.strip()

    def finish() -> None:
        eventually(lambda: station.road.keys("/api/v1/stats"))
        complete(yard, task_id, {})

    done = Thread(target=finish)
    done.start()
    looks = here("watch", "--until-idle", "--every", "0.1", "--json").stdout.splitlines()
    done.join()

    found = [json.loads(line)["total"] for line in looks]
    assert (found[0]["queued"], found[0]["completed"]) == (1, 0)
    assert (found[-1]["queued"], found[-1]["completed"]) == (0, 1)
    assert json.loads(looks[-1])["perSecond"]["ECHO"] >= 0


def test_options_of_the_table_are_not_for_one_task(here: Command) -> None:
    assert here("watch", "some-id", "--until-idle").exit_code == 2
