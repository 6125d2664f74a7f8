"""A store that is in an earlier state, as after a backup was restored or a replica took over."""

from __future__ import annotations

from sqlalchemy import delete, text, update

from shared.db import Store
from shared.notices.cursor import notice_cursor
from shared.tasks.task import transitions

POSTGRES = "SELECT setval(pg_get_serial_sequence('transitions', 'number'), :number)"
SQLITE = "UPDATE sqlite_sequence SET seq = :number WHERE name = 'transitions'"


def set_back(store: Store, number: int) -> None:
    """Set the log of events back to ``number``: what comes is numbered from there."""
    with store.begin() as tx:
        tx.execute(delete(transitions).where(transitions.c.number > number))
        tx.execute(update(notice_cursor).values(event_number=number))
        tx.execute(text(POSTGRES if tx.dialect == "postgresql" else SQLITE), {"number": number})
