"""``taskyard schedule``: tasks that are submitted again and again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

import click

from shared.schedules.outlook import Missed
from shared.schedules.standing import Standing
from shared.tasks.draft import DEFAULT_PRIORITY
from taskyard.calling import caller_options, open_caller
from taskyard.commands.submit import content_of
from taskyard.output import json_option, show, show_list
from taskyard.schedule_rows import fields_of, firing_row, row_of

SCHEDULES = "/api/v1/schedules"
PAGE = 100
Command = TypeVar("Command", bound=Callable[..., Any])


@click.group("schedule")
def command() -> None:
    """Schedules: tasks that are submitted again and again, by cron or at intervals."""


def times_options(given: Command) -> Command:
    """The options that say when a schedule is due."""
    options = (
        click.option("--name", metavar="N", help="What it is called."),
        click.option("--cron", metavar="'M H D M W'", help="Five fields of cron, or @daily etc."),
        click.option("--every", metavar="SPAN", help="An interval, such as 90s, 15m or 1h30m."),
        click.option("--timezone", metavar="ZONE", help="What --cron is read in; UTC by default."),
        click.option("--jitter", "jitterSeconds", type=click.IntRange(0, 3600), metavar="S",
                     help="Fire up to S seconds later, to spread load."),
        click.option("--start", "startAt", metavar="TIME", help="Not before, with its offset."),
        click.option("--end", "endAt", metavar="TIME", help="Not after, with its offset."),
        click.option("--missed", type=click.Choice([policy.value for policy in Missed]),
                     help="What becomes of times that passed while nothing ran; once by default."),
    )  # fmt: skip
    for option in reversed(options):
        given = option(given)
    return given


@command.command("add")
@click.argument("task_type", metavar="TYPE")
@click.argument("content", default="{}")
@times_options
@click.option("--options", metavar="A,B", help="The possible answers, for types that are answered.")
@click.option("--priority", type=click.IntRange(0, 9), metavar="N",
              help=f"9 goes first; {DEFAULT_PRIORITY} by default.")  # fmt: skip
@caller_options
@json_option
def add(task_type: str, content: str, account: str | None, url: str | None, **said: Any) -> None:
    """Submit a task of TYPE again and again, at the times of --cron or --every.

    CONTENT is as in `taskyard submit`; - reads it from standard input.
    """
    options, as_json = said.pop("options"), said.pop("as_json")
    text = sys.stdin.read() if content == "-" else content
    task = {
        "type": task_type,
        "content": content_of(text, may_be_text=bool(options)),
        "options": [word.strip() for word in options.split(",")] if options else None,
        "priority": said.pop("priority"),
    }
    body = {**_given(said), "task": _given(task)}
    with open_caller(account, url) as caller:
        made = caller.client.ask("POST", SCHEDULES, body)
    _show(made, as_json=as_json)


@command.command("list")
@click.option("--status", type=click.Choice([standing.value for standing in Standing]))
@caller_options
@json_option
def show_all(status: str | None, account: str | None, url: str | None, as_json: bool) -> None:
    """Show the schedules, newest first."""
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"status": status, "limit": PAGE, "cursor": None}
    with open_caller(account, url) as caller:
        while True:
            page = caller.client.ask("GET", SCHEDULES, query=query)
            found += page["schedules"]
            query["cursor"] = page["nextCursor"]
            if query["cursor"] is None:
                break
    show_list(found if as_json else [row_of(one) for one in found], as_json=as_json)


@command.command("show")
@click.argument("schedule_id", metavar="ID")
@caller_options
@json_option
def show_one(schedule_id: str, account: str | None, url: str | None, as_json: bool) -> None:
    """Show a schedule, and when it is due next."""
    _show(_asked("GET", schedule_id, account, url), as_json=as_json)


@command.command("set")
@click.argument("schedule_id", metavar="ID")
@times_options
@caller_options
@json_option
def change(
    schedule_id: str, account: str | None, url: str | None, as_json: bool, **said: Any
) -> None:
    """Change a schedule; --cron takes the place of --every, and so on. "" takes an end away."""
    given = {name: None if value == "" else value for name, value in _given(said).items()}
    _show(_asked("PATCH", schedule_id, account, url, body=given), as_json=as_json)


@command.command("pause")
@click.argument("schedule_id", metavar="ID")
@caller_options
@json_option
def pause(schedule_id: str, account: str | None, url: str | None, as_json: bool) -> None:
    """Submit no more until it is resumed."""
    _show(_asked("POST", schedule_id, account, url, "/pause"), as_json=as_json)


@command.command("resume")
@click.argument("schedule_id", metavar="ID")
@caller_options
@json_option
def resume(schedule_id: str, account: str | None, url: str | None, as_json: bool) -> None:
    """Go on from the next due time."""
    _show(_asked("POST", schedule_id, account, url, "/resume"), as_json=as_json)


@command.command("run")
@click.argument("schedule_id", metavar="ID")
@caller_options
@json_option
def run(schedule_id: str, account: str | None, url: str | None, as_json: bool) -> None:
    """Submit its task now; without --json only the task's id is printed."""
    firing = _asked("POST", schedule_id, account, url, "/run")
    if as_json:
        show(firing, as_json=True)
    else:
        click.echo(firing["taskId"])


@command.command("history")
@click.argument("schedule_id", metavar="ID")
@click.option("--limit", type=click.IntRange(1, PAGE), default=20, show_default=True)
@caller_options
@json_option
def history(
    schedule_id: str, limit: int, account: str | None, url: str | None, as_json: bool
) -> None:
    """Show what a schedule did, newest first."""
    page = _asked("GET", schedule_id, account, url, "/history", query={"limit": limit})
    rows = page["firings"]
    show_list(rows if as_json else [firing_row(one) for one in rows], as_json=as_json)


@command.command("remove")
@click.argument("schedule_id", metavar="ID")
@caller_options
def remove(schedule_id: str, account: str | None, url: str | None) -> None:
    """Delete a schedule; the tasks that it submitted stay."""
    _asked("DELETE", schedule_id, account, url)


def _asked(
    method: str,
    schedule_id: str,
    account: str | None,
    url: str | None,
    way: str = "",
    **sent: Any,
) -> Any:
    """What the gateway answers about one schedule."""
    path = f"{SCHEDULES}/{quote(schedule_id, safe='')}{way}"
    with open_caller(account, url) as caller:
        return caller.client.ask(method, path, **sent)


def _given(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def _show(schedule: dict[str, Any], *, as_json: bool) -> None:
    show(schedule if as_json else fields_of(schedule), as_json=as_json)
