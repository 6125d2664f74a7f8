"""What an owner deletes is gone in one commit: from lists, from search, and its jobs with it."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from shared.db import Transaction
from shared.documents.chunk import chunks, embedded_documents
from shared.documents.document import documents, folder_files, folders_of, get_document
from shared.documents.folder import folders, get_folder, raise_revision
from shared.documents.output import outputs
from shared.errors import NotFound
from shared.tasks import cancellation
from shared.tasks.status import FINAL
from shared.tasks.task import tasks


def remove_document(tx: Transaction, account_id: str, document_id: str, *, actor: str) -> None:
    """Delete the account's document; `NotFound` where it has none such."""
    get_document(tx, account_id, document_id)
    hide_jobs(tx, account_id, document_id, actor=actor)
    places = _locked_folders(tx, document_id)
    get_document(tx, account_id, document_id, for_update=True)
    gone = update(documents).where(documents.c.id == document_id)
    tx.execute(gone.values(deleted_at=tx.now, updated_at=tx.now))
    tx.execute(delete(folder_files).where(folder_files.c.document_id == document_id))
    tx.execute(delete(outputs).where(outputs.c.target_id == document_id))
    hide_jobs(tx, account_id, document_id, actor=actor)  # those stored before it was locked
    for folder_id in places:
        _forget_text(tx, folder_id=folder_id, document_id=document_id)
        raise_revision(tx, folder_id)


def take_out(tx: Transaction, account_id: str, folder_id: str, document_id: str) -> None:
    """Take the document out of the folder, and nothing else; `NotFound` where it is not in it."""
    get_folder(tx, account_id, folder_id, for_update=True)
    get_document(tx, account_id, document_id, for_update=True)
    place = (folder_files.c.folder_id == folder_id, folder_files.c.document_id == document_id)
    if not tx.execute(delete(folder_files).where(*place)).rowcount:
        raise NotFound("There is no such file in this folder.")
    _forget_text(tx, folder_id=folder_id, document_id=document_id)
    raise_revision(tx, folder_id)


def remove_folder(tx: Transaction, account_id: str, folder_id: str, *, actor: str) -> None:
    """Delete the account's folder; its documents stay, in other folders or in none."""
    get_folder(tx, account_id, folder_id)
    hide_jobs(tx, account_id, folder_id, actor=actor)
    get_folder(tx, account_id, folder_id, for_update=True)
    gone = update(folders).where(folders.c.id == folder_id)
    tx.execute(gone.values(deleted_at=tx.now, updated_at=tx.now))
    tx.execute(delete(folder_files).where(folder_files.c.folder_id == folder_id))
    _forget_text(tx, folder_id=folder_id)
    tx.execute(delete(outputs).where(outputs.c.target_id == folder_id))
    hide_jobs(tx, account_id, folder_id, actor=actor)  # those stored before it was locked


def hide_jobs(tx: Transaction, account_id: str, target_id: str, *, actor: str) -> None:
    """Cancel what is not over of the target's jobs, and show none of them any more."""
    mine = (tasks.c.target_id == target_id, tasks.c.account_id == account_id)
    over = tasks.c.status.in_([status.value for status in FINAL])
    going = select(tasks.c.id).where(*mine, ~over).order_by(tasks.c.id).with_for_update()
    for row in tx.rows(going):
        cancellation.cancel(tx, row.id, account_id, actor=actor)
    tx.execute(update(tasks).where(*mine).values(hidden=True))


def _forget_text(tx: Transaction, **place: str) -> None:
    """Remove what search finds of a document, a folder, or a document in a folder."""
    for table in (chunks, embedded_documents):
        tx.execute(delete(table).where(*(table.c[name] == at for name, at in place.items())))


def _locked_folders(tx: Transaction, document_id: str) -> list[str]:
    places = folders_of(tx, document_id)
    query = select(folders.c.id).where(folders.c.id.in_(places)).order_by(folders.c.id)
    return [row.id for row in tx.rows(query.with_for_update())]
