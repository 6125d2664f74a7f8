"""The store: one engine, short transactions, and the store's own time."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import random
from typing import Any, TypeVar

import orjson
from sqlalchemy import (
    Connection,
    CursorResult,
    Engine,
    Executable,
    MetaData,
    Row,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.clock import Clock, SystemClock
from shared.errors import Unavailable

T = TypeVar("T")
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
CLOCK_CHECK_SECONDS = 5.0
"""How long a measured difference to the database's clock is trusted."""
OUTAGE_STATES = ("08", "25006", "25P03", "53", "55P03", "57", "58")
"""PostgreSQL: connection lost, read only, idle too long, out of resources, lock not to be had in
time, canceled or shutting down, system error."""
POSTGRES_CONNECTION = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c timezone=UTC -c lock_timeout=5s -c statement_timeout=60s"
    " -c idle_in_transaction_session_timeout=15s -c plan_cache_mode=force_custom_plan",
}
"""A stopped process or a host that vanished must not hold everybody's rows for longer than a
lease; nobody waits for a lock for longer than a caller would."""
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
RETRYABLE_STATES = ("40001", "40P01")
"""PostgreSQL: serialization failure, deadlock detected."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """An open transaction (or a plain read) and the store's time when it began.

    ``last`` is done just before the commit, for work on rows that many transactions want: so
    everybody locks them last, and all of them together.
    """

    connection: Connection
    now: datetime
    dialect: str
    last: list[Callable[[Transaction], None]] = field(default_factory=list)

    def execute(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] = {}
    ) -> CursorResult[Any]:
        """Run ``statement``."""
        return self.connection.execute(statement, values or None)

    def rows(self, statement: Executable, values: Mapping[str, Any] = {}) -> Sequence[Row[Any]]:
        """All rows of ``statement``."""
        return self.connection.execute(statement, values or None).fetchall()

    def first(self, statement: Executable, values: Mapping[str, Any] = {}) -> Row[Any] | None:
        """The first row of ``statement``, or None."""
        return self.connection.execute(statement, values or None).first()


class Store:
    """A database, PostgreSQL or SQLite, as the rest of the yard sees it."""

    def __init__(self, url: str, *, clock: Clock | None = None, pool_size: int = 8) -> None:
        self.url = url
        self._clock = clock or SystemClock()
        self._follows_database = clock is None and not url.startswith("sqlite")
        self._ahead = timedelta(0)
        self._checked_at: float | None = None
        self.engine = _engine(url, pool_size)
        self._plain = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def dialect(self) -> str:
        """``postgresql`` or ``sqlite``."""
        return self.engine.dialect.name

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A writing transaction: committed at the end, rolled back on an error.

        On SQLite it takes the write lock at once, so that what it read stays true.
        """
        with _translated(), self.engine.connect() as connection, connection.begin() as pending:
            tx = Transaction(connection, self._time(connection), self.dialect)
            yield tx
            for work in tx.last:
                work(tx)
            with _translated(outcome_unknown=True):
                pending.commit()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A connection for reading; each statement sees what was committed before it."""
        with _translated(), self._plain.connect() as connection:
            yield Transaction(connection, self._time(connection), self.dialect)

    def transact(self, work: Callable[[Transaction], T], attempts: int = 3) -> T:
        """Run ``work`` in a transaction; again where that is safe and can help.

        That is: when the store asks for it (deadlock), and when a connection turns out to be dead
        before the commit, as all of a process's are after the database was restarted.
        """
        pause_seconds = 0.0
        while True:
            attempts -= 1
            time.sleep(pause_seconds * random())  # noqa: S311 - so that two do not meet again
            pause_seconds = 0.05
            try:
                with self.begin() as tx:
                    return work(tx)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", "") not in RETRYABLE_STATES:
                    raise
                if attempts <= 0:
                    raise Unavailable("Others write the same rows just now.") from error
            except Unavailable as error:
                if attempts <= 1 or error.outcome_unknown:
                    raise

    def now(self) -> datetime:
        """The store's time, as last measured; never asks the database."""
        return self._clock.now() + self._ahead

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def _time(self, connection: Connection) -> datetime:
        if self._follows_database and self._is_check_due():
            told = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            self._ahead = told.astimezone(UTC) - self._clock.now()
            self._checked_at = self._clock.monotonic()
        return self.now()

    def _is_check_due(self) -> bool:
        last = self._checked_at
        return last is None or self._clock.monotonic() - last > CLOCK_CHECK_SECONDS


@contextmanager
def _translated(*, outcome_unknown: bool = False) -> Iterator[None]:
    """Turn "the database does not answer" into `Unavailable`; leave refusals as they are."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        if not _is_outage(error):
            raise
        message = f"The store does not answer: {_reason(error)}"
        raise Unavailable(message, outcome_unknown=outcome_unknown) from error


def _is_outage(error: DBAPIError | PoolTimeout) -> bool:
    """Whether the same statement may succeed when the database is well again."""
    if isinstance(error, PoolTimeout):
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(OUTAGE_STATES)
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in SQLITE_OUTAGES
    return isinstance(error, OperationalError | InterfaceError)


def _reason(error: Exception) -> str:
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _engine(url: str, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        hide_parameters=True,  # they are callers' payloads: nothing for a log
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=_read_json,
        pool_pre_ping=not url.startswith("sqlite"),
        connect_args={"timeout": 10} if url.startswith("sqlite") else POSTGRES_CONNECTION,
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    return engine


def _read_json(value: Any) -> Any:
    """The JSON ``value``; SQLite hands out a document that is a bare number as that number."""
    return value if isinstance(value, int | float) else orjson.loads(value)


def _sqlite_connect(dbapi: Any, _record: Any) -> None:
    dbapi.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        dbapi.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
