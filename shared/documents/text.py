"""What was read in a document, or heard: kept with its row, and made searchable afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from shared.blobs import Written, keep
from shared.db import Transaction
from shared.documents.document import change_document, folders_of
from shared.documents.intake import DIALECT
from shared.tasks.draft import Draft
from shared.tasks.outcome import Completed
from shared.tasks.task_type import TaskType

DEBOUNCE = timedelta(seconds=2)
"""How long a folder waits for more of its documents before it is embedded."""


def text_result(of: str, text: Written, metadata: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """The result of a handler that read a document.

    ``of`` is the hash of the content that was read, ``text`` the blob of what it says,
    ``metadata`` the job's, ``facts`` are columns of the document's row: title, language, author,
    page_count, word_count, extraction.
    """
    return {"metadata": metadata, "of": of, "text": asdict(text), "facts": facts}


def settle_text(
    tx: Transaction, completed: Sequence[Completed], embedding: TaskType
) -> list[Draft]:
    """Write the results of `text_result` to their documents, where these are still what was read.

    Answers drafts of ``embedding`` for the folders in which they lie.
    """
    changed: dict[str, str] = {}
    for text in _texts(completed):
        keep(tx, text)
    for outcome in sorted(completed, key=lambda o: str(o.task.target_id)):
        document_id, result = str(outcome.task.target_id), outcome.result
        values = {"text_sha256": result["text"]["sha256"], **result["facts"]}
        if change_document(tx, document_id, having=result["of"], **values):
            places = folders_of(tx, document_id)
            changed.update(dict.fromkeys(places, outcome.task.account_id))
    return [folder_draft(tx, embedding, account_id, f) for f, account_id in changed.items()]


def _texts(completed: Sequence[Completed]) -> list[Written]:
    """What was read, in an order that everybody locks in who keeps several at once."""
    texts = [Written(**outcome.result["text"]) for outcome in completed]
    return sorted(texts, key=lambda text: text.sha256)


def folder_draft(tx: Transaction, embedding: TaskType, account_id: str, folder_id: str) -> Draft:
    """The task that embeds a folder, in a moment: more of its documents may be read by then."""
    return Draft(
        account_id=account_id,
        task_type=embedding,
        payload={"folderId": folder_id},
        dialect=DIALECT,
        not_before=tx.now + DEBOUNCE,
    )
