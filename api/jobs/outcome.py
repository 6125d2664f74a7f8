"""What a caller is told who waited for a document."""

from __future__ import annotations

from flask import Response

from api.auth import caller
from api.gateway import gateway
from api.jobs.blueprint import done
from api.jobs.dialect import ERRORS, error_body, status_word
from api.jobs.document_reader import read_document
from api.reply import json_response
from shared.documents.document import get_document
from shared.tasks.job_queries import Reading, readings
from shared.tasks.status import Status

TIMEOUT = "TIMEOUT"
"""The code of a task that ran longer than its type allows."""


def answer_of(document_id: str) -> Response:
    """200 with a document that is read, 202 while it is not, 408 or 422 where it cannot be."""
    account_id = caller().account_id
    with gateway().yard.store.read() as tx:
        get_document(tx, account_id, document_id)
        reading = readings(tx, account_id, [document_id]).get(document_id)
    if reading is None or reading.status is Status.COMPLETED:
        return done(read_document(document_id))
    if reading.status is Status.FAILED:
        return failed(document_id, reading)
    return done({"documentId": document_id, "status": status_word(reading.status)}, 202)


def failed(document_id: str, reading: Reading) -> Response:
    """The error of a document whose reading failed for good."""
    error = reading.error or {}
    code = "EXTRACTION_TIMEOUT" if error.get("code") == TIMEOUT else "EXTRACTION_FAILED"
    details = {
        "documentId": document_id,
        "jobId": reading.job_id,
        "code": error.get("code", code),
        "reason": error.get("message", ""),
    }
    body = error_body(code, f"The document could not be read: {details['reason']}", details)
    return json_response(body, ERRORS[code])


def message_of(count: int, unread: int, unreadable: int) -> str:
    """What became of ``count`` files; ``unread`` are not read yet, ``unreadable`` cannot be."""
    files = "1 file is" if count == 1 else f"{count} files are"
    told = ((unread, "not read yet"), (unreadable, "could not be read"))
    left = ", ".join(f"{number} {what}" for number, what in told if number)
    return f"{files} in" + (f"; {left}." if left else ", and read.")
