"""Contents that nobody refers to any more go: first their rows, then their files.

A transaction that keeps a content touches its row. The removal looks at ``touched_at`` of the row
that it locks, so one of the two comes first: either the content stays, or the one who keeps it
finds no row and brings a file of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, exists, select

from shared.blobs.blob import blobs, discard, not_kept, stray_blobs
from shared.blobs.references import RARE_REFERENCES, REFERENCES
from shared.blobs.store import BlobStore
from shared.db import Store, Transaction
from shared.errors import Unavailable

log = logging.getLogger(__name__)

GRACE = timedelta(hours=1)
"""How long a content stays that was touched and that nobody refers to."""
ORPHAN_AGE = timedelta(days=1)
"""How long a file may lie before somebody keeps it; longer than any upload takes."""
AT_ONCE = 500
SHARDS = tuple(f"{number:02x}" for number in range(256))
"""The first two digits of hashes and keys: a round looks at one share after the other, so that
no step grows with all there is by more than its share."""


def purge(tx: Transaction, shard: str) -> int:
    """Forget up to `AT_ONCE` contents of ``shard`` that nobody refers to; how many went."""
    unused = _unused(tx, shard)
    if not unused:
        return 0
    gone = delete(blobs).where(blobs.c.sha256.in_(unused), blobs.c.touched_at < tx.now - GRACE)
    keys = [row.key for row in tx.rows(gone.returning(blobs.c.key))]
    discard(tx, keys)
    return len(keys)


def _unused(tx: Transaction, shard: str) -> Collection[str]:
    query = select(blobs.c.sha256).where(
        blobs.c.sha256.between(shard, f"{shard}g"),
        blobs.c.touched_at < tx.now - GRACE,
        *(~exists().where(r.column == blobs.c.sha256, r.counts) for r in REFERENCES),
    )
    found = {row.sha256 for row in tx.rows(query.limit(AT_ONCE))}
    for reference in RARE_REFERENCES if found else ():
        used = select(reference.column.label("sha256")).where(reference.counts)
        found -= {row.sha256 for row in tx.rows(used)}
    return found


def remove_strays(store: Store, blob_store: BlobStore) -> int:
    """Remove up to `AT_ONCE` files that transactions have done with; how many went."""
    with store.read() as tx:
        keys = [row.key for row in tx.rows(select(stray_blobs.c.key).limit(AT_ONCE))]
        free = not_kept(tx, keys)
    stuck = {key for key in free if not _is_removed(blob_store, key)}
    done = [key for key in keys if key not in stuck]
    if done:
        store.transact(
            lambda tx: tx.execute(delete(stray_blobs).where(stray_blobs.c.key.in_(done)))
        )
    return len(free) - len(stuck)


def _is_removed(blob_store: BlobStore, key: str) -> bool:
    """Remove one file; one that cannot be removed must not keep all others."""
    try:
        blob_store.remove(key)
    except Unavailable as error:
        log.warning("a file that nobody needs stays: %s", error)
        return False
    return True


def sweep(store: Store, blob_store: BlobStore, shard: str) -> int:
    """Remove the files of ``shard`` that nobody kept, as of uploads that were killed."""
    stale = blob_store.stale(shard, store.now() - ORPHAN_AGE)
    orphans: list[str] = []
    for start in range(0, len(stale), AT_ONCE):
        with store.read() as tx:
            orphans += not_kept(tx, stale[start : start + AT_ONCE])
    for key in orphans:
        blob_store.remove(key)
    return len(orphans)
