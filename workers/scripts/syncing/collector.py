"""Bringing the media of a source into the library: one commit for each file, so that a kill costs
one file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.blobs import Written
from shared.db import Transaction
from shared.documents.file_name import decoded
from shared.material.check import Checker, MaterialRefused
from shared.material.library import add_material
from shared.material.origin import (
    Origin,
    delete_unsourced,
    find_origin,
    forget,
    origins_from,
    path_key,
    remember,
)
from shared.media.facts import Facts
from shared.sources.bringing import copied, listed, storable
from shared.sources.options import SourceOptions
from shared.sources.source import Entry, FileUnread, Source
from shared.sources.tally import Tally
from shared.tasks.task_type import Context
from workers.commits import Superseded, committed
from workers.scripts.syncing.plan import Plan, compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """One sync of the library with a source.

    ``source_key`` names it, ``address`` is how its owner reads it; what is new gets ``tags``.
    What its files do not have any more is deleted where ``is_removing``.
    """

    context: Context
    source_key: str
    address: str
    options: SourceOptions
    tags: tuple[str, ...]
    is_removing: bool
    most_bytes: int

    def run(self, source: Source) -> Tally:
        """List the source once, then read what is new or changed.

        A listing that is not complete raises before anything is changed. `Superseded` where the
        task is to stop.
        """
        plan = self._planned(source)
        tally = Tally.begin(plan.total, plan.unchanged, self.context.detail)
        for entry, error in plan.unfit:
            tally = tally.with_failure(storable(entry.path), error)
        self.context.progress(tally.percent, **tally.metadata())
        with Checker() as checker:
            for entry in plan.wanted:
                tally = self._read(source, entry, checker, tally)
        for origin in plan.gone if self.is_removing else ():
            tally = self._remove(origin, tally)
        return tally

    def _planned(self, source: Source) -> Plan:
        entries = listed(source, self.options, self._stop_if_canceled)
        with self.context.yard.store.read() as tx:
            known = origins_from(tx, self.source_key)
        return compare(entries, known)

    def _read(self, source: Source, entry: Entry, checker: Checker, tally: Tally) -> Tally:
        """Bring one file; what is wrong with it alone is noted and costs no other file."""
        look, blobs = self._stop_if_canceled, self.context.yard.blobs
        try:
            with blobs.writer() as writer:
                written = copied(source, entry, writer, self.most_bytes, look)
        except FileUnread as error:
            tally = tally.with_failure(storable(entry.path), storable(str(error)))
            self.context.progress(tally.percent, **tally.metadata())
            return tally
        try:
            with blobs.local(written.key) as file:
                facts = checker.check(file)
        except MaterialRefused as error:
            blobs.remove(written.key)
            return self._refuse(entry, storable(str(error)), tally)
        return self._keep(entry, written, facts, tally)

    def _keep(self, entry: Entry, written: Written, facts: Facts, tally: Tally) -> Tally:
        """Add what was brought; what that path had before may go, if it is to."""

        def keep(tx: Transaction) -> Tally:
            before = self._known(tx, entry)
            added = add_material(
                tx,
                self.context.account_id,
                written,
                name=_name(entry.path),
                tags=self.tags,
                source=self._place(entry),
                facts=facts,
            )
            self._learn(tx, before, self._origin(entry, written.sha256, None))
            return self._told(tx, tally.one_more(_outcome(added.is_new, before, written)))

        return self._committed(keep)

    def _refuse(self, entry: Entry, reason: str, tally: Tally) -> Tally:
        """Remember that a file is unfit: it is read again only once it has changed."""

        def refuse(tx: Transaction) -> Tally:
            before = self._known(tx, entry)
            self._learn(tx, before, self._origin(entry, None, reason))
            return self._told(tx, tally.with_failure(storable(entry.path), reason))

        return self._committed(refuse)

    def _remove(self, origin: Origin, tally: Tally) -> Tally:
        """Forget a path that is gone, and delete what it had where nobody else has it."""
        self._stop_if_canceled()

        def remove(tx: Transaction) -> Tally:
            tx.lock(f"sync/{self.source_key}")
            forget(tx, self.source_key, origin.path)
            is_deleted = self._is_deleted(tx, origin)
            return self._told(tx, tally.one_more("removed") if is_deleted else tally)

        return self._committed(remove)

    def _known(self, tx: Transaction, entry: Entry) -> Origin | None:
        """What the path had when it was read last; nobody else changes that meanwhile."""
        tx.lock(f"sync/{self.source_key}")
        return find_origin(tx, self.source_key, path_key(entry.path))

    def _learn(self, tx: Transaction, before: Origin | None, origin: Origin) -> None:
        remember(tx, self.context.account_id, self.source_key, origin)
        if before is not None and before.sha256 != origin.sha256 and self.is_removing:
            self._is_deleted(tx, before)

    def _is_deleted(self, tx: Transaction, origin: Origin) -> bool:
        if origin.sha256 is None:
            return False
        return delete_unsourced(tx, self.context.account_id, origin.sha256)

    def _origin(self, entry: Entry, sha256: str | None, error: str | None) -> Origin:
        return Origin(path_key(entry.path), entry.tag, sha256, error)

    def _place(self, entry: Entry) -> str:
        """Where the file is, for its owner to read."""
        path = f"/{storable(entry.path)}"
        return self.address if self.address.endswith(path) else self.address.rstrip("/") + path

    def _told(self, tx: Transaction, after: Tally) -> Tally:
        """Tell the counts with the change itself; so both happen, or neither."""
        if not self.context.record(tx, after.percent, **after.metadata()):
            raise Superseded
        return after

    def _committed(self, work: Callable[[Transaction], Tally]) -> Tally:
        """Do ``work`` in the store, uninterrupted, as soon as the store answers."""
        return committed(lambda: self.context.yard.store.transact(work))

    def _stop_if_canceled(self) -> None:
        if self.context.canceled():
            raise Superseded


def _name(path: str) -> str:
    """The file's own name; names that are no UTF-8 are read as older systems write them."""
    return decoded(path.rpartition("/")[2].encode("utf-8", "surrogateescape"))


def _outcome(is_new: bool, before: Origin | None, written: Written) -> str:
    if before is not None and before.sha256 not in (None, written.sha256):
        return "updated"
    return "added" if is_new else "unchanged"
