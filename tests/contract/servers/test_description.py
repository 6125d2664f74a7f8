"""What the description says of this dialect's answers is true."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from api.app import create_blank_app
from api.description import describe
from shared.ids import new_id
from tests.remote_servers import HEALTH, TASKS, Remote

SPEC = describe(create_blank_app())
ONE = f"{TASKS}/{{link_id}}"
WORKER = {path: ways for path, ways in SPEC["paths"].items() if path.startswith("/api/v1/worker")}


def conforms(schema: dict[str, Any], value: Any) -> None:
    """See that ``value`` is what ``schema`` says."""
    Draft202012Validator({**schema, "components": SPEC["components"]}).validate(value)


def check(path: str, answer: TestResponse) -> Any:
    """The body of ``answer``, once it is what the description says."""
    ways = SPEC["paths"][path][answer.request.method.lower()]
    schema = ways["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
    conforms(schema, answer.get_json())
    return answer.get_json()


def test_answers_are_what_it_says(remote: Remote) -> None:
    link_id = remote.one(campaign=remote.campaign())
    remote.one()
    check(TASKS, remote.get(TASKS))
    check(ONE, remote.report(link_id, "completed", note="Done.", is_indexed=True, journal={"a": 1}))
    check(TASKS, remote.get(f"{TASKS}?status=completed"))
    items = [{"link_id": link_id, "status": "completed"}, {"link_id": "x"}]
    check(f"{TASKS}/bulk", remote.put(f"{TASKS}/bulk", json={"items": items}))
    (claimed,) = check(f"{TASKS}/claim", remote.post(f"{TASKS}/claim"))["data"]
    held = [{"link_id": claimed["id"], "attempt": 1}, {"link_id": claimed["id"], "attempt": 2}]
    check(f"{TASKS}/extend", remote.post(f"{TASKS}/extend", json={"items": held}))
    check(HEALTH, remote.post(HEALTH, json={"cpu_usage": 1}))


def test_refusals_are_what_it_says(remote: Remote) -> None:
    check(TASKS, remote.get(f"{TASKS}?page=0"))
    check(ONE, remote.report(new_id(), "completed"))
    check(ONE, remote.report(remote.ordered()[0], "completed"))
    check(ONE, remote.report(remote.in_state("completed"), "failed"))
    check(f"{TASKS}/bulk", remote.put(f"{TASKS}/bulk"))
    check(f"{TASKS}/claim", remote.post(f"{TASKS}/claim", json={"limit": 0}))


def test_every_route_asks_for_a_servers_key_and_says_so() -> None:
    ways = [way for path in WORKER.values() for way in path.values() if "responses" in way]

    assert [way["security"] for way in ways] == [[{"serverKey": []}]] * 6
    assert SPEC["components"]["securitySchemes"]["serverKey"]["name"] == "X-API-Key"


@pytest.mark.parametrize(
    ("path", "method"),
    [
        (path, method)
        for path, ways in WORKER.items()
        for method, way in ways.items()
        if "responses" in way
    ],
)
def test_what_it_shows_is_what_it_says(path: str, method: str) -> None:
    way = WORKER[path][method]
    answer = way["responses"]["200"]["content"]["application/json"]
    conforms(answer["schema"], answer["example"])
    if "requestBody" in way:
        sent = way["requestBody"]["content"]["application/json"]
        conforms(sent["schema"], sent["example"])
