"""``taskyard server``: remote servers that do link tasks."""

from __future__ import annotations

from typing import Any

import click
import orjson

from shared.accounts.key_text import prefix_of
from shared.db import Transaction
from shared.errors import NotFound
from shared.servers.key import LONGEST_OVERLAP_SECONDS, OVERLAP_SECONDS
from shared.servers.registration import (
    LONGEST_LEASE,
    MOST_SLOTS,
    SHORTEST_LEASE,
    change_said,
    register_server,
    remove_server,
    revoke_key,
    rotate_key,
)
from shared.servers.server import LEASE_SECONDS, Server, find_server, list_servers
from shared.servers.standing import Standing, read_standing, read_standings
from taskyard.desk import account_of, open_desk
from taskyard.number import NumberRange
from taskyard.output import json_option, show, show_list

ACTOR = "taskyard server"
NO_BOUND = "none"


class Slots(click.IntRange):
    """How many tasks at once, or ``none`` for any number, which is None."""

    name = "slots"

    def __init__(self) -> None:
        super().__init__(1, MOST_SLOTS)

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """The number; the word for no bound stays as it is."""
        return value if value == NO_BOUND else super().convert(value, param, ctx)


lease_option = click.option(
    "--lease", type=click.IntRange(SHORTEST_LEASE, LONGEST_LEASE), metavar="S",
    help="Seconds that it holds a task, and counts as being there, without a word; 120 at first.",
)  # fmt: skip


@click.group("server")
def command() -> None:
    """Remote servers that do link tasks."""


@command.command("create")
@click.argument("name")
@click.option("--services", required=True, metavar="S,S", help="What it does: entity, social, …")
@click.option("--slots", type=click.IntRange(1, MOST_SLOTS), metavar="N",
              help="How many tasks it may run at once; any number by default.")  # fmt: skip
@lease_option
@click.option("--account", metavar="A", help="The one account that it serves; every one else.")
@json_option
def create(
    name: str,
    services: str,
    slots: int | None,
    lease: int | None,
    account: str | None,
    as_json: bool,
) -> None:
    """Make the server NAME and its first key, which is shown this once."""
    with open_desk() as desk, desk.store.begin() as tx:
        made, text = register_server(
            tx,
            desk.settings,
            name,
            _words(services),
            actor=ACTOR,
            slots=slots,
            lease_seconds=LEASE_SECONDS if lease is None else lease,
            account_id=account_of(tx, account).id if account else None,
        )
    show({"server_id": made.id, "api_key": text}, as_json=as_json)


@command.command("list")
@json_option
def show_all(as_json: bool) -> None:
    """Show all servers, oldest first: who is online, and what each has to do."""
    with open_desk() as desk, desk.store.read() as tx:
        standings = read_standings(tx, list_servers(tx))
    show_list([_fields(one, as_json=as_json) for one in standings], as_json=as_json)


@command.command("show")
@click.argument("name")
@json_option
def show_one(name: str, as_json: bool) -> None:
    """Show the server NAME, its keys, and what it last said of itself."""
    with open_desk() as desk, desk.store.read() as tx:
        standing = read_standing(tx, _named(tx, name))
    server = standing.server
    health = server.health if as_json or server.health is None else _line(server.health)
    more = {"health": health, "health_at": server.health_at, "created_at": server.created_at}
    show(_fields(standing, as_json=as_json) | more, as_json=as_json)


@command.command("set")
@click.argument("name")
@click.option("--services", metavar="S,S", help="What it does, in place of what it did.")
@click.option("--slots", type=Slots(), metavar="N|none", help="How many tasks at once.")
@lease_option
@click.option("--maintenance/--no-maintenance", default=None,
              help="In maintenance it gets nothing new, and may report.")  # fmt: skip
