"""What follows from a post: its account pauses, until tomorrow where it has posted enough today."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from shared.db import Transaction
from shared.social.account import SocialAccount, social_accounts
from shared.social.pace import keep_pace
from shared.tasks.draft import Draft
from shared.tasks.outcome import Completed


def settle_posts(tx: Transaction, completed: Sequence[Completed]) -> list[Draft]:
    """Close the accounts' mutexes in the commit that completes the tasks; no task follows."""
    ids = {str(o.task.payload["social_id"]) for o in completed if o.task.payload.get("social_id")}
    query = select(social_accounts).where(social_accounts.c.id.in_(ids))
    # Locked: who changes an account meanwhile opens its mutex after this, not before.
    query = query.order_by(social_accounts.c.number).with_for_update(key_share=True)
    for row in tx.rows(query) if ids else ():
        keep_pace(tx, SocialAccount.of(row))
    return []
