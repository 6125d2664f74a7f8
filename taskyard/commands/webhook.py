"""``taskyard webhook``: who is told when tasks move on."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import click

from taskyard.calling import caller_options, open_caller
from taskyard.commands.webhook_listen import listen
from taskyard.output import json_option, show, show_list
from taskyard.webhook_rows import delivery_row, fields_of, row_of, secret_fields

WEBHOOKS = "/api/v1/webhooks"
PAGE = 100
STATES = ("pending", "delivered", "given_up", "dropped")
OVERLAP = click.IntRange(0, 30 * 86_400)


@click.group("webhook")
def command() -> None:
    """Webhooks: URLs that are told when tasks move on, signed by the Standard Webhooks spec."""


command.add_command(listen)


@command.command("add")
@click.argument("url_told", metavar="URL")
@click.option("--events", metavar="E,E", help="Statuses: completed, failed, …; all by default.")
@click.option("--types", metavar="T,T", help="Types of tasks; all by default.")
@click.option("--description", metavar="TEXT", help="What it is for.")
@caller_options
@json_option
def add(url_told: str, account: str | None, url: str | None, as_json: bool, **said: Any) -> None:
    """Tell URL whenever a task gets one of the statuses; its secret is shown this once."""
    body = {"url": url_told, **_words(said)}
    with open_caller(account, url) as caller:
        made = caller.client.ask("POST", WEBHOOKS, body)
    show({"id": made["id"], "secret": made["secret"]}, as_json=as_json)


@command.command("list")
@caller_options
@json_option
def show_all(account: str | None, url: str | None, as_json: bool) -> None:
    """Show the webhooks, newest first."""
    with open_caller(account, url) as caller:
        found = caller.client.ask("GET", WEBHOOKS)["webhooks"]
    show_list(found if as_json else [row_of(one) for one in found], as_json=as_json)


@command.command("show")
@click.argument("webhook_id", metavar="ID")
@caller_options
@json_option
def show_one(webhook_id: str, account: str | None, url: str | None, as_json: bool) -> None:
    """Show a webhook, and how it goes."""
    _show(_asked("GET", webhook_id, account, url), as_json=as_json)


@command.command("set")
@click.argument("webhook_id", metavar="ID")
@click.option("--to", "url_told", metavar="URL", help="Where it tells from now on.")
@click.option("--events", metavar="E,E", help='Statuses; "" for all.')
@click.option("--types", metavar="T,T", help='Types of tasks; "" for all.')
@click.option("--description", metavar="TEXT", help="What it is for.")
@caller_options
@json_option
def change(
    webhook_id: str,
    url_told: str | None,
    account: str | None,
    url: str | None,
    as_json: bool,
    **said: Any,
) -> None:
    """Change a webhook; what is not named stays."""
    body = _words(said) | ({} if url_told is None else {"url": url_told})
    _show(_asked("PATCH", webhook_id, account, url, body=body), as_json=as_json)


@command.command("test")
@click.argument("webhook_id", metavar="ID")
@caller_options
@json_option
def test(webhook_id: str, account: str | None, url: str | None, as_json: bool) -> None:
    """Send it a `webhook.test`."""
    _show_delivery(_asked("POST", webhook_id, account, url, "/test"), as_json=as_json)


@command.command("pause")
@click.argument("webhook_id", metavar="ID")
@caller_options
@json_option
def pause(webhook_id: str, account: str | None, url: str | None, as_json: bool) -> None:
    """Send it nothing until it is resumed."""
    _show(_asked("POST", webhook_id, account, url, "/pause"), as_json=as_json)


@command.command("resume")
@click.argument("webhook_id", metavar="ID")
@caller_options
@json_option
def resume(webhook_id: str, account: str | None, url: str | None, as_json: bool) -> None:
    """Go on, after a pause or after it was disabled."""
    _show(_asked("POST", webhook_id, account, url, "/resume"), as_json=as_json)


@command.command("rotate")
@click.argument("webhook_id", metavar="ID")
@click.option("--overlap", type=OVERLAP, metavar="S",
              help="Seconds for which both secrets sign; a day by default.")  # fmt: skip
@caller_options
@json_option
def rotate(
    webhook_id: str, overlap: int | None, account: str | None, url: str | None, as_json: bool
) -> None:
    """Give it a new secret, which is shown this once."""
    body = {} if overlap is None else {"overlapSeconds": overlap}
    made = _asked("POST", webhook_id, account, url, "/rotate", body=body)
    show(made if as_json else secret_fields(made), as_json=as_json)


@command.command("remove")
@click.argument("webhook_id", metavar="ID")
@caller_options
def remove(webhook_id: str, account: str | None, url: str | None) -> None:
    """Delete a webhook; what was not sent yet never is."""
    _asked("DELETE", webhook_id, account, url)


@command.command("deliveries")
@click.argument("webhook_id", metavar="ID")
@click.option("--state", type=click.Choice(STATES))
@click.option("--task", "taskId", metavar="ID", help="Those about one task.")
@click.option("--limit", type=click.IntRange(1, PAGE), default=20, show_default=True)
@caller_options
@json_option
def deliveries(
    webhook_id: str, account: str | None, url: str | None, as_json: bool, **query: Any
) -> None:
    """Show what was sent, newest first; ID may be `callbacks`, for what tasks' callbacks got."""
    page = _asked("GET", webhook_id, account, url, "/deliveries", query=query)
    rows = page["deliveries"]
    show_list(rows if as_json else [delivery_row(one) for one in rows], as_json=as_json)


@command.command("replay")
@click.argument("webhook_id", metavar="ID")
@click.argument("delivery_id", metavar="[DELIVERY]", required=False)
@click.option("--since", metavar="TIME", help="Those made from then on, with its offset.")
@click.option("--until", metavar="TIME", help="Those made before then, with its offset.")
@click.option("--state", type=click.Choice(STATES), help="given_up by default.")
@caller_options
@json_option
def replay(
    webhook_id: str,
    delivery_id: str | None,
    account: str | None,
    url: str | None,
    as_json: bool,
    **said: Any,
) -> None:
    """Send one delivery again, or all of a range, with the ids that they had."""
    given = {name: value for name, value in said.items() if value is not None}
    if delivery_id is None:
        told = _asked("POST", webhook_id, account, url, "/replay", body=given)
        show(told, as_json=as_json)
        return
    if given:
        raise click.UsageError("--since, --until and --state are for a range, without a DELIVERY.")
    way = f"/deliveries/{quote(delivery_id, safe='')}/replay"
    _show_delivery(_asked("POST", webhook_id, account, url, way), as_json=as_json)


def _asked(
    method: str, webhook_id: str, account: str | None, url: str | None, way: str = "", **sent: Any
) -> Any:
    """What the gateway answers about one webhook."""
    path = f"{WEBHOOKS}/{quote(webhook_id, safe='')}{way}"
    with open_caller(account, url) as caller:
        return caller.client.ask(method, path, **sent)


def _words(said: dict[str, Any]) -> dict[str, Any]:
    """What was said, lists as lists."""
    given = {name: value for name, value in said.items() if value is not None}
    for name in ("events", "types"):
        if name in given:
            given[name] = [word.strip() for word in given[name].split(",") if word.strip()]
    return given


def _show(webhook: dict[str, Any], *, as_json: bool) -> None:
    show(webhook if as_json else fields_of(webhook), as_json=as_json)


def _show_delivery(delivery: dict[str, Any], *, as_json: bool) -> None:
    show(delivery if as_json else delivery_row(delivery), as_json=as_json)
