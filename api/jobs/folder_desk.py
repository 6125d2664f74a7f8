"""The caller's folders for the request at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from api.auth import caller
from api.gateway import gateway
from api.jobs.folder_view import folder_body
from api.jobs.job_desk import draft_of
from shared.db import Transaction
from shared.documents.document import get_document, put_in_folder
from shared.documents.folder import find_folder_named, get_folder, raise_revision
from shared.documents.text import DEBOUNCE
from shared.documents.words import words_in
from shared.errors import NotFound
from shared.ids import is_id
from shared.tasks.draft import Draft


def read_folder(folder_id: str) -> dict[str, Any]:
    """The caller's folder as it is now."""
    with gateway().yard.store.read() as tx:
        folder = get_folder(tx, caller().account_id, folder_id)
        return folder_body(folder, words_in(tx, [folder_id])[folder_id])


def require_folder(folder_id: str) -> None:
    """`NotFound` where the caller has no such folder."""
    with gateway().yard.store.read() as tx:
        get_folder(tx, caller().account_id, folder_id)


def embedding(folder_id: str) -> Draft:
    """A draft of the job that makes the folder's search up to date."""
    return draft_of("EMBEDDING", folderId=folder_id)


def put_in(tx: Transaction, folder_id: str, document_ids: Sequence[str]) -> list[Draft]:
    """Let the caller's documents lie in the caller's folder too; the job that follows, if any.

    Nothing is changed where one of them is not there.
    """
    account_id = caller().account_id
    get_folder(tx, account_id, folder_id, for_update=True)
    for document_id in sorted(set(document_ids)):
        get_document(tx, account_id, document_id, for_update=True)
    # in the order given: the newest is listed first
    added = [put_in_folder(tx, folder_id, one) for one in dict.fromkeys(document_ids)]
    if not any(added):
        return []
    raise_revision(tx, folder_id)
    return [replace(embedding(folder_id), not_before=tx.now + DEBOUNCE)]


def named_folder(names: Sequence[str]) -> str | None:
    """The id of the caller's folder that one of ``names`` is the id or the name of.

    None without a name; `NotFound` where there is no such folder.
    """
    account_id = caller().account_id
    with gateway().yard.store.read() as tx:
        for name in names:
            if is_id(name):
                return get_folder(tx, account_id, name).id
            if folder := find_folder_named(tx, account_id, name):
                return folder.id
    if names:
        raise NotFound(f"There is no folder {names[0]!r}.")
    return None
