"""What the store itself could do at best, one small row a commit."""

from __future__ import annotations

import time

from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, update

from shared.db import Store

BODY = "the quick brown fox jumps over the lazy dog"


def bare_commits(store: Store, seconds: float) -> float:
    """Commits per second on one connection, one after the other."""
    metadata = MetaData()
    key = Column("id", Integer, primary_key=True)
    table = Table("bench_commits", metadata, key, Column("body", Text))
    with store.begin() as tx:
        metadata.create_all(tx.connection)
    done, begun = 0, time.monotonic()
    while (elapsed := time.monotonic() - begun) < seconds:
        with store.begin() as tx:
            tx.execute(insert(table), {"body": BODY})
        done += 1
    with store.begin() as tx:
        metadata.drop_all(tx.connection)
    return done / elapsed


def bare_updates(store: Store, at_once: int, seconds: float) -> float:
    """Rows changed in a second on one connection, ``at_once`` by one statement and commit."""
    metadata = MetaData()
    key = Column("id", Integer, primary_key=True)
    table = Table("bench_updates", metadata, key, Column("body", Text))
    with store.begin() as tx:
        metadata.create_all(tx.connection)
        tx.execute(insert(table), [{"body": BODY} for _ in range(at_once)])
    done, begun = 0, time.monotonic()
    while (elapsed := time.monotonic() - begun) < seconds:
        with store.begin() as tx:
            tx.execute(update(table).values(body=f"{BODY} {done}"))
        done += at_once
    with store.begin() as tx:
        metadata.drop_all(tx.connection)
    return done / elapsed
