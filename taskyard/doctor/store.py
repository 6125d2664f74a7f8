"""The store: whether it answers, can be written, is up to date, durable, and right in time."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from shared.clock import SystemClock
from shared.db import Store, Transaction
from shared.errors import Unavailable
from shared.migrations.upgrade import is_current
from taskyard.doctor.finding import Finding, Findings, fail, ok, warn, worse_if
from taskyard.doctor.subject import Subject

FAR_SECONDS = 5.0
"""Leases follow the database's clock, tokens and logs the host's: more apart confuses people."""
FEW_CONNECTIONS = 40
"""What one gateway and one worker take at most."""
TABLES = "tables"
"""Where this is ok, rows can be looked at."""
UPGRADE = "Run `taskyard db upgrade`, or `taskyard up`."


def look_at_store(subject: Subject) -> Findings:
    """Everything about the store; only the first thing where it does not answer."""
    store = subject.yard.store
    file = sqlite_file(store.url)
    if file and not file.exists():
        made = worse_if(subject.is_up)
        yield made("store", f"There is no database at {file}.", UPGRADE)
        return
    try:
        with store.begin() as tx:
            looks = _on_postgresql(tx) if tx.dialect == "postgresql" else _on_sqlite(tx)
            yield from list(looks)
        yield clock((store.now() - SystemClock().now()).total_seconds())
        yield _tables(store)
    except Unavailable as error:
        yield fail("store", str(error), "Start it, or correct TASKYARD_DATABASE_URL.")
    except DBAPIError as error:  # it answers, but is none of ours
        yield fail("store", f"{error.orig}.", "Correct TASKYARD_DATABASE_URL.")


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite store."""
    address = make_url(url)
    is_file = address.drivername.startswith("sqlite") and address.database
    return Path(str(address.database)) if is_file else None


def clock(ahead_seconds: float) -> Finding:
    """Whether the database's clock and this host's are near enough. Pure."""
    if abs(ahead_seconds) < FAR_SECONDS:
        return ok("clock", "the store and this host agree")
    way = "ahead of" if ahead_seconds > 0 else "behind"
    told = f"The store's clock is {abs(ahead_seconds):.0f} s {way} this host's."
    return warn("clock", told, "Let both follow the same time server (NTP).")


def postgresql_durability(fsync: str, full_page_writes: str, synchronous_commit: str) -> Finding:
    """Whether what is answered is on disk. Pure."""
    if fsync != "on" or full_page_writes != "on":
        told = f"fsync is {fsync}, full_page_writes is {full_page_writes}: a crash may cost it all."
        return fail("durability", told, "Switch both on in postgresql.conf.")
    if synchronous_commit == "off":
        told = "synchronous_commit is off: a crash may cost the last moments' accepted tasks."
        return warn("durability", told, "Switch it on in postgresql.conf.")
    return ok("durability", f"fsync on, synchronous_commit {synchronous_commit}")


def _on_postgresql(tx: Transaction) -> Findings:
    if _shown(tx, "transaction_read_only") == "on":
        told = "The database is read-only (a replica?)."
        yield fail("store", told, "Name the primary in TASKYARD_DATABASE_URL.")
        return
    yield ok("store", f"PostgreSQL {_shown(tx, 'server_version')} answers and can be written")
    words = ("fsync", "full_page_writes", "synchronous_commit")
    yield postgresql_durability(*(_shown(tx, word) for word in words))
    used = tx.execute(text("SELECT count(*) FROM pg_stat_activity")).scalar_one()
    left = int(_shown(tx, "max_connections")) - int(used)
    told = f"{left} of {_shown(tx, 'max_connections')} connections are free"
    advice = "Raise max_connections: each gateway takes up to 32, each worker 4."
    few = warn("connections", f"{told}.", advice)
    yield few if left < FEW_CONNECTIONS else ok("connections", told)


def _on_sqlite(tx: Transaction) -> Findings:
    version = tx.execute(text("SELECT sqlite_version()")).scalar_one()
    yield ok("store", f"SQLite {version} answers and can be written")
    mode = tx.execute(text("PRAGMA journal_mode")).scalar_one()
    if mode == "wal":
        yield ok("durability", "write-ahead log; a power cut may cost the last moments")
    else:
        told = f"The journal mode is {mode}: this file system cannot do a write-ahead log."
        yield fail("durability", told, "Put the database on a local disk.")


def _shown(tx: Transaction, name: str) -> str:
    return str(tx.execute(text(f"SHOW {name}")).scalar_one())


def _tables(store: Store) -> Finding:
    if is_current(store):
        return ok(TABLES, "up to date")
    return fail(TABLES, "The tables are not up to date.", UPGRADE)
