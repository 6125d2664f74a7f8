"""Making a folder what its source is: one commit for each file, so that a kill costs one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.blobs import Written
from shared.db import Transaction
from shared.documents.document import put_in_folder
from shared.documents.folder import get_folder, raise_revision
from shared.documents.intake import Arrival, take_in, take_in_again
from shared.documents.media_type import media_type_of
from shared.documents.origin import Brought, Origin, brought_from, find_brought
from shared.documents.removal import remove_document
from shared.documents.signature import signature_of
from shared.documents.text import folder_draft
from shared.errors import NotFound
from shared.sources.bringing import copied, listed, storable
from shared.sources.options import SourceOptions
from shared.sources.source import Entry, FileUnread, Source
from shared.sources.tally import Tally
from shared.tasks import dispatch
from shared.tasks.draft import Draft
from shared.tasks.task_type import Context
from workers.commits import Superseded, committed
from workers.documents.syncing.plan import Plan, compare


@dataclass(frozen=True, slots=True)
class Mirror:
    """One sync of a folder with its source."""

    context: Context
    origin: Origin
    options: SourceOptions
    most_bytes: int

    def run(self, source: Source) -> Tally:
        """List the source once, then read what is new or changed and remove what is gone.

        A listing that is not complete raises before anything is changed. `Superseded` where the
        task is to stop.
        """
        plan = self._planned(source)
        tally = Tally.begin(plan.total, plan.unchanged, self.context.detail)
        self.context.progress(tally.percent, **tally.metadata())
        for entry, document in plan.wanted:
            tally = self._read(source, entry, document, tally)
        for document in plan.gone:
            tally = self._remove(document, tally)
        return tally

    def _planned(self, source: Source) -> Plan:
        entries = listed(source, self.options, self._stop_if_canceled)
        yard, account = self.context.yard, self.context.account_id
        with yard.store.read() as tx:
            known = brought_from(tx, account, self.origin)
        return compare(entries, known, self.origin.at)

    def _read(self, source: Source, entry: Entry, document: Brought | None, tally: Tally) -> Tally:
        """Bring one file; what is wrong with it alone is noted and costs no other file."""
        try:
            with self.context.yard.blobs.writer() as writer:
                written = copied(source, entry, writer, self.most_bytes, self._stop_if_canceled)
                arrival = self._arrival(entry, written, signature_of(writer.beginning))
                return self._keep(arrival, document, tally)
        except FileUnread as error:
            tally = tally.with_failure(storable(entry.path), storable(str(error)))
            self.context.progress(tally.percent, **tally.metadata())
            return tally

    def _arrival(self, entry: Entry, written: Written, shown: str | None) -> Arrival:
        """The file as the yard takes it in; ``shown`` is what its beginning says it is."""
        name = storable(entry.path)
        return Arrival(
            name=name,
            mime_type=media_type_of(name, shown),
            written=written,
            origin=self.origin.at(entry.path),
            origin_tag=entry.tag,
        )

    def _keep(self, arrival: Arrival, document: Brought | None, tally: Tally) -> Tally:
        after = tally.one_more(_outcome(document, arrival.written))

        def take(tx: Transaction) -> Sequence[Draft]:
            self._hold(tx, after)
            return self._taken(tx, arrival)

        committed(lambda: dispatch.request(self.context.yard, take))
        return after

    def _taken(self, tx: Transaction, arrival: Arrival) -> Sequence[Draft]:
        """The document with its new content, in the folder; the drafts of what reads it.

        Which document it is, is asked once more: it may be deleted by now.
        """
        registry, account = self.context.yard.registry, self.context.account_id
        folder = self.origin.folder_id
        document_id = find_brought(tx, account, arrival.origin or "")
        if document_id is None:
            return take_in(tx, registry, account, arrival, folder).drafts
        get_folder(tx, account, folder, for_update=True)
        taken = take_in_again(tx, registry, account, document_id, arrival)
        if not put_in_folder(tx, folder, document_id):
            return taken.drafts
        raise_revision(tx, folder)
        return [*taken.drafts, *self._embedding(tx)]

    def _embedding(self, tx: Transaction) -> list[Draft]:
        """What makes text that was read before part of the folder's search again."""
        kind = self.context.yard.registry.get("EMBEDDING")
        account = self.context.account_id
        return [folder_draft(tx, kind, account, self.origin.folder_id)] if kind else []

    def _remove(self, document: Brought, tally: Tally) -> Tally:
        self._stop_if_canceled()
        after = tally.one_more("removed")

        def remove(tx: Transaction) -> None:
            self._hold(tx, after)
            actor = f"job {self.context.task_id}"
            remove_document(tx, self.context.account_id, document.id, actor=actor)

        try:
            committed(lambda: self.context.yard.store.transact(remove))
        except NotFound:
            return tally
        return after

    def _hold(self, tx: Transaction, after: Tally) -> None:
        """Be the only one that changes this source's documents, and tell it with the change."""
        if not self.context.record(tx, after.percent, **after.metadata()):
            raise Superseded
        tx.lock(f"sync/{self.origin.key}")

    def _stop_if_canceled(self) -> None:
        if self.context.canceled():
            raise Superseded


def _outcome(document: Brought | None, written: Written) -> str:
    if document is None:
        return "added"
    is_same = document.is_inside and document.sha256 == written.sha256
    return "unchanged" if is_same else "updated"
