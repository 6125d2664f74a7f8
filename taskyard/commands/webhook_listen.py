"""``taskyard webhook listen``: a receiver on this machine, to see what webhooks are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from urllib.parse import urlsplit

import click

from shared.accounts.account import Account
from shared.errors import Refused
from shared.notices.callback_signing import find_callback_secret
from shared.notices.secret import open_secrets
from shared.notices.webhook import Webhook, list_webhooks
from shared.notices.webhook_making import MOST_WEBHOOKS
from taskyard.desk import Desk, acting_account, open_desk
from taskyard.interruption import stoppable
from taskyard.notice_receiver import Received, Receiver, Secrets
from taskyard.output import json_option, show_line


@click.command("listen")
@click.option("--port", type=click.IntRange(1, 65535), default=9000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--secret", "secrets", multiple=True, metavar="S",
              help="What notices are signed with; may be given again.")  # fmt: skip
@click.option("--webhook", "webhook_id", metavar="ID",
              help="One of this yard's; by default all whose URLs have this port.")  # fmt: skip
@click.option("--account", metavar="A", help="Whose webhooks: a name or an id.")
@click.option("--count", "most", type=click.IntRange(min=1), metavar="N",
              help="End after N requests; otherwise on Ctrl-C.")  # fmt: skip
@json_option
def listen(
    port: int,
    host: str,
    secrets: tuple[str, ...],
    webhook_id: str | None,
    account: str | None,
    most: int | None,
    as_json: bool,
) -> None:
    """Listen on a port of this machine, verify every notice, and print a line for each.

    Without --secret those of this yard's webhooks that point here are used, and that of the
    account's callbacks; webhooks may be added and their secrets rotated meanwhile.
    """
    if secrets and (webhook_id or account):
        raise click.UsageError("With --secret no webhook is looked up: leave out the others.")
    with _known(secrets, port, webhook_id, account) as (known, advice):
        _listen(host, port, known, most, advice, as_json=as_json)


def points_at(webhook: Webhook, port: int) -> bool:
    """Whether the webhook's URL names ``port``. Pure."""
    return urlsplit(webhook.url).port == port


@contextmanager
def _known(
    secrets: tuple[str, ...], port: int, webhook_id: str | None, account: str | None
) -> Iterator[tuple[Secrets, str]]:
    """What to verify with, as it is at each request; and what is to be done before, or nothing."""
    if secrets:
        yield lambda: secrets, ""
        return
    with open_desk() as desk:
        with desk.store.read() as tx:
            owner = acting_account(tx, desk.settings, account)
        is_any = bool(_webhooks(desk, owner, port, webhook_id))
        advice = "" if is_any else _advice(owner, port, webhook_id)
        yield lambda: _secrets(desk, owner, port, webhook_id), advice


def _webhooks(desk: Desk, owner: Account, port: int, webhook_id: str | None) -> list[Webhook]:
    with desk.store.read() as tx:
        found = list_webhooks(tx, owner.id, limit=MOST_WEBHOOKS)
    return [w for w in found if (w.id == webhook_id if webhook_id else points_at(w, port))]


def _secrets(desk: Desk, owner: Account, port: int, webhook_id: str | None) -> Iterable[str]:
    found = _webhooks(desk, owner, port, webhook_id)
    with desk.store.read() as tx:
        now, callbacks = tx.now, find_callback_secret(tx, owner.id)
    for webhook in found:
        yield from open_secrets(desk.settings, webhook, webhook.id, now)
    if callbacks is not None:
        yield from callbacks.opened(desk.settings, now)


def _advice(owner: Account, port: int, webhook_id: str | None) -> str:
    """How to have something sent here; `Refused` where one was named that is not there."""
    if webhook_id:
        raise Refused(f"The account {owner.name} has no webhook {webhook_id!r}.")
    way = f"`taskyard webhook add http://127.0.0.1:{port}/`"
    return f"No webhook of {owner.name} points at port {port} yet: {way}."


def _listen(
    host: str, port: int, known: Secrets, most: int | None, advice: str, *, as_json: bool
) -> None:
    numbers = count(1)

    def tell(said: Received) -> None:
        show_line(said.as_json(), str(said), as_json=as_json)
        if next(numbers) == most:
            receiver.shutdown()

    try:
        receiver = Receiver(host, port, known, tell)
    except OSError as error:
        reason = f"Cannot listen at {host}:{port} ({error.strerror})"
        raise Refused(f"{reason}: say another --port or --host.") from error
    with receiver, stoppable(), suppress(KeyboardInterrupt):
        click.echo(f"Listening at http://{host}:{port}; Ctrl-C ends it.", err=True)
        if advice:
            click.echo(advice, err=True)
        receiver.serve_forever()
