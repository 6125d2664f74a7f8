"""Remove contents that nobody refers to any more, and files that nobody kept.

A blob store may be far away, or hang: it is looked through in a thread of its own, so that
nothing else waits for it.
"""

from __future__ import annotations

import logging
from random import randrange
from threading import Thread

from shared.blobs.purge import SHARDS, purge, remove_strays, sweep
from shared.errors import Unavailable
from shared.yard import Yard

log = logging.getLogger(__name__)


class PurgeBlobs:
    """Each call looks through one share of all blobs; a round of all takes some hours."""

    def __init__(self) -> None:
        self._shard = randrange(len(SHARDS))  # noqa: S311 - so that several begin apart
        self._thread: Thread | None = None

    def __call__(self, yard: Yard) -> int:
        """Begin with the next share, unless the last one is still looked through."""
        if self._thread is None or not self._thread.is_alive():
            self._shard = (self._shard + 1) % len(SHARDS)
            work = (yard, SHARDS[self._shard])
            self._thread = Thread(target=_purge_quietly, args=work, name="purge-blobs", daemon=True)
            self._thread.start()
        return 0

    def join(self, seconds: float) -> None:
        """Wait until the share at hand is done."""
        if self._thread is not None:
            self._thread.join(seconds)


def purge_share(yard: Yard, shard: str) -> int:
    """Remove what nobody needs of one share; how many contents and files went."""
    contents = yard.store.transact(lambda tx: purge(tx, shard))
    strays = remove_strays(yard.store, yard.blobs)
    orphans = sweep(yard.store, yard.blobs, shard)
    if contents or orphans:
        log.info("removed %d contents without a reference, %d orphan files", contents, orphans)
    return strays + orphans


def _purge_quietly(yard: Yard, shard: str) -> None:
    try:
        purge_share(yard, shard)
    except Unavailable as error:
        log.warning("purge_blobs waits: %s", error)
    except Exception:
        log.exception("purge_blobs failed")
