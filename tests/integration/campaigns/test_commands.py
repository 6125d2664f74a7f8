"""``taskyard campaign``: campaigns of this machine's yard."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.accounts.account import Account
from shared.campaigns.export import COLUMNS
from shared.db import Store
from shared.errors import CreditsExhausted, NotFound, Refused
from shared.tasks.queries import list_tasks
from tests.campaigning import SECRET, a_body, a_site
from tests.command_line import Command, answer, command
from tests.gateway import open_account

__all__ = ["command"]
WORDS = ("--name", "Spring", "--service", "social", "--website", "https://shop.example/")
TABLE = f"name,kind,password\r\nHere,mastodon,{SECRET}\r\nThere,mastodon,{SECRET}\r\n"


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """What depends on the store is tested on both elsewhere."""
    return sqlite_store


@pytest.fixture(autouse=True)
def demo(store: Store) -> Account:
    """The account that commands act for where nobody says otherwise."""
    return open_account(store, "demo")


@pytest.fixture
def table(tmp_path: Path) -> str:
    """A file with two sites."""
    file = tmp_path / "sites.csv"
    file.write_bytes(TABLE.encode())
    return str(file)


def made(command: Command, file: str, *more: str) -> dict[str, Any]:
    """A campaign that was made."""
    return dict(answer(command("campaign", "create", file, *WORDS, *more, "--json")))


def json_file(folder: Path, value: Any) -> str:
    """A file that holds ``value``."""
    file = folder / "asked.json"
    file.write_bytes(orjson.dumps(value))
    return str(file)


def test_a_table_of_sites_becomes_a_campaign(
    command: Command, store: Store, demo: Account, table: str
) -> None:
    said = ("--price", "12.5", "--max-retries", "1", "--config", '{"text": "{website}"}')

    campaign = made(command, table, *said)

    assert campaign["counts"]["pending"] == campaign["size"] == 2
    with store.read() as tx:
        tasks = list_tasks(tx, demo.id)
    assert {(task.cost_cents, task.max_retries) for task in tasks} == {(13, 1)}
    assert {task.target_id for task in tasks} == {campaign["request_id"]}
    assert SECRET not in str(tasks)


def test_the_file_may_be_what_the_gateway_takes_and_options_win(
    command: Command, tmp_path: Path
) -> None:
    file = json_file(tmp_path, a_body(3))

    campaign = answer(command("campaign", "create", file, "--name", "Autumn", "--json"))

    assert (campaign["name"], campaign["auction_price"]) == ("Autumn", 20)
    assert campaign["counts"]["pending"] == 3


def test_the_file_may_be_a_list_of_sites(command: Command, tmp_path: Path) -> None:
    assert made(command, json_file(tmp_path, [a_site()]))["size"] == 1


@pytest.mark.parametrize(
    "content", [orjson.dumps([a_site()] * 2), TABLE.encode()], ids=["json", "csv"]
)
def test_the_file_may_begin_with_a_byte_order_mark(
    command: Command, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "sites"
    file.write_bytes(BOM_UTF8 + content)

    assert made(command, str(file))["size"] == 2


def test_a_campaign_is_shown_with_all_that_was_said_of_it(command: Command, table: str) -> None:
    said = ("--price", "12.5", "--type-request", "backlinks", "--config", '{"text": "Hi"}')

    request_id = made(command, table, *said)["request_id"]

    shown = answer(command("campaign", "show", request_id, "--json"))
    assert (shown["type_request"], shown["link_cost_cents"]) == ("backlinks", 13)
    assert shown["config"] == {"text": "Hi"}
    assert '{"text":"Hi"}' in command("campaign", "show", request_id).stdout


def test_a_campaign_is_shown_listed_paused_resumed_and_canceled(
    command: Command, table: str
) -> None:
    first = made(command, table)
    second = made(command, table)
    one = ("campaign", "show", first["request_id"], "--json")

    listed = answer(command("campaign", "list", "--json"))
    assert [each["request_id"] for each in listed] == [second["request_id"], first["request_id"]]
    assert answer(command(*one)) == first
    assert answer(command("campaign", "pause", *one[2:]))["paused_at"] is not None
    assert answer(command("campaign", "resume", *one[2:]))["paused_at"] is None
    assert answer(command("campaign", "cancel", *one[2:]))["counts"]["canceled"] == 2
    heading, row = command("campaign", "list", "--limit", "1").stdout.splitlines()
    assert heading.split()[:3] == ["request", "id", "name"]
    assert row.startswith(second["request_id"])


def test_the_outcome_is_written_as_a_table(command: Command, table: str, tmp_path: Path) -> None:
    request_id = made(command, table)["request_id"]
    file = tmp_path / "outcome.csv"

    shown = command("campaign", "export", request_id)
    command("campaign", "export", request_id, "--output", str(file))

    assert file.read_bytes() == shown.stdout_bytes
    rows = list(csv.DictReader(io.StringIO(shown.stdout_bytes.decode(), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [row["site_name"] for row in rows] == ["Here", "There"]
    assert SECRET not in shown.output


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name;kind\r\nHere;mastodon\r\n", "the first row must name the columns"),
        (b"name,kind\r\nHere,feed\r\n", r"sites\.0\.kind: feed cannot do social.*\(line 2\)"),
        (b"{", "no JSON, and no CSV"),
        (b"[]", "sites: must be a list of 1"),
        (b"name,kind\r\n" + b"Here,feed\r\n" * 25, r"\n  and 5 more errors"),
    ],
    ids=range(5),
)
def test_a_file_that_is_no_campaign_is_refused(
    command: Command, tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "sites"
    file.write_bytes(content)

    with pytest.raises(Refused, match=message):
        command("campaign", "create", str(file), *WORDS)
    assert command("campaign", "list").stdout == "There are none.\n"


def test_a_campaign_has_to_be_paid_for(command: Command, table: str) -> None:
    with pytest.raises(CreditsExhausted, match="cost 12000 cents"):
        command("campaign", "create", table, *WORDS, "--price", "6000")


def test_a_campaign_is_found_by_its_account_alone(
    command: Command, store: Store, table: str
) -> None:
    open_account(store, "acme")
    request_id = made(command, table, "--account", "acme")["request_id"]

    for change in ("show", "pause", "resume", "cancel", "export"):
        with pytest.raises(NotFound, match="no such campaign"):
            command("campaign", change, request_id)
    assert command("campaign", "show", request_id, "--account", "acme").exit_code == 0
