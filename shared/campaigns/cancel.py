"""A campaign is canceled: what is not over of it, part by part.

It counts as paused until the last part is done, so that nothing more is handed out, and whoever
keeps pauses finishes what a process left half done.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from shared.campaigns.campaign import Campaign, get_campaign
from shared.campaigns.pause import write
from shared.campaigns.tasks import of_campaign
from shared.db import Transaction
from shared.tasks.cancellation import cancel_all
from shared.tasks.handout import DISPATCH
from shared.tasks.status import FINAL
from shared.tasks.task import Task, tasks
from shared.yard import Yard

log = logging.getLogger(__name__)
CANCELED_AT_ONCE = 500
OVER = [status.value for status in FINAL]


def cancel_campaign(yard: Yard, campaign_id: str, account_id: str, *, actor: str) -> Campaign:
    """Cancel what is not over of the account's campaign; what runs is asked to stop.

    Again where it is canceled already: that changes nothing. Raises `NotFound`.
    """

    def work(tx: Transaction) -> Campaign:
        tx.lock(DISPATCH)
        campaign = get_campaign(tx, campaign_id, account_id, for_update=True)
        if campaign.canceled_at:
            return campaign
        return write(tx, campaign, canceled_at=tx.now, paused_at=campaign.paused_at or tx.now)

    campaign = yard.store.transact(work)
    log.info("%s cancels campaign %s", actor, campaign.id)
    finish(yard, campaign, actor=actor)
    with yard.store.read() as tx:
        return get_campaign(tx, campaign_id, account_id)


def finish(yard: Yard, campaign: Campaign, *, actor: str) -> int:
    """Cancel what is left of a campaign that was canceled; how many tasks it was."""
    after, moved = 0, 0
    while part := _cancel_part(yard, campaign, after, actor):
        after, moved = part[-1].number, moved + len(part)
    if campaign.paused_at:
        yard.store.transact(lambda tx: write(tx, campaign, paused_at=None))
    return moved


def _cancel_part(yard: Yard, campaign: Campaign, after: int, actor: str) -> Sequence[Row[Any]]:
    """Cancel what is next behind number ``after``: the tasks as they were when it was chosen."""

    def work(tx: Transaction) -> Sequence[Row[Any]]:
        query = select(tasks.c.id, tasks.c.number).where(*of_campaign(campaign))
        query = query.where(tasks.c.number > after, tasks.c.status.not_in(OVER))
        found = tx.rows(query.order_by(tasks.c.number).limit(CANCELED_AT_ONCE))
        locked = select(tasks).where(tasks.c.id.in_([row.id for row in found]))
        rows = tx.rows(locked.order_by(tasks.c.id).with_for_update()) if found else ()
        cancel_all(tx, [Task.of(row) for row in rows], actor=actor)
        return found

    return yard.store.transact(work)
