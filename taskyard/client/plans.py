"""What a client does for each of its verbs, as plans that any of them drives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from taskyard.client import calls
from taskyard.client.call import File, Plan, asked
from taskyard.client.error import Conflict
from taskyard.client.patience import Patience
from taskyard.client.submission import Submission, SubmissionFields, body_of
from taskyard.client.task import Counts, Page, Receipt, Task


def submit(
    submission: Submission | Mapping[str, Any], key: str | None, patience: Patience
) -> Plan[Receipt]:
    """Submit one task."""
    call = calls.submit(body_of(submission), key or calls.new_key())
    return Receipt.of((yield from asked(call, patience)))


def submission_of(
    what: str | Submission | Mapping[str, Any], content: Any, said: SubmissionFields
) -> Submission | Mapping[str, Any]:
    """What ``submit`` was given: a whole submission, or a type, its content and its fields."""
    if isinstance(what, str):
        return Submission(type=what, content={} if content is None else content, **said)
    if content is not None or said:
        raise TypeError("a whole submission has its content and its fields in it")
    return what


def get(task_id: str, wait_seconds: float, patience: Patience) -> Plan[Task]:
    """Read a task."""
    return Task.of((yield from asked(calls.get(task_id, wait_seconds), patience)))


def page(query: Mapping[str, Any], patience: Patience) -> Plan[Page]:
    """Read a page of tasks."""
    told = yield from asked(calls.page(query), patience)
    return Page([Task.of(each) for each in told["tasks"]], told["nextCursor"])


def cancel(task_id: str, patience: Patience) -> Plan[Task]:
    """Cancel a task; one that is canceled already stays so: the first answer may have been lost."""
    try:
        return Task.of((yield from asked(calls.cancel(task_id), patience)))
    except Conflict:
        task = Task.of((yield from asked(calls.get(task_id), patience)))
        if not task.is_canceled:
            raise
        return task


def retry(task_id: str, patience: Patience) -> Plan[Task]:
    """Let a failed task begin anew."""
    return Task.of((yield from asked(calls.retry(task_id, calls.new_key()), patience)))


def counts(patience: Patience) -> Plan[Counts]:
    """Count the account's tasks."""
    return Counts.of((yield from asked(calls.stats(), patience)))


def upload(
    file: str | PathLike[str] | bytes,
    name: str | None,
    folder: str | None,
    sent: Callable[[int], None] | None,
    patience: Patience,
) -> Plan[str]:
    """Put a file in; its document's id."""
    named = _file(file, name, sent)
    told = yield from asked(calls.upload(named, folder, calls.new_key()), patience)
    return str(told["ids"][0])


def document(document_id: str, patience: Patience) -> Plan[Mapping[str, Any]]:
    """Read a document."""
    told: Mapping[str, Any] = yield from asked(calls.document(document_id), patience)
    return told


def ask(
    method: str, path: str, body: Any, query: Mapping[str, Any] | None, patience: Patience
) -> Plan[Any]:
    """Any call; what creates something counts once."""
    key = calls.new_key() if method == "POST" else ""
    return (yield from asked(calls.ask(method, path, body, query, key), patience))


def _file(
    file: str | PathLike[str] | bytes, name: str | None, sent: Callable[[int], None] | None
) -> File:
    if isinstance(file, bytes):
        if not name:
            raise ValueError("name: what is given as bytes needs one.")
        return File(name, file)
    return File(name or Path(file).name, Path(file), sent)
