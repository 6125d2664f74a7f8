"""``taskyard up``: run the whole yard on this machine."""

from __future__ import annotations

import os

import click


@click.command("up")
@click.option("--pools", default="", metavar="A,B", help="Run only these pools of workers.")
def command(pools: str) -> None:
    """Run the whole yard on this machine until Ctrl-C.

    Gateway, a worker process for each pool, scheduler, Flower, and where no URL is given an
    embedded Valkey and SQLite. A dead process is started again.
    """
    from taskyard.up import bring_up

    bring_up(os.environ, [pool for pool in map(str.strip, pools.split(",")) if pool])
