"""Every code of the jobs' dialect: its status, and the envelope that all errors have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from api.jobs.dialect import CODES, ERRORS
from api.jobs.schemas import JobsErrorSchema
from shared.db import Store
from shared.ids import new_id
from tests.contract.jobs.conftest import new_owner
from tests.owner import DOCUMENTS, FOLDERS, JOBS, UPLOAD, Owner, OwnersBench, open_bench

Ask = Callable[[OwnersBench, Owner], TestResponse]
JSON = "application/json"


def stranger(bench: OwnersBench, owner: Owner) -> Owner:
    """Somebody with a credential that is worth nothing."""
    return replace(owner, credential="nonsense")


def over(owner: Owner) -> TestResponse:
    """Cancel a job that is done."""
    job_id = owner.job(f"{FOLDERS}/{owner.folder()}/reindex")["id"]
    owner.finish(job_id)
    return owner.delete(f"{JOBS}/{job_id}")


ROWS: list[tuple[str, int, Ask]] = [
    ("BAD_REQUEST", 400, lambda _, o: o.post(FOLDERS, json={})),
    ("BAD_REQUEST", 400, lambda _, o: o.post(FOLDERS, data="{", content_type=JSON)),
    ("BAD_REQUEST", 400, lambda _, o: o.post(FOLDERS, json=["name"])),
    ("BAD_REQUEST", 400, lambda _, o: o.get(f"{JOBS}?limit=0")),
    ("INVALID_TYPE", 400, lambda _, o: o.get(f"{JOBS}?type=WHAT")),
    ("NO_FILE", 400, lambda _, o: o.post(DOCUMENTS, data={}, content_type="multipart/form-data")),
    ("UNAUTHORIZED", 401, lambda b, o: stranger(b, o).get(JOBS)),
    ("FORBIDDEN", 403, lambda b, o: b.caller(o.account, "validator", "Ada").get(JOBS)),
    ("NOT_FOUND", 404, lambda _, o: o.get(f"{DOCUMENTS}/{new_id()}")),
    ("NOT_FOUND", 404, lambda _, o: o.get("/v1/nothing")),
    ("NOT_FOUND", 404, lambda _, o: o.get("/v1")),
    ("NOT_FOUND", 404, lambda _, o: o.get(f"{UPLOAD}/more")),
    ("METHOD_NOT_ALLOWED", 405, lambda _, o: o.put(JOBS)),
    ("METHOD_NOT_ALLOWED", 405, lambda _, o: o.get(UPLOAD)),
    ("CONFLICT", 409, lambda _, o: over(o)),
    ("TOO_LARGE", 413, lambda _, o: o.post(FOLDERS, data=b" " * 9_000_000, content_type=JSON)),
    ("UNSUPPORTED_MEDIA_TYPE", 415, lambda _, o: o.post(FOLDERS, data="name=x")),
    ("UNSUPPORTED_MEDIA_TYPE", 415, lambda _, o: o.post(UPLOAD, json={})),
]


@pytest.mark.parametrize(("code", "status", "ask"), ROWS)
def test_each_failure_has_its_code_and_its_envelope(
    bench: OwnersBench, owner: Owner, code: str, status: int, ask: Ask
) -> None:
    answer = ask(bench, owner)
    body = answer.get_json()

    assert (answer.status_code, body["error"]["code"]) == (status, code)
    assert answer.mimetype == JSON
    assert body["success"] is False
    assert body.keys() == {"success", "error"}
    assert body["error"]["message"]
    assert JobsErrorSchema().validate(body) == {}


def test_every_kind_of_failure_has_a_code() -> None:
    assert set(CODES.values()) <= ERRORS.keys()


def test_a_refused_credential_is_told_what_would_do(bench: OwnersBench, owner: Owner) -> None:
    answer = stranger(bench, owner).get(JOBS)

    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


MAKING_JOBS = [
    (DOCUMENTS, {"data": {"file": (b"", "x.txt")}}),
    (UPLOAD, {"data": {"file": (b"", "x.txt")}}),
    ("{folder}/reindex", {}),
    ("{folder}/sync", {"json": {"url": "s3://b/x"}}),
    ("{folder}/import", {"json": {"urls": ["https://example.org"]}}),
    ("{folder}/generate", {"json": {"kind": "summary"}}),
    ("{folder}/files", {"json": {"filesIds": ["{document}"]}}),
    ("{document}/reextract", {}),
    ("{document}/transcribe", {}),
    ("{document}/generate", {"json": {"kind": "summary"}}),
]


@pytest.fixture(scope="module")
def crowded(bench: OwnersBench) -> Iterator[Owner]:
    """An owner whose one place for a waiting task is taken."""
    yard = replace(bench.yard, settings=replace(bench.yard.settings, max_pending_tasks=1))
    with open_bench(yard) as small:
        owner = new_owner(small)
        owner.job(f"{FOLDERS}/{owner.folder()}/reindex")
        yield owner


@pytest.mark.parametrize(("path", "asked"), MAKING_JOBS)
def test_too_many_waiting_tasks_are_refused_before_the_body_is_read(
    crowded: Owner, path: str, asked: dict[str, object]
) -> None:
    places = {"folder": f"{FOLDERS}/{new_id()}", "document": f"{DOCUMENTS}/{new_id()}"}

    answer = crowded.post(path.format(**places))
    error = answer.get_json()["error"]

    assert (answer.status_code, error["code"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert error["retryAfter"] == int(answer.headers["Retry-After"]) > 0


def test_a_store_that_does_not_answer_is_told(bench: OwnersBench, owner: Owner) -> None:
    away = Store("postgresql+psycopg://127.0.0.1:1/nowhere")
    with open_bench(replace(bench.yard, store=away)) as lost:
        answer = replace(owner, client=lost.app.test_client()).get(JOBS)
    away.close()

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "UNAVAILABLE")
    assert int(answer.headers["Retry-After"]) > 0
