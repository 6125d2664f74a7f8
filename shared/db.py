"""The store: one engine, short transactions, and the store's own time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import random
from typing import Any, TypeVar
from zlib import crc32

import orjson
from sqlalchemy import (
    Connection,
    CursorResult,
    Engine,
    ExceptionContext,
    Executable,
    MetaData,
    Row,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.clock import Clock, SystemClock
from shared.errors import Unavailable
from shared.outages import is_outage, is_overdue, is_read_only, reason
from shared.turnstile import Turnstile, TurnTimeout

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
TURN_SECONDS = 10.0
"""How long a thread waits for its turn to write to SQLite, as for the write lock itself."""
CLOCK_CHECK_SECONDS = 5.0
"""How long a measured difference to the database's clock is trusted."""
LONGEST_ANSWER_SECONDS = 65.0
"""A PostgreSQL that lives ends every statement before (``statement_timeout``)."""
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

    def lock(self, name: str) -> None:
        """Wait for the yard-wide lock ``name`` and keep it until the transaction ends.

        SQLite lets one write at a time anyway.
        """
        if self.dialect == "postgresql":
            self.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _lock_key(name)})

    def try_lock(self, name: str) -> bool:
        """Take the lock ``name`` as `lock` does, but never wait; whether it was to be had."""
        if self.dialect != "postgresql":
            return True
        tried = text("SELECT pg_try_advisory_xact_lock(:key)")
        return bool(self.execute(tried, {"key": _lock_key(name)}).scalar_one())

    def rows(self, statement: Executable, values: Mapping[str, Any] = {}) -> Sequence[Row[Any]]:
        """All rows of ``statement``."""
        return self.connection.execute(statement, values or None).fetchall()

    def first(self, statement: Executable, values: Mapping[str, Any] = {}) -> Row[Any] | None:
        """The first row of ``statement``, or None."""
        return self.connection.execute(statement, values or None).first()


def _lock_key(name: str) -> int:
    return crc32(f"taskyard/{name}".encode())


class Store:
    """A database, PostgreSQL or SQLite, as the rest of the yard sees it."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock | None = None,
        pool_size: int = 8,
        answer_seconds: float = LONGEST_ANSWER_SECONDS,
    ) -> None:
        self.url = url
        self._clock = clock or SystemClock()
        self._follows_database = clock is None and not url.startswith("sqlite")
        self._ahead = timedelta(0)
        self._checked_at: float | None = None
        self.engine = _engine(url, pool_size, answer_seconds)
        self._turnstile = Turnstile() if url.startswith("sqlite") else None
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
        with (
            _translated(),
            self._turn(),
            self.engine.connect() as connection,
            connection.begin() as pending,
        ):
            tx = Transaction(connection, self._time(connection), self.dialect)
            yield tx
            for work in tx.last:
                work(tx)
            with _translated(outcome_unknown=True):
                pending.commit()

    def _turn(self) -> AbstractContextManager[None]:
        """On SQLite: this thread's turn among those of the process, to ask for the write lock.

        SQLite's own waiting looks again and again with growing pauses; beside a bulk, a single
        submit would hardly ever come at the right moment.
        """
        return self._turnstile.turn(TURN_SECONDS) if self._turnstile else nullcontext()

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
                if attempts <= 1 or error.outcome_unknown or is_overdue(error.__cause__):
                    raise

    def now(self) -> datetime:
        """The store's time, as last measured; never asks the database."""
        return self._clock.now() + self._ahead

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def _time(self, connection: Connection) -> datetime:
        if self._follows_database and self._is_check_due():
            asked_at = self._clock.now()
            told = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            halfway = asked_at + (self._clock.now() - asked_at) / 2
            self._ahead = told.astimezone(UTC) - halfway
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
    except TurnTimeout as error:
        raise Unavailable(f"The store is busy: {error}.") from error
    except (DBAPIError, PoolTimeout) as error:
        if not is_outage(error):
            raise
        message = f"The store does not answer: {reason(error)}"
        raise Unavailable(message, outcome_unknown=outcome_unknown) from error


def _engine(url: str, pool_size: int, answer_seconds: float) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        hide_parameters=True,  # they are callers' payloads: nothing for a log
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=_read_json,
        pool_pre_ping=not url.startswith("sqlite"),
        connect_args={"timeout": 10} if url.startswith("sqlite") else {},
    )
    event.listen(engine, "handle_error", _drop_read_only)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "do_connect", _postgres_connect(answer_seconds))
    return engine


def _drop_read_only(context: ExceptionContext) -> None:
    """Have connections that may not write made anew: the next ones may be allowed to."""
    if is_read_only(context.original_exception):
        context.is_disconnect = True


def _postgres_connect(answer_seconds: float) -> Callable[..., Any]:
    from shared.postgres import connect  # its driver takes long to load, and SQLite needs none

    def do_connect(_dialect: Any, _record: Any, args: Any, kwargs: Any) -> Any:
        return connect(answer_seconds, *args, **kwargs)

    return do_connect


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
