"""``taskyard limit``: bound what runs at once, and what is handed out in a second."""

from __future__ import annotations

from typing import Any

import click

from shared.tasks import control
from taskyard.number import NumberRange
from taskyard.output import json_option
from taskyard.rule_change import change_rule
from taskyard.rule_desk import rule_arguments

ACTOR = "taskyard limit"
NO_LIMITS = {"max_running": None, "per_second": None}
MOST = 1_000_000


@click.command("limit")
@rule_arguments
@click.option("--running", type=click.IntRange(1, MOST), metavar="N", help="At most N at once.")
@click.option(
    "--per-second",
    type=NumberRange(0, MOST, min_open=True),
    metavar="R",
    help="At most R handed out in a second.",
)
@click.option("--none", "lift", is_flag=True, help="Lift both limits.")
@json_option
def command(
    scope: str,
    name: str,
    account: str | None,
    running: int | None,
    per_second: float | None,
    lift: bool,
    as_json: bool,
) -> None:
    """Limit a queue, a type or an account; a limit that is not named stays as it is.

    Handed out and running tasks count alike; what runs over a new limit goes on.
    """
    named = {"max_running": running, "per_second": per_second}
    bounds: dict[str, Any] = {n: value for n, value in named.items() if value is not None}
    if bool(bounds) == lift:
        raise click.UsageError("Say --running, --per-second or both; or --none.")
    change_rule(
        lambda yard, key: control.limit(yard, key, actor=ACTOR, **(NO_LIMITS if lift else bounds)),
        scope, name, account, as_json=as_json,
    )  # fmt: skip
