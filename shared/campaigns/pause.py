"""Campaigns are paused and go on: their tasks are held back, part by part.

A held task is pending, not due, and waits for no time; only `resume` makes it due again. What runs
goes on, and comes back held where it is tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, null, or_, select, true, update

from shared.campaigns.campaign import Campaign, campaigns, get_campaign
from shared.campaigns.tasks import of_campaign
from shared.db import Transaction
from shared.errors import Conflict
from shared.tasks import lifecycle
from shared.tasks.handout import DISPATCH
from shared.tasks.status import Status
from shared.tasks.task import is_now, tasks
from shared.yard import Yard

log = logging.getLogger(__name__)
MOVED_AT_ONCE = 1000
PAUSED = "campaign paused"
QUEUED = is_now(Status.QUEUED)
PENDING = is_now(Status.PENDING)
LOOSE = or_(QUEUED, and_(PENDING, or_(tasks.c.due, tasks.c.not_before.is_not(None))))
"""What may still run although its campaign is paused."""
HELD = and_(PENDING, ~tasks.c.due, tasks.c.not_before.is_(None), tasks.c.blocked_by == 0)


def pause(yard: Yard, campaign_id: str, account_id: str, *, actor: str) -> Campaign:
    """Hand out no more tasks of the account's campaign, and take back what nobody has started.

    Raises `NotFound`, and `Conflict` where it was canceled.
    """

    def work(tx: Transaction) -> Campaign:
        tx.lock(DISPATCH)
        campaign = _going(tx, campaign_id, account_id)
        return campaign if campaign.paused_at else write(tx, campaign, paused_at=tx.now)

    campaign = yard.store.transact(work)
    log.info("%s pauses campaign %s", actor, campaign.id)
    hold(yard, campaign, actor=actor)
    return campaign


def resume(yard: Yard, campaign_id: str, account_id: str, *, actor: str) -> Campaign:
    """Hand out again what the pause held back, and what waited for another try as well.

    Again where it is not paused: that finishes what a process left half done.
    Raises `NotFound`, and `Conflict` where it was canceled.
    """

    def work(tx: Transaction) -> Campaign:
        tx.lock(DISPATCH)
        campaign = _going(tx, campaign_id, account_id)
        return write(tx, campaign, paused_at=None) if campaign.paused_at else campaign

    campaign = yard.store.transact(work)
    log.info("%s resumes campaign %s", actor, campaign.id)
    _in_parts(yard, lambda tx, after: _let_go(tx, campaign, after))
    return campaign


def hold(yard: Yard, campaign: Campaign, *, actor: str) -> int:
    """Hold back what may still run of a paused campaign; how many tasks."""
    return _in_parts(yard, lambda tx, after: _hold(tx, campaign, after, actor))


def is_loose(tx: Transaction, campaign: Campaign) -> bool:
    """Whether something of a paused campaign may still run."""
    query = select(tasks.c.id).where(*of_campaign(campaign), LOOSE)
    return tx.first(query.limit(1)) is not None


def write(tx: Transaction, campaign: Campaign, **values: Any) -> Campaign:
    """Write ``values``, columns of `campaigns`; the row as it is then."""
    changed = update(campaigns).where(campaigns.c.id == campaign.id)
    changed = changed.values(updated_at=tx.now, **values)
    return Campaign.of(tx.rows(changed.returning(campaigns))[0])


def _going(tx: Transaction, campaign_id: str, account_id: str) -> Campaign:
    campaign = get_campaign(tx, campaign_id, account_id, for_update=True)
    if campaign.canceled_at:
        raise Conflict("The campaign is canceled.")
    return campaign


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of a campaign's tasks, locked: ``last`` is the number up to which was looked."""

    last: int
    rows: Sequence[Row[Any]] = ()


Move = Callable[[Transaction, int], _Part | None]


def _in_parts(yard: Yard, move: Move) -> int:
    """``move`` one part of the tasks after the other, a commit each; how many moved."""
    after, moved = 0, 0
    while part := _committed(yard, move, after):
        after, moved = part.last, moved + len(part.rows)
    return moved


def _committed(yard: Yard, move: Move, after: int) -> _Part | None:
    return yard.store.transact(lambda tx: move(tx, after))


def _hold(tx: Transaction, campaign: Campaign, after: int, actor: str) -> _Part | None:
    """Under the lock of hand-outs: who chose these tasks a moment ago would queue them yet."""
    part = _part(tx, campaign, LOOSE, after, is_paused=True)
    if part is not None:
        queued = [row.id for row in part.rows if row.status == Status.QUEUED]
        lifecycle.take_back(tx, queued, actor=actor, reason=PAUSED)
        _write_tasks(tx, part, due=false(), not_before=null())
    return part


def _let_go(tx: Transaction, campaign: Campaign, after: int) -> _Part | None:
    part = _part(tx, campaign, HELD, after, is_paused=False)
    if part is not None:
        _write_tasks(tx, part, due=true())
    return part


def _part(
    tx: Transaction, campaign: Campaign, which: ColumnElement[bool], after: int, *, is_paused: bool
) -> _Part | None:
    """The next of the campaign's tasks; None after the last, or where it was decided otherwise."""
    tx.lock(DISPATCH)
    now = campaigns.c.paused_at.is_not(None) if is_paused else campaigns.c.paused_at.is_(None)
    here = (campaigns.c.id == campaign.id, campaigns.c.canceled_at.is_(None), now)
    if tx.first(select(campaigns.c.id).where(*here)) is None:
        return None
    query = select(tasks.c.id, tasks.c.number).where(*of_campaign(campaign), which)
    query = query.where(tasks.c.number > after).order_by(tasks.c.number)
    found = tx.rows(query.limit(MOVED_AT_ONCE))
    if not found:
        return None
    locked = select(tasks.c.id, tasks.c.status).where(
        tasks.c.id.in_([row.id for row in found]), which
    )
    return _Part(found[-1].number, tx.rows(locked.order_by(tasks.c.id).with_for_update()))


def _write_tasks(tx: Transaction, part: _Part, **values: Any) -> None:
    ids = [row.id for row in part.rows]
    if ids:
        moved = update(tasks).where(tasks.c.id.in_(ids), PENDING)
        tx.execute(moved.values(updated_at=tx.now, **values))
