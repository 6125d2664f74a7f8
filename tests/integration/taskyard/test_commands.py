"""The command line on both stores."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from shared.accounts.api_key import verify_api_key
from shared.accounts.role import Role
from shared.accounts.token import verify_token
from shared.db import Store
from shared.errors import NotFound, Refused, SettingsError
from shared.migrations.upgrade import is_current
from shared.settings import Settings
from taskyard.cli import COMMANDS, taskyard
from tests.command_line import Command, answer, command
from tests.tables import outdated

__all__ = ["command"]


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"bench"}))
def test_every_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(taskyard, [name, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_an_unknown_command_is_refused() -> None:
    assert CliRunner().invoke(taskyard, ["nonsense"]).exit_code == 2


def test_a_new_account_comes_with_a_key_that_works(
    command: Command, store: Store, settings: Settings
) -> None:
    made = answer(
        command("account", "create", "acme", "--plan", "pro", "--credits-cents", "500", "--json")
    )
    with store.begin() as tx:
        key = verify_api_key(tx, settings, made["api_key"])
    assert key is not None
    assert key.account_id == made["account_id"]
    [account] = answer(command("account", "list", "--json"))
    assert (account["name"], account["plan"], account["balance_cents"]) == ("acme", "pro", 500)


def test_a_taken_name_is_refused(command: Command) -> None:
    command("account", "create", "acme")
    with pytest.raises(Refused, match="acme"):
        command("account", "create", "acme")


def test_an_unknown_account_is_named(command: Command) -> None:
    with pytest.raises(NotFound, match="'nobody'"):
        command("token", "nobody")


def test_an_account_is_changed_disabled_and_enabled(command: Command) -> None:
    command("account", "create", "acme")
    changed = answer(command("account", "set", "acme", "--plan", "team", "--json"))
    assert changed["plan"] == "team"
    assert answer(command("account", "disable", "acme", "--json"))["enabled"] is False
    assert answer(command("account", "set", "acme", "--enable", "--json"))["enabled"] is True


def test_credits_add_up(command: Command) -> None:
    command("account", "create", "acme", "--credits-cents", "5")
    assert answer(command("credits", "add", "acme", "10", "--json"))["balance_cents"] == 15
    for cents in ("0", "-5"):
        refused = command("credits", "add", "acme", cents)
        assert refused.exit_code == 2
        assert f"{cents} is not in the range" in refused.stderr


def test_a_key_is_listed_without_its_text_and_ends_when_revoked(
    command: Command, store: Store, settings: Settings
) -> None:
    command("account", "create", "acme")
    made = answer(command("key", "create", "acme", "--name", "ci", "--role", "buyer", "--json"))
    listed = command("key", "list", "acme", "--json")
    assert made["api_key"] not in listed.stdout
    assert [key["name"] for key in answer(listed)] == ["first", "ci"]
    answer(command("key", "revoke", "acme", made["key_id"], "--json"))
    with store.begin() as tx:
        assert verify_api_key(tx, settings, made["api_key"]) is None


def test_a_key_with_a_time_to_live_says_when_it_ends(command: Command) -> None:
    command("account", "create", "acme")
    command("key", "create", "acme", "--ttl", "60")
    assert answer(command("key", "list", "acme", "--json"))[1]["expires_at"] is not None


def test_a_token_is_printed_bare(command: Command, settings: Settings) -> None:
    made = answer(command("account", "create", "acme", "--json"))
    token = command("token", "acme", "--role", "validator", "--user", "ann", "--ttl", "60").stdout
    claims = verify_token(settings, token.strip())
    assert (claims.account, claims.role, claims.user) == (
        made["account_id"],
        Role.VALIDATOR,
        "ann",
    )


def test_a_token_in_json_says_whose_it_is(command: Command) -> None:
    made = answer(command("account", "create", "acme", "--json"))
    token = answer(command("token", "acme", "--json"))
    assert (token["account_id"], token["role"]) == (made["account_id"], "buyer")


def test_lists_are_tables_for_people(command: Command) -> None:
    assert command("account", "list").stdout == "There are none.\n"
    command("account", "create", "acme")
    heading, row = command("account", "list").stdout.splitlines()
    assert heading.split()[:3] == ["account", "id", "name"]
    assert "acme" in row


def test_upgrading_tables_twice_is_no_error(command: Command, store: Store) -> None:
    for _ in range(2):
        assert command("db", "upgrade").exit_code == 0
    assert is_current(store)


def test_a_store_without_todays_tables_is_refused(command: Command, store: Store) -> None:
    with outdated(store), pytest.raises(SettingsError, match="taskyard db upgrade"):
        command("account", "list")


def test_status_of_a_home_where_nothing_runs_asks_nobody_elses_gateway(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        taskyard, ["status", "--json"], env={"TASKYARD_HOME": str(tmp_path)}
    )
    assert result.exit_code == 1
    status = json.loads(result.stdout)
    assert (status["url"], status["queues"]) == (None, {})
    assert f"Nothing runs in {tmp_path}" in status["reasons"][0]


def test_status_without_gateway_or_broker_says_what_is_wrong(command: Command) -> None:
    result = command("status", "--json")
    assert result.exit_code == 1
    status = json.loads(result.stdout)
    assert status["ready"] is False
    assert "does not answer" in status["reasons"][0]
    assert status["queues"]["echo"] is None
