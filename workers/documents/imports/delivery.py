"""One file into the folder, in one commit with the job that reads it and with what is told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from shared.blobs import Writer, Written, not_kept
from shared.db import Transaction
from shared.documents.file_name import clean_name
from shared.documents.intake import Arrival, Taken, take_in
from shared.documents.media_type import media_type_of
from shared.documents.signature import signature_of
from shared.errors import NotFound, TaskyardError, Unavailable
from shared.tasks import dispatch
from shared.tasks.draft import Draft
from shared.tasks.task_type import Context
from workers.commits import Superseded, committed
from workers.documents.imports.tally import Tally


class EmptyFile(TaskyardError):
    """There is nothing in the file."""

    def __init__(self) -> None:
        super().__init__("the file is empty")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a file is called, and what its sender says it is."""

    path: str
    media_type: str | None = None


Write = Callable[[bytes], object]
Fetch = Callable[[Write], Fetched]
"""Hands a file's content to the function that it is given, piece by piece."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Brings files into ``folder_id`` for one attempt at a task, and tells ``tally``."""

    context: Context
    folder_id: str
    tally: Tally

    def bring(self, label: str, fetch: Fetch) -> None:
        """Make what ``fetch`` brings a document of the folder, and tell it as ``label``.

        Raises what ``fetch`` raises, `EmptyFile`, `NotFound` where the folder is gone, and
        `Superseded`; nothing is left behind then.
        """
        with self.context.yard.blobs.writer() as writer:
            fetched = fetch(lambda piece: self._put(writer, piece))
            if writer.size_bytes == 0:
                raise EmptyFile
            written = writer.finish()
        name = clean_name(fetched.path)
        media_type = media_type_of(name, signature_of(writer.beginning) or fetched.media_type)
        self._take(label, Arrival(name=name, mime_type=media_type, written=written))

    def tell(self) -> None:
        """Tell how far it is, now and then; `Superseded` where the task is to stop."""
        if self.context.canceled():
            raise Superseded
        self.context.progress(self.tally.percent, **self.tally.live())

    def end(self) -> dict[str, Any]:
        """The metadata of the whole import; `TaskError` where nothing could be had."""
        failure = self.tally.failure()
        if failure is not None:
            self.tell_all()
            raise failure
        return self.tally.metadata()

    def tell_all(self) -> None:
        """Tell everything at once, for an attempt that ends in an error."""
        told, store = self.tally.metadata(), self.context.yard.store
        record = self.context.record
        committed(lambda: store.transact(lambda tx: record(tx, self.tally.percent, **told)))

    def _put(self, writer: Writer, piece: bytes) -> None:
        if self.context.canceled():
            raise Superseded
        writer.write(piece)

    def _take(self, label: str, arrival: Arrival) -> None:
        before = self.tally.processed

        def take(tx: Transaction) -> list[Draft]:
            self.tally.go_back(before)  # where the transaction is tried again
            self._hold(tx)
            taken = self._taken(tx, arrival)
            self.tally.brought(label, taken.document_id, is_new=taken.is_new)
            self._hold(tx)
            return list(taken.drafts)

        try:
            committed(lambda: dispatch.request(self.context.yard, take))
        except (NotFound, Superseded):  # after any other error the commit may still be under way
            self._drop(arrival.written)
            raise

    def _taken(self, tx: Transaction, arrival: Arrival) -> Taken:
        registry, account = self.context.yard.registry, self.context.account_id
        return take_in(tx, registry, account, arrival, self.folder_id)

    def _hold(self, tx: Transaction) -> None:
        """Be the only one that runs this task, and tell how far it is.

        Before the folder is locked, as tasks are locked before folders everywhere.
        """
        if not self.context.record(tx, self.tally.percent, **self.tally.live()):
            raise Superseded

    def _drop(self, written: Written) -> None:
        """Remove the file, unless an earlier try was committed though the store went away."""
        yard = self.context.yard
        with suppress(Unavailable):
            with yard.store.read() as tx:
                left = not_kept(tx, [written.key])
            for key in left:
                yard.blobs.remove(key)
