"""How commands call a gateway: this yard's in an account's name, or one elsewhere by its key."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import click

from shared.accounts.role import Role
from shared.accounts.token import issue_token
from taskyard.client import Client
from taskyard.client.address import KEY, URL
from taskyard.desk import acting_account, open_desk
from taskyard.yard_status import gateway_url

Command = TypeVar("Command", bound=Callable[..., Any])
TOKEN_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Caller:
    """A client, and the id of the account that it acts for; None where only its key knows that."""

    client: Client
    account_id: str | None


def caller_options(command: Command) -> Command:
    """The options ``--account`` and ``--url``, the same everywhere."""
    account = click.option("--account", metavar="A", help="Whose tasks: a name or an id.")
    url = click.option(
        "--url",
        metavar="URL",
        help=f"A gateway elsewhere ({URL}); its key is read from {KEY}.",
    )
    return account(url(command))


@contextmanager
def open_caller(account: str | None, url: str | None, role: Role = Role.BUYER) -> Iterator[Caller]:
    """A caller at this yard's gateway, in the account's name; with a key, at the one elsewhere.

    `Refused` where the account is disabled.
    """
    if os.environ.get(KEY, "").strip():
        if account is not None:
            raise click.UsageError(f"Leave out --account: {KEY} says whose tasks they are.")
        with Client(url) as client:
            yield Caller(client, None)
        return
    if url or os.environ.get(URL, "").strip():
        raise click.UsageError(f"Set {KEY} to an API key of the gateway elsewhere.")
    with open_desk() as desk:
        with desk.store.read() as tx:
            owner = acting_account(tx, desk.settings, account)
        token = partial(issue_token, desk.settings, owner.id, role, ttl_seconds=TOKEN_SECONDS)
        with Client(gateway_url(desk.settings, os.environ), token) as client:
            yield Caller(client, owner.id)