@json_option
def change(
    name: str,
    services: str | None,
    slots: int | str | None,
    lease: int | None,
    maintenance: bool | None,
    as_json: bool,
) -> None:
    """Change the server NAME; what is not named stays.

    What is queued at one that gets nothing more, or no more of a service, goes to others.
    """
    said: dict[str, Any] = {}
    if services is not None:
        said["services"] = _words(services)
    if slots is not None:
        said["slots"] = None if slots == NO_BOUND else slots
    if lease is not None:
        said["lease_seconds"] = lease
    if maintenance is not None:
        said["maintenance"] = maintenance
    if not said:
        message = "Say what to change: --services, --slots, --lease or --[no-]maintenance."
        raise click.UsageError(message)
    _change(name, as_json=as_json, **said)


@command.command("disable")
@click.argument("name")
@json_option
def disable(name: str, as_json: bool) -> None:
    """Let the server NAME in no more: what it has goes to others."""
    _change(name, as_json=as_json, enabled=False)


@command.command("enable")
@click.argument("name")
@json_option
def enable(name: str, as_json: bool) -> None:
    """Let the server NAME in again."""
    _change(name, as_json=as_json, enabled=True)


@command.command("rotate")
@click.argument("name")
@click.option("--overlap", type=NumberRange(0, LONGEST_OVERLAP_SECONDS), default=OVERLAP_SECONDS,
              show_default=True, metavar="S",
              help="Seconds that the keys before go on; 0 ends them at once.")  # fmt: skip
@json_option
def rotate(name: str, overlap: float, as_json: bool) -> None:
    """Make a new key for the server NAME, which is shown this once."""
    with open_desk() as desk, desk.store.begin() as tx:
        server = _named(tx, name)
        key, text = rotate_key(tx, desk.settings, server, overlap, actor=ACTOR)
    show({"server_id": server.id, "prefix": key.prefix, "api_key": text}, as_json=as_json)


@command.command("revoke")
@click.argument("name")
@click.argument("key")
@json_option
def revoke(name: str, key: str, as_json: bool) -> None:
    """End a KEY of the server NAME at once; it is named by its id, its prefix, or itself."""
    with open_desk() as desk, desk.store.begin() as tx:
        server = _named(tx, name)
        ended = revoke_key(tx, server, prefix_of(key) or key, actor=ACTOR)
    told = {"server_id": server.id, "key_id": ended.id, "prefix": ended.prefix}
    show(told | {"revoked_at": ended.revoked_at}, as_json=as_json)


@command.command("remove")
@click.argument("name")
@json_option
def remove(name: str, as_json: bool) -> None:
    """Remove the server NAME: its keys end, what it has goes to others."""
    with open_desk() as desk, desk.store.begin() as tx:
        server = _named(tx, name)
        remove_server(tx, server, actor=ACTOR)
    show({"server_id": server.id, "name": server.name, "removed": True}, as_json=as_json)


def _change(name: str, *, as_json: bool, **said: Any) -> None:
    with open_desk() as desk:
        standing = desk.store.transact(lambda tx: _changed(tx, name, said))
    show(_fields(standing, as_json=as_json), as_json=as_json)


def _changed(tx: Transaction, name: str, said: dict[str, Any]) -> Standing:
    return read_standing(tx, change_said(tx, _named(tx, name), actor=ACTOR, **said))


def _named(tx: Transaction, name: str) -> Server:
    server = find_server(tx, name)
    if server is None:
        raise NotFound(f"There is no server {name!r}: see `taskyard server list`.")
    return server


def _words(text: str) -> list[str]:
    return [word.strip().lower() for word in text.split(",") if word.strip()]


def _line(value: Any) -> str:
    return orjson.dumps(value).decode()


def _fields(standing: Standing, *, as_json: bool) -> dict[str, Any]:
    server, prefixes = standing.server, [key.prefix for key in standing.keys]
    return {
        "server_id": server.id,
        "name": server.name,
        "services": server.services if as_json else ", ".join(server.services),
        "account": standing.account,
        "online": standing.is_online,
        "last_seen_at": server.last_seen_at,
        "queued": standing.load.queued,
        "running": standing.load.running,
        "slots": server.slots,
        "lease_seconds": int(server.lease_seconds),
        "enabled": server.enabled,
        "maintenance": server.maintenance,
        "keys": prefixes if as_json else ", ".join(prefixes),
    }
