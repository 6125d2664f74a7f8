"""Which servers a caller may see and make: an operator its account's, an admin everybody's."""

from __future__ import annotations

from typing import Any

from api.caller import Caller
from shared.accounts.account import find_account
from shared.accounts.role import may
from shared.db import Transaction
from shared.errors import Conflict, NotFound, Refused
from shared.servers.registration import register_server
from shared.servers.server import Server, get_server, list_servers
from shared.settings import Settings

EVERYBODY = "yard:write"
"""Who may do this, looks after the servers of all accounts, and those that serve all."""
NO_ACCOUNT = "account: there is no such account."
NO_SERVER = "There is no such server."


def visible_servers(tx: Transaction, caller: Caller, account: str | None) -> list[Server]:
    """The servers made for the account that is meant; for an admin who names none, all."""
    return list_servers(tx, _owner(tx, caller, account))


def visible_server(tx: Transaction, caller: Caller, server_id: str) -> Server:
    """The server with that id; `NotFound` where it is not for the caller to look after."""
    found = get_server(tx, server_id)
    if found.account_id != caller.account_id and not may(caller.role, EVERYBODY):
        raise NotFound(NO_SERVER)
    return found


def make_server(
    tx: Transaction, settings: Settings, caller: Caller, asked: dict[str, Any]
) -> tuple[Server, str]:
    """A new server with its first key; `Conflict` where the name is taken."""
    words = dict(asked)
    owner = _owner(tx, caller, words.pop("account", None))
    try:
        return register_server(tx, settings, **words, account_id=owner, actor=caller.actor)
    except Refused as error:
        if error.code == "CONFLICT":
            raise Conflict(f"name: {error}") from None
        raise


def _owner(tx: Transaction, caller: Caller, account: str | None) -> str | None:
    """The id of the account that is meant; None where an admin means everybody.

    An account that is not the caller's does not exist for an operator.
    """
    if not may(caller.role, EVERYBODY):
        if account not in (None, caller.account_id, caller.account.name):
            raise NotFound(NO_ACCOUNT)
        return caller.account_id
    if account is None:
        return None
    found = find_account(tx, account)
    if found is None:
        raise NotFound(NO_ACCOUNT)
    return found.id
