"""Which servers are there: any call of theirs is a heartbeat, and silence takes them offline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, update

from shared.db import Transaction
from shared.servers.server import Server, servers

HEARD_EVERY_SECONDS = 5.0
"""``last_seen_at`` is right to so many seconds, so that reading does not write each time."""


def heard(tx: Transaction, server: Server) -> None:
    """Note that ``server`` called just now. A plain read will do."""
    recent = tx.now - timedelta(seconds=HEARD_EVERY_SECONDS)
    if server.last_seen_at is not None and server.last_seen_at > recent:
        return
    before = or_(servers.c.last_seen_at.is_(None), servers.c.last_seen_at <= recent)
    tx.execute(update(servers).where(servers.c.id == server.id, before).values(last_seen_at=tx.now))


def note_health(tx: Transaction, server: Server, said: Mapping[str, Any]) -> None:
    """Keep what ``server`` says of itself; the newest words replace those before."""
    values = {"health": dict(said), "health_at": tx.now, "last_seen_at": tx.now}
    tx.execute(update(servers).where(servers.c.id == server.id).values(values))
