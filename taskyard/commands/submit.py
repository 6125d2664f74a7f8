"""``taskyard submit``: one task, through the gateway, from the command line."""

from __future__ import annotations

import os
import sys
from typing import Any

import click
import orjson

from shared.accounts.role import Role
from shared.accounts.token import issue_token
from shared.errors import Refused
from shared.tasks.draft import DEFAULT_PRIORITY
from shared.tasks.registry import Registry
from shared.yard import Yard
from taskyard.client import Client
from taskyard.desk import acting_account, open_whole_yard
from taskyard.output import json_option, show
from taskyard.yard_status import gateway_url

TOKEN_SECONDS = 60.0


@click.command("submit")
@click.argument("task_type", metavar="TYPE")
@click.argument("content", default="{}")
@click.option("--account", metavar="A", help="Whose task it is: a name or an id.")
@click.option("--options", metavar="A,B", help="The possible answers, for types that are answered.")
@click.option(
    "--priority",
    type=click.IntRange(0, 9),
    metavar="N",
    help=f"9 goes first; {DEFAULT_PRIORITY} by default.",
)
@click.option("--not-before", metavar="TIME", help="When it may start, with its offset.")
@click.option("--after", multiple=True, metavar="ID", help="A task to wait for; may be repeated.")
@json_option
def command(task_type: str, content: str, account: str | None, as_json: bool, **given: Any) -> None:
    """Submit a task of TYPE; without --json only its id is printed.

    CONTENT is JSON where it begins like an object or an array, else a text; - reads it from
    standard input, and where it is left out it is {}.

    The task belongs to the account of --account, else of TASKYARD_LOCAL_ACCOUNT, else demo.
    """
    text = sys.stdin.read() if content == "-" else content
    body = {
        "type": task_type,
        "content": content_of(text, may_be_text=bool(given["options"])),
        **fields_of(**given),
    }
    with open_whole_yard() as yard:
        check_type(yard.registry, task_type)
        receipt = client(yard, account).submit(body)
    if as_json:
        show(receipt, as_json=True)
    else:
        click.echo(receipt["taskId"])


def check_type(registry: Registry, name: str) -> None:
    """`Refused` names the types that there are where ``name`` is none of them. Pure."""
    if registry.get(name) is None:
        known = ", ".join(sorted(registry.types))
        raise Refused(f"type: must be one of {known}; not {name!r}.")


def client(yard: Yard, account: str | None) -> Client:
    """A buyer of ``account`` at this yard's gateway; `Refused` where the account is disabled."""
    with yard.store.read() as tx:
        found = acting_account(tx, yard.settings, account)
    token = issue_token(yard.settings, found.id, Role.BUYER, ttl_seconds=TOKEN_SECONDS)
    return Client(gateway_url(yard.settings, os.environ), token)


def content_of(text: str, *, may_be_text: bool = False) -> Any:
    """What ``text`` says: an object or array where it begins like one, else itself. Pure.

    What begins so and is none is a mistake, unless it ``may_be_text``, as what annotators read.
    """
    if text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if may_be_text:
            return text
        raise Refused(f"CONTENT begins like JSON and is none: {error}.") from None


def fields_of(
    *,
    options: str | None = None,
    priority: int | None = None,
    not_before: str | None = None,
    after: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The fields of a submission that were given, in the buyers' words. Pure."""
    fields = {
        "options": [word.strip() for word in options.split(",")] if options else None,
        "priority": priority,
        "notBefore": not_before,
        "after": list(after) or None,
    }
    return {name: value for name, value in fields.items() if value is not None}
