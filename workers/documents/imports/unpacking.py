"""Files out of an uploaded archive."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from shared.blobs import key_of
from shared.documents.intake import DIALECT
from shared.errors import NotFound
from shared.tasks.task import tasks
from shared.tasks.task_type import Context
from workers.documents.archives.limits import Budget, Limits
from workers.documents.archives.member import Member
from workers.documents.archives.refusal import ArchiveRefused, MemberRefused
from workers.documents.archives.walk import survey, walk
from workers.documents.imports.delivery import Delivery, EmptyFile, Fetch, Fetched, Write
from workers.documents.imports.tally import Tally


def import_archive(context: Context, folder_id: str, sha256: str) -> dict[str, Any]:
    """Bring the files of the archive whose content has that hash; the import's metadata.

    Nothing is brought of one that lists too much or cannot be listed: `ArchiveRefused`. What is
    found out later is told in the task's metadata, and raises the same.
    """
    budget = Budget(Limits(size_bytes=context.yard.settings.max_upload_bytes))
    with context.yard.blobs.local(_key(context, sha256)) as path, path.open("rb") as file:
        tally = Tally("name", survey(file, budget), context.detail)
        delivery = Delivery(context, folder_id, tally)
        if tally.total == 0:
            raise ArchiveRefused("there is no file in it")
        try:
            for member in walk(file, budget):
                delivery.tell()
                _bring(delivery, member)
        except ArchiveRefused:
            delivery.tell_all()
            raise
    return delivery.end()


def _bring(delivery: Delivery, member: Member) -> None:
    if delivery.tally.was_brought(member.path):
        return
    try:
        delivery.bring(member.path, _fetch(member))
    except MemberRefused as error:
        delivery.tally.failed(member.path, "FILE_REFUSED", str(error))
    except EmptyFile as error:
        delivery.tally.failed(member.path, "EMPTY_FILE", str(error))


def _fetch(member: Member) -> Fetch:
    def fetch(write: Write) -> Fetched:
        for piece in member.read():
            write(piece)
        return Fetched(member.path)

    return fetch


def _key(context: Context, sha256: str) -> str:
    """Where the archive lies.

    Only tasks that the gateway makes of an upload may name one: a hash is no proof of having had
    the content.
    """
    query = select(tasks.c.dialect).where(tasks.c.id == context.task_id)
    with context.yard.store.read() as tx:
        row = tx.first(query)
        if row is None or row.dialect != DIALECT:
            raise NotFound("There is no such archive.")
        return key_of(tx, sha256)
