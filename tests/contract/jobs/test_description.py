"""What the description says of this dialect's answers is true."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from api.app import create_blank_app
from api.description import describe
from tests.owner import DOCUMENTS, FOLDERS, JOBS, Owner

SPEC = describe(create_blank_app())


def check(path: str, answer: TestResponse) -> Any:
    """The body of ``answer``, once it is what the description says."""
    ways = SPEC["paths"][path][answer.request.method.lower()]
    schema = ways["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
    body = answer.get_json()
    Draft202012Validator({**schema, "components": SPEC["components"]}).validate(body)
    return body["data"] if body["success"] else body["error"]


def test_answers_about_folders_are_what_it_says(owner: Owner) -> None:
    one = f"{FOLDERS}/{{folder_id}}"
    folder = check(FOLDERS, owner.post(FOLDERS, json={"name": "papers"}))
    here, document_id = f"{FOLDERS}/{folder['id']}", owner.document()
    check(FOLDERS, owner.get(FOLDERS))
    check(one, owner.get(here))
    check(one, owner.put(here, json={"chunkSize": 100}))
    check(f"{one}/files", owner.post(f"{here}/files", json={"filesIds": [document_id]}))
    check(f"{one}/files", owner.get(f"{here}/files"))
    check(f"{one}/reindex", owner.post(f"{here}/reindex"))
    check(f"{one}/sync", owner.post(f"{here}/sync", json={"url": "s3://b/x"}))
    check(f"{one}/import", owner.post(f"{here}/import", json={"urls": ["https://a.example/b"]}))
    check(f"{one}/generate", owner.post(f"{here}/generate", json={"kind": "summary"}))
    check(f"{one}/files/{{file_id}}", owner.delete(f"{here}/files/{document_id}"))
    check(one, owner.delete(here))
    check(one, owner.get(here))
    check(FOLDERS, owner.post(FOLDERS, json={}))


def test_answers_about_documents_and_jobs_are_what_it_says(owner: Owner) -> None:
    one = f"{DOCUMENTS}/{{document_id}}"
    document_id = check(DOCUMENTS, owner.upload())["documentId"]
    here = f"{DOCUMENTS}/{document_id}"
    check(one, owner.get(here))
    owner.read(document_id, "text", summary="Short.", keywords=["text"])
    check(DOCUMENTS, owner.get(DOCUMENTS))
    check(one, owner.get(here))
    check(f"{one}/status", owner.get(f"{here}/status"))
    check(f"{one}/reextract", owner.post(f"{here}/reextract"))
    check(f"{one}/transcribe", owner.post(f"{here}/transcribe"))
    job = check(f"{one}/generate", owner.post(f"{here}/generate", json={"kind": "keywords"}))
    check(JOBS, owner.get(JOBS))
    check(f"{JOBS}/{{job_id}}", owner.get(f"{JOBS}/{job['id']}"))
    check(f"{JOBS}/{{job_id}}", owner.delete(f"{JOBS}/{job['id']}"))
    check(one, owner.delete(here))
    check(JOBS, owner.get(f"{JOBS}?type=WHAT"))
