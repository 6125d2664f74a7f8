"""The calls of a client: which path each has, and what is sent there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import orjson

from taskyard.client.call import KEY, Call, File

TASKS = "/api/v1/tasks"
BULK = f"{TASKS}/bulk"
STATS = "/api/v1/stats"
UPLOAD = "/api/upload"
DOCUMENTS = "/v1/documents"
JSON = {"Content-Type": "application/json"}
LINES = {"Content-Type": "application/x-ndjson"}
UPLOAD_SECONDS = 120.0
"""A large file is brought to a safe place before the answer comes."""
BULK_SECONDS = 60.0


def new_key() -> str:
    """A key under which a call counts once, however often it is made."""
    return uuid4().hex


def submit(body: Mapping[str, Any], key: str) -> Call:
    """Submit one task."""
    return Call("POST", TASKS, body=orjson.dumps(body), headers={**JSON, KEY: key})


def submit_lines(lines: bytes, key: str) -> Call:
    """Submit many, a line of JSON each."""
    headers = {**LINES, KEY: key}
    return Call("POST", BULK, body=lines, headers=headers, extra_seconds=BULK_SECONDS)


def get(task_id: str, wait_seconds: float = 0.0) -> Call:
    """Read a task, as soon as it is final or ``wait_seconds`` (30 at most) are over."""
    query = {"wait": f"{wait_seconds:g}"} if wait_seconds else {}
    return Call("GET", task_path(task_id), query, extra_seconds=wait_seconds)


def page(query: Mapping[str, Any]) -> Call:
    """List tasks, newest first; what is None in ``query`` is not asked for."""
    return Call("GET", TASKS, {name: v for name, v in query.items() if v is not None})


def cancel(task_id: str) -> Call:
    """Cancel a task."""
    return Call("DELETE", task_path(task_id))


def retry(task_id: str, key: str) -> Call:
    """Let a failed task begin anew."""
    return Call("POST", f"{task_path(task_id)}/retry", headers={KEY: key})


def stats() -> Call:
    """Count the account's tasks."""
    return Call("GET", STATS)


def upload(file: File, folder: str | None, key: str) -> Call:
    """Put a file into a folder, by the folder's id or name."""
    named = {"folder": quote(folder, safe=" ")} if folder else {}
    headers = {KEY: key, **named}
    return Call("POST", UPLOAD, headers=headers, file=file, extra_seconds=UPLOAD_SECONDS)


def document(document_id: str) -> Call:
    """Read a document, and what it says."""
    return Call("GET", document_path(document_id))


def document_status(document_id: str) -> Call:
    """How far a document is, in one word."""
    return Call("GET", document_path(document_id, "status"))


def ask(
    method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None, key: str = ""
) -> Call:
    """Any call; ``body`` is sent as JSON, ``key`` where there is one."""
    headers = {**(JSON if body is not None else {}), **({KEY: key} if key else {})}
    asked = {name: value for name, value in (query or {}).items() if value is not None}
    sent = None if body is None else orjson.dumps(body)
    return Call(method, path, asked, body=sent, headers=headers)


def document_path(document_id: str, *below: str) -> str:
    """Where a document is, or what is below it."""
    return "/".join([DOCUMENTS, quote(document_id, safe=""), *below])


def task_path(task_id: str) -> str:
    """Where a task is."""
    return f"{TASKS}/{quote(task_id, safe='')}"
