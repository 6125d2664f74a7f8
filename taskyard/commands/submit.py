"""``taskyard submit``: one task, through the gateway, from the command line."""

from __future__ import annotations

import os
import sys
from typing import Any

import click
import orjson

from shared.accounts.role import Role
from shared.accounts.token import issue_token
from taskyard import demo
from taskyard.client import Client
from taskyard.desk import Desk, account_of, open_desk
from taskyard.output import json_option, show
from taskyard.yard_status import gateway_url

TOKEN_SECONDS = 60.0


@click.command("submit")
@click.argument("task_type", metavar="TYPE")
@click.argument("content", default="{}")
@click.option("--account", metavar="A", help="Whose task it is: a name or an id.")
@click.option("--options", metavar="A,B", help="The possible answers, for types that are answered.")
@click.option("--priority", type=click.IntRange(0, 9), metavar="N", help="9 goes first.")
@click.option("--not-before", metavar="TIME", help="When it may start, with its offset.")
@click.option("--after", multiple=True, metavar="ID", help="A task to wait for; may be repeated.")
@json_option
def command(task_type: str, content: str, account: str | None, as_json: bool, **given: Any) -> None:
    """Submit a task of TYPE; without --json only its id is printed.

    CONTENT is JSON where it begins like an object or an array, else a text; - reads it from
    standard input. The task belongs to the account of --account, else of TASKYARD_LOCAL_ACCOUNT,
    else demo.
    """
    text = sys.stdin.read() if content == "-" else content
    body = {"type": task_type, "content": content_of(text), **fields_of(**given)}
    with open_desk() as desk:
        receipt = client(desk, account).submit(body)
    if as_json:
        show(receipt, as_json=True)
    else:
        click.echo(receipt["taskId"])


def client(desk: Desk, account: str | None) -> Client:
    """A buyer of ``account`` at this yard's gateway."""
    with desk.store.read() as tx:
        found = account_of(tx, account or desk.settings.local_account or demo.NAME)
    token = issue_token(desk.settings, found.id, Role.BUYER, ttl_seconds=TOKEN_SECONDS)
    return Client(gateway_url(desk.settings, os.environ), token)


def content_of(text: str) -> Any:
    """What ``text`` says: an object or array where it is one, else itself. Pure."""
    if text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


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
