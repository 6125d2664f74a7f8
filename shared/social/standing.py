"""Whether anything may be posted in an account, and the mutex that keeps its tasks waiting."""

from __future__ import annotations

from sqlalchemy import update

from shared.db import Transaction
from shared.social.account import SocialAccount, social_accounts
from shared.tasks import mutex


def held_back(account: SocialAccount) -> str | None:
    """Why nothing is posted in ``account`` now, in a sentence; None where something may be. Pure.

    Who posts asks for it too: a task may have been handed out before the account was disabled.
    """
    name = f"{account.username} on {account.platform}"
    if not account.enabled:
        return f"The account {name} is disabled."
    if not account.logged_in:
        return f"The account {name} is logged out: it needs a new credential."
    return None


def settle(tx: Transaction, account: SocialAccount) -> None:
    """Let the account's tasks go or wait, as it stands now.

    A pause between posts, or a full day, ends with that too: whoever posts next finds out anew.
    """
    reason = held_back(account)
    mutex.reopen(tx, account.mutex)
    if reason is not None:
        mutex.close(tx, account.mutex, reason)


def log_out(tx: Transaction, account: SocialAccount) -> bool:
    """The platform takes the account's credential no more: its tasks wait for a new one.

    False where it was given another credential since ``account`` was read, or is gone: then
    nothing changes.
    """
    same = (
        social_accounts.c.id == account.id,
        social_accounts.c.credential == account.credential,
    )
    out = update(social_accounts).where(*same).values(logged_in=False, updated_at=tx.now)
    rows = tx.rows(out.returning(social_accounts))
    for row in rows:
        settle(tx, SocialAccount.of(row))
    return bool(rows)
