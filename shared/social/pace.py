"""How often an account posts: a pause after each post, and so many posts a day at most.

What is decided here becomes a closure of the account's mutex, when a post is done and whenever a
task finds that it came too early. So whoever changes an account reopens its mutex: the next task
looks anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from shared.db import Transaction
from shared.social.account import SocialAccount
from shared.tasks import mutex
from shared.tasks.mutex import task_mutexes
from shared.tasks.status import Status
from shared.tasks.task import has_status, tasks

POST = "POST"
"""The task type whose tasks are posts."""


@dataclass(frozen=True, slots=True)
class Rest:
    """That an account does not post before ``until``; ``reason`` is a sentence for its owner."""

    until: datetime
    reason: str


def zone_of(account: SocialAccount) -> tzinfo:
    """The account's time zone; UTC where this machine does not know it (any more)."""
    try:
        return ZoneInfo(account.timezone)
    except (OSError, ValueError, KeyError):
        return UTC


def day_began(now: datetime, zone: tzinfo) -> datetime:
    """The first moment of the day that it is in ``zone`` at ``now``, in UTC."""
    return _midnight(now, zone, days=0)


def next_midnight(now: datetime, zone: tzinfo) -> datetime:
    """The first moment of the next day in ``zone``, in UTC; later than ``now``."""
    return _midnight(now, zone, days=1)


def _midnight(now: datetime, zone: tzinfo, days: int) -> datetime:
    """Where clocks are put forward at midnight, the day begins with the leap; where midnight
    comes twice, with the first of them: both is what an offset from before (``fold=0``) gives."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(), zone).astimezone(UTC)


def rest(
    account: SocialAccount, now: datetime, posts_today: int, last_post_at: datetime | None
) -> Rest | None:
    """How long the account rests, given how often it posted today and when last. Pure."""
    if account.daily_cap is not None and posts_today >= account.daily_cap:
        until = next_midnight(now, zone_of(account))
        times = "once" if posts_today == 1 else f"{posts_today} times"
        return Rest(
            until,
            f"The account {account.username} posted {times} today; its daily cap is "
            f"{account.daily_cap}.",
        )
    if last_post_at is None or account.pause_seconds <= 0:
        return None
    until = last_post_at + timedelta(seconds=account.pause_seconds)
    reason = f"The account {account.username} pauses {account.pause_seconds:g} s between two posts."
    return Rest(until, reason) if until > now else None


def resting(tx: Transaction, account: SocialAccount) -> Rest | None:
    """How long the account rests now."""
    began = day_began(tx.now, zone_of(account))
    paused = tx.now - timedelta(seconds=max(0.0, account.pause_seconds))
    query = (
        select(
            func.count().filter(tasks.c.completed_at >= began).label("today"),
            func.max(tasks.c.completed_at).label("last"),
        )
        .select_from(task_mutexes)
        .join(tasks, tasks.c.id == task_mutexes.c.task_id)
        .where(
            task_mutexes.c.mutex == account.mutex,
            tasks.c.type == POST,
            has_status(Status.COMPLETED),
            tasks.c.completed_at >= min(began, paused),
        )
    )
    found = tx.rows(query)[0]
    return rest(account, tx.now, found.today, found.last)


def keep_pace(tx: Transaction, account: SocialAccount) -> Rest | None:
    """Have the account's tasks wait as long as it rests; that rest."""
    found = resting(tx, account)
    if found is not None:
        mutex.close(tx, account.mutex, found.reason, found.until)
    return found
