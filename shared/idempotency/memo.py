"""Memos: what is remembered of a request that came with an ``Idempotency-Key``.

A memo is written before the request is done, under a lease. What the request makes is noted in the
commit that makes it, or has ids that follow from the memo's; so whoever does the request again,
when the lease is over without an answer, finds what is made already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import (
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from shared.columns import Id, Moment, Number
from shared.db import metadata
from shared.errors import TaskyardError

LONGEST_KEY = 255
LEASE = timedelta(seconds=30)
"""How long a request whose process died keeps others with the same key out."""
OUTCOME, ANSWER = "outcome", "answer"
"""The fields under which these two are sealed."""
KEPT = timedelta(hours=24)
"""How long the same key gets the same answer."""

memos = Table(
    "memos",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("route", String(200), nullable=False),
    Column("key", String(LONGEST_KEY), nullable=False),
    Column("fingerprint", String(64)),
    Column("attempt", Integer, nullable=False),
    Column("leased_until", Moment, nullable=False),
    Column("outcome", Text),
    Column("answer", Text),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    UniqueConstraint("account_id", "route", "key"),
    Index("ix_memos_expiry", "expires_at"),
    sqlite_autoincrement=True,
)
"""``fingerprint`` is the request's SHA-256, null where it is known only at the end of a form;
``outcome`` is what was made, ``answer`` what was told, both sealed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with a key; nobody else's requests, nor those of another route, are the same."""

    account_id: str
    route: str
    key: str
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class Memo:
    """The memo of a request that is to be done now; ``attempt`` fences those before.

    ``outcome`` is set where it was made by one of those.
    """

    id: str
    account_id: str
    attempt: int
    outcome: str | None = None

    @property
    def is_repeated(self) -> bool:
        """Whether somebody has tried before, and may have made all of it or a part."""
        return self.attempt > 1


@dataclass(frozen=True, slots=True)
class Found:
    """The memo of a request that is done, or that somebody else does at this moment."""

    account_id: str
    fingerprint: str | None
    answer: str | None


class NotedAlready(TaskyardError):
    """Another process was first to make what the request asks for; nothing is to be changed."""
