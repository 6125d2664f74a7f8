"""An owner of documents who calls a gateway; what workers do to jobs is done by hand."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import orjson
from marshmallow import Schema, fields
from werkzeug.test import TestResponse

from shared.accounts.account import Account
from shared.accounts.api_key import create_api_key
from shared.blobs import keep
from shared.broker.memory import MemoryBroker
from shared.db import Store, Transaction
from shared.documents.document import change_document
from shared.documents.intake import Arrival, take_in
from shared.documents.media_type import media_type_of
from shared.documents.output import put_output
from shared.errors import TaskError
from shared.settings import Settings
from shared.tasks import dispatch, lifecycle
from shared.tasks.draft import Draft
from shared.tasks.outcome import Completed, Failed
from shared.tasks.registry import Registry
from shared.tasks.task import Task
from shared.tasks.task_type import Payload, TaskType
from shared.yard import Yard
from tests.answering import HOLDER, run_now
from tests.gateway import Bench, Caller, never_run
from tests.gateway_app import opened_app
from workers.system.echo import ECHO

DOCUMENTS, FOLDERS, JOBS, UPLOAD = "/v1/documents", "/v1/folders", "/v1/jobs", "/api/upload"


class AnyPayload(Schema):
    """What any of the six job types may be given."""

    documentId = fields.String()
    folderId = fields.String()
    url = fields.String()
    options = fields.Dict()
    urls = fields.List(fields.String())
    archive = fields.String()
    name = fields.String()
    kind = fields.String()
    prompt = fields.String()


def target(payload: Payload) -> str:
    """The document or folder that a job works on."""
    return str(payload.get("documentId") or payload["folderId"])


def job_type(name: str) -> TaskType:
    """A job type whose work is done by the tests."""
    return TaskType(
        name=name,
        pool="documents",
        queue=name.lower(),
        payload=AnyPayload(),
        run=never_run,
        target=target,
    )


NAMES = ("EXTRACTION", "EMBEDDING", "SYNC", "IMPORT", "TRANSCRIPTION", "GENERATION")
TYPES = [ECHO, *map(job_type, NAMES)]


@dataclass(frozen=True)
class Owner(Caller):
    """Somebody who calls with an API key, and sees to it that jobs get done."""

    yard: Yard

    def folder(self, name: str = "papers", **changes: Any) -> str:
        """The id of a new folder."""
        answer = self.post(FOLDERS, json={"name": name, **changes})
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["data"]["id"])

    def upload(
        self, content: bytes = b"hello", name: str = "hello.txt", **form: Any
    ) -> TestResponse:
        """Put a file in over HTTP; without waiting, unless told otherwise."""
        file = (io.BytesIO(content), name)
        return self.post(DOCUMENTS, data={"wait": "0", **form, "file": file})

    def document(
        self, content: bytes = b"hello", name: str = "hello.txt", folder_id: str | None = None
    ) -> str:
        """The id of a document that was put in."""
        written = self.yard.blobs.write(content)
        arrival = Arrival(name=name, mime_type=media_type_of(name), written=written)
        ids: list[str] = []

        def ask(tx: Transaction) -> list[Draft]:
            taken = take_in(tx, self.yard.registry, self.account.id, arrival, folder_id)
            ids[:] = [taken.document_id]
            return list(taken.drafts)

        dispatch.request(self.yard, ask)
        return ids[0]

    def data(self, path: str) -> Any:
        """What a GET of ``path`` answers."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        assert answer.get_json()["success"] is True
        return answer.get_json()["data"]

    def jobs(self, query: str = "") -> list[dict[str, Any]]:
        """The jobs that a list shows."""
        return list(self.data(f"{JOBS}?{query}"))

    def job(self, path: str, **kwargs: Any) -> dict[str, Any]:
        """The job that a POST makes."""
        answer = self.post(path, **kwargs)
        assert answer.status_code == 202, answer.text
        assert answer.get_json()["success"] is True
        return dict(answer.get_json()["data"])

    def newest(self, target_id: str) -> str:
        """The id of the target's newest job."""
        return str(self.jobs(f"targetId={target_id}")[0]["id"])

    def start(self, job_id: str) -> Task:
        """Let a worker begin the job."""
        with self.yard.store.begin() as tx:
            lifecycle.queue(tx, [job_id], actor="tests")
        return run_now(self.yard, [job_id])[0]

    def finish(self, job_id: str, **result: Any) -> None:
        """Let a worker do the job."""
        self.ends(self.start(job_id), **result)

    def ends(self, task: Task, **result: Any) -> None:
        """Let a worker end what it runs."""
        self.report(Completed(task, {"metadata": {}, **result}))

    def fail(self, job_id: str, message: str = "It is empty.", **error: Any) -> None:
        """Let a worker fail at the job for good."""
        told = {"retryable": False, "code": "EXTRACTION_FAILED", **error}
        self.report(Failed(self.start(job_id), TaskError(message, **told)))

    def report(self, outcome: Completed | Failed) -> None:
        """Report as a worker does."""
        assert dispatch.report(self.yard, [outcome], HOLDER) == {outcome.task.id}

    def read(self, document_id: str, *pages: str, **columns: Any) -> None:
        """Write down what a document says, as its extraction does, and end its newest job."""
        said = [{"pageNumber": n, "text": text} for n, text in enumerate(pages, 1)]
        written = self.yard.blobs.write(orjson.dumps({"pages": said}))
        words = sum(len(text.split()) for text in pages)
        with self.yard.store.begin() as tx:
            keep(tx, written)
            found = {"text_sha256": written.sha256, "word_count": words, "page_count": len(pages)}
            assert change_document(tx, document_id, **{**found, **columns})
        self.finish(self.newest(document_id))

    def put_output(self, target_id: str, name: str, content: bytes, mime_type: str) -> None:
        """Keep what a job made beside text."""
        written = self.yard.blobs.write(content)
        with self.yard.store.begin() as tx:
            keep(tx, written)
            put_output(tx, target_id, name, written.sha256, mime_type)


@dataclass(frozen=True)
class OwnersBench(Bench):
    """A gateway, and owners who call it."""

    def owner(self, account: Account, role: str = "buyer") -> Owner:
        """Somebody with a new API key of the account."""
        with self.yard.store.begin() as tx:
            _, key = create_api_key(tx, self.yard.settings, account.id, role=role)
        return Owner(self.app.test_client(), account, key, self.yard)


def owners_yard(settings: Settings, store: Store) -> Yard:
    """A yard on ``store`` whose jobs are done by the tests."""
    registry = Registry({kind.name: kind for kind in TYPES})
    return Yard(replace(settings, database_url=store.url), store, MemoryBroker(), registry)


@contextmanager
def open_bench(yard: Yard) -> Iterator[OwnersBench]:
    """A gateway to ``yard``."""
    with opened_app(yard) as app:
        yield OwnersBench(app, yard)
