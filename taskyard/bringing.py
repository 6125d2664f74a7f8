"""Files of this machine become material, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from shared.blobs import Written
from shared.db import Transaction
from shared.documents.signature import signature_of
from shared.errors import Refused
from shared.material.intake import Arrival, Taken, take_in
from shared.tasks import dispatch
from shared.tasks.draft import Draft
from shared.yard import Yard

PIECE_BYTES = 1024 * 1024


def bring(yard: Yard, account_id: str, file: Path, tags: Sequence[str]) -> Taken:
    """Put ``file`` into the account's library, and ask for it to be checked.

    `Refused` for a file that is empty or cannot be read. What is not kept in the end is swept after
    a day.
    """
    written, shown = _written(yard, file)
    arrival = Arrival(name=file.name, written=written, tags=tags, shown=shown)
    taken: list[Taken] = []

    def ask(tx: Transaction) -> list[Draft]:
        taken[:] = [take_in(tx, yard.registry, account_id, arrival)]
        return list(taken[0].drafts)

    dispatch.request(yard, ask)
    return taken[0]


def _written(yard: Yard, file: Path) -> tuple[Written, str | None]:
    """The content in the blob store, and what its beginning says it is."""
    try:
        with file.open("rb") as source, yard.blobs.writer() as writer:
            while piece := source.read(PIECE_BYTES):
                writer.write(piece)
            if not writer.size_bytes:
                raise Refused(f"{file} is empty.", code="INVALID_FIELD", field="file")
            return writer.finish(), signature_of(writer.beginning)
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from error
