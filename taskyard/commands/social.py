"""``taskyard social``: accounts of platforms in which scripts post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, TypeVar

import click

from shared.db import Transaction
from shared.errors import NotFound
from shared.social.account import Platform, SocialAccount, find_named, get_numbered
from shared.social.listing import AccountFilter, devices_of, list_accounts
from shared.social.registration import (
    change_account,
    check_username,
    register_account,
    remove_account,
)
from shared.tags import split_tags
from taskyard.credential_source import credential_options, read_credential, required_credential
from taskyard.desk import acting_account, open_desk
from taskyard.number import NumberRange
from taskyard.output import json_option, show, show_list
from taskyard.owner_options import owner_option, tag_option, tags_cell, tags_option

Command = TypeVar("Command", bound=Callable[..., Any])
PLATFORMS = click.Choice([platform.value for platform in Platform])
WEEK_SECONDS = 7 * 24 * 3600


def account_arguments(command: Command) -> Command:
    """What names an account."""
    platform = click.argument("platform", type=PLATFORMS)
    return platform(click.argument("username")(owner_option(command)))


@click.group("social")
def command() -> None:
    """Accounts of platforms in which scripts post."""


@command.command("add")
@account_arguments
@credential_options
@click.option("--device", metavar="SERIAL", help="The device that it is used on.")
@click.option("--email", default="", metavar="E")
@click.option("--package", "package_name", default="", metavar="P", help="The app's package there.")
@click.option("--timezone", default="UTC", show_default=True, metavar="Z", help="Its IANA zone.")
@click.option(
    "--pause",
    "pause_seconds",
    type=NumberRange(0, WEEK_SECONDS),
    default=0.0,
    metavar="S",
    help="The least seconds between two posts.",
)
@click.option("--daily-cap", type=click.IntRange(0, 10_000), default=0, metavar="N",
              help="The most posts of a day; 0: any number.")  # fmt: skip
@tags_option
@json_option
def add(
    platform: str,
    username: str,
    account: str | None,
    credential_file: BinaryIO | None,
    ask: bool,
    pairs: tuple[str, ...],
    as_json: bool,
    device: str | None,
    **said: Any,
) -> None:
    """Register the account USERNAME of PLATFORM.

    Without a credential its posts are put into the outbox. A credential is sealed at once, and
    never shown again.
    """
    credential = read_credential(platform, credential_file, pairs, ask=ask)
    with open_desk() as desk, desk.store.begin() as tx:
        owner = acting_account(tx, desk.settings, account)
        added = register_account(
            tx,
            desk.settings,
            owner.id,
            platform,
            username,
            credential=credential,
            device=device or "",
            **said,
        )
        fields = _fields(tx, added, as_json=as_json)
    show(fields, as_json=as_json)


@command.command("set")
@account_arguments
@click.option("--device", metavar="SERIAL", help='The device that it is used on; "" for none.')
@click.option("--timezone", metavar="Z", help="Its IANA zone.")
@click.option("--pause", "pause_seconds", type=NumberRange(0, WEEK_SECONDS), metavar="S",
              help="The least seconds between two posts.")  # fmt: skip
@click.option("--daily-cap", type=click.IntRange(0, 10_000), metavar="N",
              help="The most posts of a day; 0: any number.")  # fmt: skip
@click.option("--enable/--disable", "enabled", default=None, help="Disabled: its tasks wait.")
@click.option("--tags", metavar="A,B", help="Its tags, in place of those it has.")
@json_option
def change(
    platform: str,
    username: str,
    account: str | None,
    tags: str | None,
    as_json: bool,
    **said: Any,
) -> None:
    """Change an account; what is not named stays."""
    words = {name: value for name, value in said.items() if value is not None}
    if tags is not None:
        words["tags"] = split_tags(tags)
    with open_desk() as desk, desk.store.begin() as tx:
        owner = acting_account(tx, desk.settings, account)
        named = _named(tx, owner.id, platform, username)
        changed = change_account(tx, desk.settings, named, **words)
        fields = _fields(tx, changed, as_json=as_json)
    show(fields, as_json=as_json)


@command.command("list")
@click.option("--platform", type=PLATFORMS)
@tag_option
@owner_option
@json_option
def show_all(platform: str | None, tag: str | None, account: str | None, as_json: bool) -> None:
    """Show the accounts, oldest first; never what they are logged in with."""
    with open_desk() as desk, desk.store.read() as tx:
        owner = acting_account(tx, desk.settings, account)
        found = list_accounts(tx, owner.id, AccountFilter(platform=platform, tag=tag))
        rows = [_fields(tx, one, as_json=as_json) for one in found]
    show_list(rows, as_json=as_json)


@command.command("login")
@account_arguments
@credential_options
@json_option
def login(
    platform: str,
    username: str,
    account: str | None,
    credential_file: BinaryIO | None,
    ask: bool,
    pairs: tuple[str, ...],
    as_json: bool,
) -> None:
    """Give an account a new credential; its tasks go on.

    At a terminal it is asked for, key by key, unless an option says where it comes from.
    """
    credential = required_credential(platform, credential_file, pairs, ask=ask)
    with open_desk() as desk, desk.store.begin() as tx:
        owner = acting_account(tx, desk.settings, account)
        named = _named(tx, owner.id, platform, username)
        changed = change_account(tx, desk.settings, named, credential=credential)
        fields = _fields(tx, changed, as_json=as_json)
    show(fields, as_json=as_json)


@command.command("remove")
@account_arguments
@json_option
def remove(platform: str, username: str, account: str | None, as_json: bool) -> None:
    """Remove an account once its tasks are all over; they keep its name."""
    with open_desk() as desk, desk.store.begin() as tx:
        owner = acting_account(tx, desk.settings, account)
        named = _named(tx, owner.id, platform, username)
        remove_account(tx, named)
    show(
        {"id": named.number, "platform": platform, "username": named.username, "removed": True},
        as_json=as_json,
    )


def _named(tx: Transaction, account_id: str, platform: str, username: str) -> SocialAccount:
    """The account of that name, locked; `NotFound` names it where there is none."""
    name = check_username(username)
    found = find_named(tx, account_id, name, platform)
    if not found:
        raise NotFound(f"There is no account {name!r} on {platform}: see `taskyard social list`.")
    return get_numbered(tx, account_id, found[0].number, for_update=True)


def _fields(tx: Transaction, account: SocialAccount, *, as_json: bool) -> dict[str, Any]:
    device = devices_of(tx, [account]).get(account.device_id or "")
    return {
        "id": account.number,
        "platform": account.platform,
        "username": account.username,
        "device": device.serial if device else None,
        "enabled": account.enabled,
        "logged_in": account.logged_in,
        "has_credential": account.credential is not None,
        "timezone": account.timezone,
        "pause_seconds": account.pause_seconds,
        "daily_cap": account.daily_cap or 0,
        "tags": tags_cell(account.tags, as_json=as_json),
    }
