"""The commands about what an account owns, on both stores: device, social, material."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from shared.accounts.account import Account
from shared.db import Store
from shared.errors import NotFound, Refused
from shared.settings import Settings
from shared.social.account import find_named, social_accounts
from shared.tasks import mutex
from shared.tasks.task import tasks
from taskyard.cli import taskyard
from tests.command_line import Command, answer, command
from tests.gateway import open_account

__all__ = ["command"]
SECRET = "s3cr3t-v4lue"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def demo(store: Store) -> Account:
    """The account that commands act for where nobody says otherwise."""
    return open_account(store, "demo")


def typed(settings: Settings, store: Store, words: tuple[str, ...], text: str) -> Result:
    """``taskyard words…`` with ``text`` on standard input."""
    environ = {
        "TASKYARD_HOME": str(settings.home),
        "TASKYARD_DATABASE_URL": store.url,
        "TASKYARD_SECRET_KEY": settings.secret_key,
    }
    result = CliRunner().invoke(taskyard, words, env=environ, input=text)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def credential(store: Store, settings: Settings, owner: Account, username: str) -> Any:
    """What the account is logged in with."""
    with store.read() as tx:
        (account,) = find_named(tx, owner.id, username)
    return account.opened(settings)


# --- device


def test_a_device_is_added_listed_and_removed(command: Command) -> None:
    words = ("device", "add", "d1", "--name", "Pixel", "--adb", "--tags", "rack, left", "--json")
    added = answer(command(*words))

    assert added["tags"] == ["rack", "left"]
    assert (added["serial"], added["name"], added["adb"]) == ("d1", "Pixel", True)
    assert answer(command("device", "list", "--json")) == [added]
    assert answer(command("device", "list", "--tag", "right", "--json")) == []
    assert answer(command("device", "remove", "d1", "--json"))["removed"] is True
    assert command("device", "list").stdout == "There are none.\n"


def test_a_device_is_changed(command: Command) -> None:
    command("device", "add", "d1", "--tags", "rack")

    words = ("--adb", "--offline", "--name", "Pixel", "--tags", "left, right", "--json")
    changed = answer(command("device", "set", "d1", *words))

    assert (changed["adb"], changed["online"], changed["name"]) == (True, False, "Pixel")
    assert changed["tags"] == ["left", "right"]
    assert answer(command("device", "list", "--json")) == [changed]


def test_devices_are_a_table_for_people(command: Command) -> None:
    command("device", "add", "d1", "--tags", "rack,left")

    heading, row = command("device", "list").stdout.splitlines()
    assert heading.split()[:4] == ["device", "id", "serial", "name"]
    assert row.endswith("rack, left")


def test_a_device_may_be_another_accounts(command: Command, store: Store) -> None:
    open_account(store, "acme")

    command("device", "add", "d1", "--account", "acme")

    assert answer(command("device", "list", "--json")) == []
    assert len(answer(command("device", "list", "--account", "acme", "--json"))) == 1
    with pytest.raises(NotFound, match="There is no device 'd1'"):
        command("device", "remove", "d1")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("d1",), "There is a device d1 already"),
        (("x" * 121,), "serial: must be"),
        (("d2", "--name", "x" * 201), "name: must be"),
        (("d2", "--tags", "x" * 51), "tags: must be"),
        (("d2", "--account", "nobody"), "There is no account 'nobody'"),
    ],
    ids=range(5),
)
def test_a_device_that_cannot_be_is_refused(
    command: Command, words: tuple[str, ...], message: str
) -> None:
    command("device", "add", "d1")

    with pytest.raises(Refused, match=message):
        command("device", "add", *words)


def test_one_device_more_than_the_plan_allows_is_refused(command: Command) -> None:
    for number in range(5):
        command("device", "add", f"d{number}")

    with pytest.raises(Refused, match="allows 5 devices"):
        command("device", "add", "one more")


# --- social


def test_an_account_is_added_listed_and_removed(command: Command) -> None:
    command("device", "add", "d1")
    added = answer(
        command(
            "social", "add", "tiktok", "@ada", "--device", "d1", "--timezone", "Europe/Berlin",
            "--pause", "900", "--daily-cap", "5", "--tags", "food", "--json",
        )
    )  # fmt: skip

    assert (added["username"], added["device"], added["tags"]) == ("ada", "d1", ["food"])
    assert (added["timezone"], added["pause_seconds"], added["daily_cap"]) == (
        "Europe/Berlin", 900, 5,
    )  # fmt: skip
    assert (added["enabled"], added["logged_in"], added["has_credential"]) == (True, True, False)
    assert answer(command("social", "list", "--json")) == [added]
    assert answer(command("social", "list", "--platform", "bluesky", "--json")) == []
    assert answer(command("social", "list", "--tag", "foo", "--json")) == []
    assert answer(command("social", "remove", "tiktok", "ada", "--json"))["removed"] is True
    assert answer(command("social", "list", "--json")) == []


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"instance": "https://social.example", "access_token": SECRET}),
        f"instance=https://social.example\n\naccess_token={SECRET}\n",
    ],
    ids=["json", "lines"],
)
@pytest.mark.parametrize("place", ["file", "standard input"])
def test_a_credential_comes_from_a_file_and_is_not_shown(
    store: Store, settings: Settings, demo: Account, tmp_path: Path, text: str, place: str
) -> None:
    file = tmp_path / "credential"
    file.write_text(text)
    source = str(file) if place == "file" else "-"
    words = ("social", "add", "mastodon", "ada", "--credential-file", source, "--json")

    result = typed(settings, store, words, text)

    assert answer(result)["has_credential"] is True
    assert SECRET not in result.output
    kept = {"instance": "https://social.example", "access_token": SECRET}
    assert credential(store, settings, demo, "ada") == kept


def test_a_credential_is_asked_for_without_showing_it(
    store: Store, settings: Settings, demo: Account
) -> None:
    words = ("social", "add", "mastodon", "ada", "--ask", "--json")

    result = typed(settings, store, words, f"https://social.example\n{SECRET}\n")

    assert result.exit_code == 0, result.output
    assert "mastodon access_token" in result.stderr
    assert SECRET not in result.output
    assert credential(store, settings, demo, "ada")["access_token"] == SECRET


def test_whoever_insists_says_it_in_words(
    command: Command, store: Store, settings: Settings, demo: Account
) -> None:
    command("social", "add", "instagram", "ada", "--credential", f"access_token={SECRET}",
            "--credential", "user_id=17")  # fmt: skip

    kept = {"access_token": SECRET, "user_id": "17"}
    assert credential(store, settings, demo, "ada") == kept


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (json.dumps({"refresh_token": SECRET}), "access_token: is required"),
        (json.dumps({"access_token": [SECRET]}), "access_token: must be a text"),
        ('{"access_token": "' + SECRET, "no JSON object"),
        (f'["{SECRET}"]', "no JSON object"),
        (SECRET, "no JSON object"),
        ("", "no JSON object"),
        (f"={SECRET}", "no JSON object"),
        (f"access_token={SECRET * 30_000}", "longer than"),
        (f"access_token={SECRET * 1000}", "access_token: must be a text"),
    ],
    ids=range(9),
)
def test_a_credential_that_will_not_do_is_refused_and_not_repeated(
    store: Store, settings: Settings, text: str, message: str
) -> None:
    words = ("social", "add", "tiktok", "ada", "--credential-file", "-")

    with pytest.raises(Refused, match=message) as refused:
        typed(settings, store, words, text)

    assert SECRET not in str(refused.value)
    with store.read() as tx:
        assert tx.rows(select(social_accounts)) == []


@pytest.mark.parametrize("said", [SECRET, f"={SECRET}"], ids=["no key", "empty key"])
def test_words_that_are_no_pair_are_refused_and_not_repeated(command: Command, said: str) -> None:
    with pytest.raises(Refused) as refused:
        command("social", "add", "tiktok", "ada", "--credential", said)

    assert SECRET not in str(refused.value)


def test_two_sources_of_a_credential_are_one_too_many(command: Command) -> None:
    result = command("social", "add", "tiktok", "ada", "--ask", "--credential", "access_token=x")

    assert result.exit_code == 2
    assert "Say one of" in result.stderr


def test_a_new_credential_logs_in_and_lets_tasks_go(
    store: Store, settings: Settings, demo: Account, command: Command
) -> None:
    command("social", "add", "tiktok", "ada")
    with store.begin() as tx:
        (account,) = find_named(tx, demo.id, "ada")
        mutex.close(tx, account.mutex, "The account is logged out.")

    words = ("social", "login", "tiktok", "ada", "--credential-file", "-", "--json")
    told = answer(typed(settings, store, words, f"access_token={SECRET}"))

    assert (told["logged_in"], told["has_credential"]) == (True, True)
    with store.read() as tx:
        assert mutex.closure(tx, account.mutex) is None


def test_where_nobody_can_be_asked_the_ways_are_named(command: Command) -> None:
    command("social", "add", "tiktok", "ada")

    result = command("social", "login", "tiktok", "ada")

    assert result.exit_code == 2
    assert "--credential-file" in result.stderr


def test_an_account_is_changed_and_what_is_not_said_stays(command: Command) -> None:
    command("device", "add", "d1")
    added = answer(command("social", "add", "tiktok", "ann", "--tags", "food", "--json"))

    words = ("--device", "d1", "--timezone", "Europe/Berlin", "--pause", "60", "--disable")
    changed = answer(command("social", "set", "tiktok", "@ann", *words, "--json"))
    new = {"device": "d1", "timezone": "Europe/Berlin", "pause_seconds": 60, "enabled": False}
    assert changed == {**added, **new}

    words = ("--device", "", "--tags", "a, b", "--daily-cap", "3", "--enable")
    changed = answer(command("social", "set", "tiktok", "ann", *words, "--json"))
    assert (changed["device"], changed["tags"], changed["daily_cap"]) == (None, ["a", "b"], 3)
    assert (changed["enabled"], changed["timezone"]) == (True, "Europe/Berlin")
    assert answer(command("social", "list", "--json")) == [changed]


@pytest.mark.parametrize("verb", ["remove", "login", "set"])
def test_an_account_that_is_not_there_is_named(store: Store, settings: Settings, verb: str) -> None:
    words = ("social", verb, "tiktok", "nobody")
    source = ("--credential-file", "-") if verb == "login" else ()

    with pytest.raises(NotFound, match="'nobody' on tiktok"):
        typed(settings, store, (*words, *source), "access_token=x")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("tiktok", "there"), "There is an account there on tiktok already"),
        (("tiktok", "@"), "username: must be"),
        (("tiktok", "ada", "--timezone", "Mars/Olympus"), "timezone: must be"),
        (("tiktok", "ada", "--device", "unknown"), "device: there is no device unknown"),
        (("tiktok", "ada", "--email", "x" * 321), "email: must be"),
    ],
    ids=range(5),
)
def test_an_account_that_cannot_be_is_refused(
    command: Command, words: tuple[str, ...], message: str
) -> None:
    command("social", "add", "tiktok", "there")

    with pytest.raises(Refused, match=message):
        command("social", "add", *words)


@pytest.mark.parametrize(
    "words",
    [("myspace", "ada"), ("tiktok", "ada", "--pause", "-1"), ("tiktok", "ada", "--daily-cap", "x")],
    ids=range(3),
)
def test_a_wrong_option_is_told_with_the_usage(command: Command, words: tuple[str, ...]) -> None:
    assert command("social", "add", *words).exit_code == 2


# --- material


def test_files_are_brought_in_and_asked_to_be_checked(
    command: Command, store: Store, tmp_path: Path
) -> None:
    for name in ("a.png", "b.png", "same.png"):
        (tmp_path / name).write_bytes(PNG + (b"b" if name == "b.png" else b"a"))
    files = [str(tmp_path / name) for name in ("a.png", "b.png", "same.png")]

    rows = answer(command("material", "add", *files, "--tags", "food,fr", "--json"))

    assert [(row["name"], row["new"]) for row in rows] == [
        ("a.png", True), ("b.png", True), ("a.png", False),
    ]  # fmt: skip
    assert {row["state"] for row in rows} == {"unchecked"}
    assert rows[0]["tags"] == ["food", "fr"]
    assert [row["name"] for row in answer(command("material", "list", "--json"))] == [
        "b.png", "a.png",
    ]  # fmt: skip
    assert answer(command("material", "list", "--tag", "foo", "--json")) == []
    assert len(answer(command("material", "list", "--limit", "1", "--json"))) == 1
    with store.read() as tx:
        kinds = [row.type for row in tx.rows(select(tasks.c.type))]
    assert set(kinds) == {"MATERIAL_CHECK"}


@pytest.mark.parametrize("kind", ["missing", "a folder"])
def test_what_is_no_file_is_a_wrong_word(command: Command, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "missing" if kind == "missing" else tmp_path

    assert command("material", "add", str(path)).exit_code == 2


def test_an_empty_file_is_refused(command: Command, tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()

    with pytest.raises(Refused, match=r"a\.png is empty"):
        command("material", "add", str(tmp_path / "a.png"))


def test_tags_that_will_not_do_are_refused_before_a_file_is_read(
    command: Command, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(PNG)

    with pytest.raises(Refused, match="tags: must be"):
        command("material", "add", str(tmp_path / "a.png"), "--tags", "x" * 51)
    assert answer(command("material", "list", "--json")) == []


def test_a_folder_is_synced_by_a_task(command: Command, store: Store, tmp_path: Path) -> None:
    told = answer(command("material", "sync", str(tmp_path), "--tags", "food", "--json"))

    with store.read() as tx:
        (row,) = tx.rows(select(tasks.c.id, tasks.c.type, tasks.c.payload))
    assert (row.id, row.type) == (told["task_id"], "MATERIAL_SYNC")
    assert row.payload["url"] == told["source"] == str(tmp_path)
    assert (row.payload["tags"], row.payload["remove"]) == (["food"], False)


def test_a_sync_prints_the_bare_id_of_its_task(command: Command, store: Store) -> None:
    printed = command("material", "sync", "s3://bucket/clips", "--remove").stdout.strip()

    with store.read() as tx:
        (row,) = tx.rows(select(tasks.c.id, tasks.c.payload))
    assert row.id == printed
    assert (row.payload["url"], row.payload["remove"]) == ("s3://bucket/clips", True)


def test_a_source_that_is_none_is_refused(command: Command) -> None:
    with pytest.raises(Refused, match="A source is a folder or a URL"):
        command("material", "sync", f"s3://{'x' * 3000}")


@pytest.mark.parametrize(
    ("group", "verb"),
    [
        *(("device", verb) for verb in ("add", "set", "list", "remove")),
        *(("social", verb) for verb in ("add", "set", "list", "remove", "login")),
        *(("material", verb) for verb in ("add", "list", "sync")),
    ],
)
def test_every_verb_explains_itself(command: Command, group: str, verb: str) -> None:
    result = command(group, verb, "--help")

    assert result.exit_code == 0
    assert "--json" in result.stdout
    assert "--account" in result.stdout
