"""``taskyard campaign``: many links of one service for one website."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

import click
import orjson

from shared.campaigns.campaign import Campaign, get_campaign, list_campaigns
from shared.campaigns.cancel import cancel_campaign
from shared.campaigns.export import export_csv
from shared.campaigns.form import MOST_CENTS, MOST_RETRIES
from shared.campaigns.pause import pause, resume
from shared.campaigns.tasks import counts_of
from shared.links.service import SERVICES
from shared.yard import Yard
from taskyard.campaign_file import asked, make
from taskyard.desk import acting_account, open_desk, open_whole_yard
from taskyard.number import NumberRange
from taskyard.output import json_option, show, show_list
from taskyard.owner_options import owner_option

ACTOR = "taskyard campaign"


@click.group("campaign")
def command() -> None:
    """Campaigns: many links of one service for one website."""


@command.command("create")
@click.argument("file", type=click.File("rb"), metavar="FILE")
@click.option("--name", metavar="N", help="What it is called.")
@click.option("--service", "service_type", type=click.Choice(SERVICES))
@click.option("--website", metavar="URL", help="What the links lead to.")
@click.option("--type-request", metavar="T", help="A word of your own.")
@click.option("--price", "auction_price", type=NumberRange(0, MOST_CENTS), metavar="CENTS",
              help="What one link costs; 0 by default.")  # fmt: skip
@click.option("--max-retries", type=click.IntRange(0, MOST_RETRIES), metavar="N",
              help="How often a link is tried again; 3 by default.")  # fmt: skip
@click.option("--config", metavar="JSON", help="What connectors and servers read of it.")
@owner_option
@json_option
def create(file: BinaryIO, account: str | None, as_json: bool, **said: Any) -> None:
    """Make a campaign of the sites in FILE (- is standard input): one task for each, all or none.

    FILE is CSV with a header (id, name, url, kind, email, username, password, about), a JSON list
    of such sites, or a JSON object as POST /api/v1/requests takes it; options win over its words.
    """
    new = asked(file, {name: value for name, value in said.items() if value is not None})
    with open_whole_yard() as yard:
        with yard.store.read() as tx:
            owner = acting_account(tx, yard.settings, account)
        made = make(yard, owner.id, new)
        _show(yard, made, as_json=as_json)


@command.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@owner_option
@json_option
def show_all(limit: int, account: str | None, as_json: bool) -> None:
    """Show the campaigns, newest first."""
    with open_desk() as desk, desk.store.read() as tx:
        owner = acting_account(tx, desk.settings, account)
        found = list_campaigns(tx, owner.id, limit=limit)
    show_list([_fields(one) for one in found], as_json=as_json)


@command.command("show")
@click.argument("request_id", metavar="ID")
@owner_option
@json_option
def show_one(request_id: str, account: str | None, as_json: bool) -> None:
    """Show a campaign, and how many of its links are in each status."""
    _with(request_id, account, _as_it_is, as_json=as_json)


@command.command("pause")
@click.argument("request_id", metavar="ID")
@owner_option
@json_option
def hold_back(request_id: str, account: str | None, as_json: bool) -> None:
    """Hand out no more of a campaign; what runs goes on."""
    _with(request_id, account, pause, as_json=as_json)


@command.command("resume")
@click.argument("request_id", metavar="ID")
@owner_option
@json_option
def let_go(request_id: str, account: str | None, as_json: bool) -> None:
    """Let a paused campaign go on."""
    _with(request_id, account, resume, as_json=as_json)


@command.command("cancel")
@click.argument("request_id", metavar="ID")
@owner_option
@json_option
def cancel(request_id: str, account: str | None, as_json: bool) -> None:
    """Cancel what is not over of a campaign."""
    _with(request_id, account, cancel_campaign, as_json=as_json)


@command.command("export")
@click.argument("request_id", metavar="ID")
@click.option("--output", type=click.File("wb", lazy=True), default="-", metavar="FILE",
              help="Where to; standard output by default.")  # fmt: skip
@owner_option
def export(request_id: str, output: BinaryIO, account: str | None) -> None:
    """Write the outcome of a campaign as CSV: a row for each link, never a password."""
    with open_desk() as desk:
        with desk.store.read() as tx:
            owner = acting_account(tx, desk.settings, account)
            campaign = get_campaign(tx, request_id, owner.id)
        for piece in export_csv(desk.store, campaign):
            output.write(piece.encode())


def _with(
    request_id: str, account: str | None, change: Callable[..., Campaign], *, as_json: bool
) -> None:
    """Do ``change`` to the account's campaign, and show it as it is then."""
    with open_whole_yard() as yard:
        with yard.store.read() as tx:
            owner = acting_account(tx, yard.settings, account)
        _show(yard, change(yard, request_id, owner.id, actor=ACTOR), as_json=as_json)


def _as_it_is(yard: Yard, request_id: str, account_id: str, *, actor: str) -> Campaign:
    with yard.store.read() as tx:
        return get_campaign(tx, request_id, account_id)


def _show(yard: Yard, campaign: Campaign, *, as_json: bool) -> None:
    with yard.store.read() as tx:
        counts = counts_of(tx, campaign)
    by_word = {status.value: count for status, count in counts.items()}
    config = campaign.config
    told = {
        "type_request": campaign.type_request,
        "link_cost_cents": campaign.link_cost_cents,
        "config": config if as_json else orjson.dumps(config).decode(),
        **({"counts": by_word} if as_json else by_word),
    }
    show({**_fields(campaign), **told}, as_json=as_json)


def _fields(campaign: Campaign) -> dict[str, Any]:
    return {
        "request_id": campaign.id,
        "name": campaign.name,
        "service_type": campaign.service,
        "website": campaign.website,
        "auction_price": campaign.auction_price,
        "size": campaign.size,
        "paused_at": None if campaign.canceled_at else campaign.paused_at,
        "canceled_at": campaign.canceled_at,
        "created_at": campaign.created_at,
    }
