"""Which errors of a database mean that it is not to be had now, and not that it refuses. Pure."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

OUTAGE_STATES = ("08", "25006", "25P03", "53", "55P03", "57", "58")
"""PostgreSQL: connection lost, read only, idle too long, out of resources, lock not to be had in
time, canceled or shutting down, system error."""
SQLITE_OUTAGES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
READ_ONLY_STATE = "25006"
OVERDUE_STATES = ("55P03", "57014")
"""PostgreSQL: a lock not to be had in time, a statement that took too long."""


def is_outage(error: DBAPIError | PoolTimeout) -> bool:
    """Whether the same statement may succeed when the database is well again."""
    if isinstance(error, PoolTimeout):
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(OUTAGE_STATES)
    code = _sqlite_code(error.orig)
    if code is not None:
        return code in SQLITE_OUTAGES
    return isinstance(error, OperationalError | InterfaceError)


def is_overdue(error: BaseException | None) -> bool:
    """Whether ``error`` is a wait that took too long; to wait once more helps nobody."""
    original = getattr(error, "orig", error)
    is_late = getattr(original, "is_overdue", False)
    state = getattr(original, "sqlstate", None)
    return isinstance(error, PoolTimeout) or is_late or state in OVERDUE_STATES


def is_read_only(error: BaseException) -> bool:
    """Whether the driver's ``error`` says that this connection may not write.

    It may stay so for the connection's life, when others can write again: a session keeps what it
    began with, and a file that was opened for reading is not opened anew.
    """
    is_so_on_sqlite = _sqlite_code(error) == sqlite3.SQLITE_READONLY
    return is_so_on_sqlite or getattr(error, "sqlstate", None) == READ_ONLY_STATE


def reason(error: Exception) -> str:
    """The first line of what the database said."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _sqlite_code(error: BaseException | None) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
