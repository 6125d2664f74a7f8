"""Every code of the scripts' dialect: its status, and the envelope that all answers have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from api.scripts.dialect import CODES, Code
from api.scripts.schemas import ScriptsErrorSchema
from shared.db import Store
from shared.errors import Refused
from tests.contract.scripts.conftest import new_operator
from tests.operators import TASK, Operator, OperatorsBench, open_bench

Ask = Callable[[OperatorsBench, Operator], TestResponse]
JSON = "application/json"
LICENSE = "/api/v1/license/check"


def over(operator: Operator) -> TestResponse:
    """Stop a task that is done."""
    number = operator.one()
    operator.complete(number)
    return operator.post(f"{TASK}/{number}/stop")


def poor(bench: OperatorsBench) -> TestResponse:
    """Order what one cannot pay for."""
    return new_operator(bench, cents=0).order(script_name="tap")


ROWS: list[tuple[int, Ask]] = [
    (40001, lambda _, o: o.order(start_time="25:00")),
    (40001, lambda _, o: o.post(TASK, data="{", content_type=JSON)),
    (40001, lambda _, o: o.post(TASK, json=["post"])),
    (40001, lambda _, o: o.get(f"{TASK}?page_size=0")),
    (40002, lambda _, o: o.order(script_name=...)),
    (40003, lambda _, o: o.order(script_name="like")),
    (40101, lambda _, o: replace(o, credential="nonsense").get(TASK)),
    (40101, lambda _, o: replace(o, credential=None).get(TASK)),
    (40201, lambda b, _: poor(b)),
    (40301, lambda b, _: new_operator(b, plan="starter").get(TASK)),
    (40301, lambda b, o: b.caller(o.account, "validator", "Ada").get(TASK)),
    (40401, lambda _, o: o.get(f"{TASK}/999999999")),
    (40401, lambda _, o: o.get(f"{TASK}/1/more")),
    (40401, lambda _, o: o.get("/api/v1/license")),
    (40501, lambda _, o: o.put(TASK)),
    (40901, lambda _, o: over(o)),
    (41301, lambda _, o: o.post(TASK, data=b" " * 9_000_000, content_type=JSON)),
    (41501, lambda _, o: o.post(TASK, data="script_name=post")),
]


@pytest.mark.parametrize(("code", "ask"), ROWS, ids=[f"{c}-{n}" for n, (c, _) in enumerate(ROWS)])
def test_each_failure_has_its_code_and_its_envelope(
    bench: OperatorsBench, operator: Operator, code: int, ask: Ask
) -> None:
    answer = ask(bench, operator)
    body = answer.get_json()

    assert (answer.status_code, body["code"]) == (code // 100, code)
    assert answer.mimetype == JSON
    assert body.keys() == {"code", "message", "data"}
    assert body["data"] is None
    assert body["message"]
    assert ScriptsErrorSchema().validate(body) == {}


def test_the_status_is_the_first_three_digits_of_the_code() -> None:
    assert {code.status for code in Code if code} == {int(str(int(c))[:3]) for c in Code if c}
    assert Code.SUCCESS.status == 200
    assert set(CODES.values()) < set(Code)


def test_a_refused_credential_is_told_what_would_do(operator: Operator) -> None:
    answer = replace(operator, credential="nonsense").get(TASK)

    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.fixture(scope="module")
def crowded(bench: OperatorsBench) -> Iterator[Operator]:
    """An operator whose one place for a waiting task is taken."""
    yard = replace(bench.yard, settings=replace(bench.yard.settings, max_pending_tasks=1))
    with open_bench(yard) as small:
        operator = new_operator(small)
        operator.one()
        yield operator


def test_too_many_waiting_tasks_are_refused_before_the_body_is_read(crowded: Operator) -> None:
    answer = crowded.post(TASK, data="{", content_type=JSON)

    assert (answer.status_code, answer.get_json()["code"]) == (429, 42901)
    assert int(answer.headers["Retry-After"]) > 0


def test_a_store_that_does_not_answer_is_told(bench: OperatorsBench, operator: Operator) -> None:
    away = Store("postgresql+psycopg://127.0.0.1:1/nowhere")
    with open_bench(replace(bench.yard, store=away)) as lost:
        answer = replace(operator, client=lost.app.test_client()).get(TASK)
    away.close()

    assert (answer.status_code, answer.get_json()["code"]) == (503, 50301)
    assert int(answer.headers["Retry-After"]) > 0


def test_a_fault_of_our_own_has_a_reference_and_says_no_more(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("api.scripts.task_reader.counts_by_status", broken)
    answer = operator.get(f"{TASK}/stats")

    assert (answer.status_code, answer.get_json()["code"]) == (500, 50001)
    assert "reference" in answer.get_json()["message"]
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refused("No.", code="CONFLICT", field="serial"), 40901),
        (Refused("No.", code="DEVICE_LIMIT", field="serials"), 40001),
        (Refused("No.", code="INVALID_FIELD"), 40001),
    ],
)
def test_what_the_yard_refuses_has_a_code_and_names_its_field(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, error: Refused, code: int
) -> None:
    def refuse(*_args: object) -> None:
        raise error

    monkeypatch.setattr("api.scripts.task_reader.counts_by_status", refuse)
    body = operator.get(f"{TASK}/stats").get_json()

    assert body["code"] == code
    assert body["message"] == (f"{error.field}: No." if error.field else "No.")


@pytest.mark.parametrize("path", [TASK, f"{TASK}/1", f"{TASK}/retry-all", LICENSE])
def test_success_has_the_same_envelope(operator: Operator, path: str) -> None:
    body = operator.get(path).get_json()

    assert body.keys() == {"code", "message", "data"}
