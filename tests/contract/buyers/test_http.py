"""What holds for every request: bodies, headers, ids."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from api import create_app_for
from api.buyers.schemas import ProblemSchema
from shared.yard import Yard
from tests.gateway import TASKS, Bench, Caller, open_account

JSON = "application/json"


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "",
        "[1,",
        '{"a":1}x',
        '{"a":NaN}',
        '{"a":"\\ud800"}',
        "'x'",
        "[]",
        "5",
        '"x"',
    ],
)
def test_broken_json_is_told(buyer: Caller, body: str) -> None:
    answer = buyer.post(TASKS, data=body or " ", content_type=JSON)

    assert (answer.status_code, answer.get_json()["code"]) == (400, "INVALID_JSON")


def test_bytes_that_are_no_utf8_are_broken_json(buyer: Caller) -> None:
    answer = buyer.post(TASKS, data=b'{"type":"\xff"}', content_type=JSON)

    assert answer.get_json()["code"] == "INVALID_JSON"


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", None])
def test_a_body_must_be_said_to_be_json(buyer: Caller, kind: str | None) -> None:
    answer = buyer.post(TASKS, data=b"{}", content_type=kind)

    assert (answer.status_code, answer.get_json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("kind", [JSON, "application/json; charset=utf-8", "APPLICATION/JSON"])
def test_json_may_be_said_in_several_ways(buyer: Caller, kind: str) -> None:
    answer = buyer.post(TASKS, data=b'{"type":"ECHO","content":"x"}', content_type=kind)

    assert answer.status_code == 201


def test_a_request_without_a_body_needs_no_content_type(buyer: Caller) -> None:
    assert buyer.post(TASKS).get_json()["code"] == "MISSING_FIELDS"


@pytest.mark.parametrize("path", [TASKS, "/api/v1/projects", "/api/v1/tokens"])
def test_ten_megabytes_are_too_large(bench: Bench, buyer: Caller, path: str) -> None:
    caller = bench.caller(buyer.account, "operator")

    answer = caller.post(path, data=b" " * 10_000_000, content_type=JSON)

    assert (answer.status_code, answer.get_json()["code"]) == (413, "BODY_TOO_LARGE")


def in_chunks(buyer: Caller, body: bytes) -> tuple[str, bytes]:
    """Send ``body`` without saying how long it is; status and body of the answer."""
    builder = EnvironBuilder(TASKS, method="POST", content_type=JSON)
    environ = builder.get_environ()
    environ.pop("CONTENT_LENGTH", None)
    environ["HTTP_AUTHORIZATION"] = f"Bearer {buyer.credential}"
    environ["HTTP_TRANSFER_ENCODING"] = "chunked"
    environ["wsgi.input"] = io.BytesIO(body)
    environ["wsgi.input_terminated"] = True
    chunks, status, _headers = run_wsgi_app(buyer.client.application, environ)
    return status[:3], b"".join(chunks)


def test_a_body_in_chunks_is_measured_as_it_comes(buyer: Caller) -> None:
    status, body = in_chunks(buyer, b" " * 10_000_000)

    assert status == "413"
    assert b"BODY_TOO_LARGE" in body


def test_a_body_in_chunks_is_read(buyer: Caller) -> None:
    assert in_chunks(buyer, b'{"type":"ECHO","content":"x"}')[0] == "201"


def test_a_bulk_of_ten_megabytes_is_not_too_large(buyer: Caller) -> None:
    body = b"[" + b" " * 10_000_000 + b"]"

    assert buyer.post(f"{TASKS}/bulk", data=body, content_type=JSON).status_code == 200


def test_a_bulk_may_be_too_large_too(buyer: Caller) -> None:
    body = b"[" + b" " * 64 * 1024 * 1024 + b"]"

    answer = buyer.post(f"{TASKS}/bulk", data=body, content_type=JSON)

    assert answer.status_code == 413


def test_every_answer_is_safe_in_a_browser(buyer: Caller) -> None:
    for answer in (buyer.submit(), buyer.get(TASKS), buyer.get("/nowhere"), buyer.get("/healthz")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_every_answer_has_an_id(buyer: Caller) -> None:
    first, second = buyer.get(TASKS), buyer.get("/nowhere")

    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("trace-12345678", True),
        ("a" * 64, True),
        ("short", False),
        ("a" * 65, False),
        ("has spaces in it", False),
        ("<script>alert(1)</script>", False),
    ],
)
def test_a_sane_id_of_the_caller_is_kept(buyer: Caller, given: str, is_kept: bool) -> None:
    answer = buyer.get(TASKS, headers={"X-Request-Id": given})

    assert (answer.headers["X-Request-Id"] == given) is is_kept


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [("https://app.example", True), ("https://evil.example", False), (None, False)],
)
def test_named_origins_may_read_answers(yard: Yard, origin: str | None, is_allowed: bool) -> None:
    shared = replace(yard, settings=replace(yard.settings, cors_origins=("https://app.example",)))
    buyer = Bench(create_app_for(shared), shared).caller(open_account(yard.store, "acme"))
    headers = {"Origin": origin} if origin else {}

    answer = buyer.get(TASKS, headers=headers)
    asked = buyer.send("OPTIONS", TASKS, headers={**headers, "Authorization": ""})

    assert (answer.headers.get("Access-Control-Allow-Origin") == origin) is (
        is_allowed or origin is None
    )
    assert asked.status_code == 200
    assert ("Access-Control-Allow-Methods" in asked.headers) is is_allowed


def test_health_needs_no_credential(bench: Bench) -> None:
    client = bench.app.test_client()

    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/readyz").status_code in (200, 503)
    assert client.get("/openapi.json").get_json()["openapi"] == "3.1.0"


def test_problems_have_the_documented_fields(buyer: Caller) -> None:
    body = buyer.submit(locale="tlh").get_json()

    assert ProblemSchema().validate(body) == {}
