"""``taskyard reseal``: everything sealed under today's secret key, so that old ones can go."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from sqlalchemy import ColumnElement, func, select

from shared.db import Store, Transaction
from shared.idempotency.memo import memos
from shared.notices.callback_secret import callback_secrets
from shared.notices.webhook import webhooks
from shared.resealing import (
    Batch,
    Tally,
    next_callback_secrets,
    next_credentials,
    next_memos,
    next_schedules,
    next_tasks,
    next_webhooks,
)
from shared.schedules.schedule import schedules
from shared.settings import Settings
from shared.social.account import social_accounts
from shared.tasks.registry import load_registry
from shared.tasks.task import tasks
from taskyard.desk import open_desk
from taskyard.output import json_option, show

LOST = 1
MOST_NAMED = 20
Next = Callable[[Transaction, int], Batch | None]


@click.command("reseal")
@json_option
def command(as_json: bool) -> None:
    """Seal every secret in the store anew under today's TASKYARD_SECRET_KEY.

    Those under a key of TASKYARD_SECRET_KEYS_OLD are put under today's; give it to every process
    before. The yard may run meanwhile, and the command may be repeated: once it finds nothing to
    reseal, nothing sealed needs an old key any more. Exit code 1 where values cannot be opened
    with any key; they stay as they are, and are named.
    """
    with open_desk() as desk:
        tally = Tally()
        for label, number, next_batch in _places(desk.settings):
            tally.add(_resealed(desk.store, label, number, next_batch))
    for where in tally.lost[:MOST_NAMED]:
        click.echo(f"No key opens {where}.", err=True)
    counts = {"resealed": tally.resealed, "current": tally.current, "lost": len(tally.lost)}
    show(counts, as_json=as_json)
    if tally.lost:
        sys.exit(LOST)


def _places(settings: Settings) -> list[tuple[str, ColumnElement[int], Next]]:
    """Where something is sealed, by what its rows are counted, and how their batches are done."""
    registry = load_registry()
    return [
        ("Accounts", social_accounts.c.number, lambda tx, n: next_credentials(tx, settings, n)),
        ("Schedules", schedules.c.number, lambda tx, n: next_schedules(tx, settings, n)),
        ("Memos", memos.c.number, lambda tx, n: next_memos(tx, settings, n)),
        ("Webhooks", webhooks.c.number, lambda tx, n: next_webhooks(tx, settings, n)),
        (
            "Callbacks",
            callback_secrets.c.number,
            lambda tx, n: next_callback_secrets(tx, settings, n),
        ),
        ("Tasks", tasks.c.number, lambda tx, n: next_tasks(tx, settings, registry, n)),
    ]


def _resealed(store: Store, label: str, number: ColumnElement[int], next_batch: Next) -> Tally:
    """Batch after batch up to the highest ``number`` of now; what comes later is sealed today."""
    tally, after = Tally(), 0
    with store.read() as tx:
        highest = int(tx.rows(select(func.max(number)))[0][0] or 0)
    with click.progressbar(length=max(1, highest), label=label, file=sys.stderr) as bar:
        while after < highest:
            batch = _after(store, next_batch, after)
            if batch is None:
                break
            bar.update(min(batch.last, highest) - after)
            after = batch.last
            tally.add(batch.tally)
    return tally


def _after(store: Store, next_batch: Next, number: int) -> Batch | None:
    return store.transact(lambda tx: next_batch(tx, number))
