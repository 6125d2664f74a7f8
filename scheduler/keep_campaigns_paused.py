"""Hold back what came back to a paused campaign: by another try, or because its holder was lost."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from shared.campaigns.campaign import Campaign, campaigns
from shared.campaigns.cancel import finish
from shared.campaigns.pause import hold, is_loose
from shared.yard import Yard

LOOKED_AT_ONCE = 50
ACTOR = "scheduler"
LEFT_SECONDS = 30.0
"""A cancellation that takes longer was left half done."""


class KeepCampaignsPaused:
    """Looks at some of the paused campaigns each time, at all of them in turn."""

    def __init__(self) -> None:
        self._after = 0

    def __call__(self, yard: Yard) -> int:
        """Hold back what may run of some of them; how many tasks moved."""
        return sum(_kept(yard, campaign) for campaign in self._next(yard))

    def _next(self, yard: Yard) -> list[Campaign]:
        paused = select(campaigns).where(campaigns.c.paused_at.is_not(None))
        query = paused.where(campaigns.c.number > self._after).order_by(campaigns.c.number)
        with yard.store.read() as tx:
            rows = tx.rows(query.limit(LOOKED_AT_ONCE))
        self._after = rows[-1].number if len(rows) == LOOKED_AT_ONCE else 0
        return [Campaign.of(row) for row in rows]


def _kept(yard: Yard, campaign: Campaign) -> int:
    """Hold back what is loose of one; finish what somebody began to cancel."""
    if campaign.canceled_at is not None:
        is_left = yard.store.now() - campaign.canceled_at > timedelta(seconds=LEFT_SECONDS)
        return finish(yard, campaign, actor=ACTOR) if is_left else 0
    with yard.store.read() as tx:
        if not is_loose(tx, campaign):
            return 0
    return hold(yard, campaign, actor=ACTOR)
