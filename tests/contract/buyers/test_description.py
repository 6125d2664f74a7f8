"""The description of the API is valid, complete, and true of the answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from api.app import create_blank_app
from api.described_bodies import operations
from api.description import describe
from api.openapi import main
from api.permissions import PUBLIC
from shared.accounts.api_key import create_api_key
from tests.answering import machines_say
from tests.gateway import REVIEW, TASKS, Bench, Caller

APP = create_blank_app()
SPEC = describe(APP)
NOT_DESCRIBED = {"api-docs.openapi_json", "docs.page", "docs.file"}
JSON = "application/json"


def check(method: str, path: str, status: int, kind: str, body: Any) -> None:
    """Fail unless ``body`` is what the description says of that answer."""
    answers = SPEC["paths"][path][method.lower()]["responses"]
    schema = answers[str(status)]["content"][kind]["schema"]
    Draft202012Validator({**schema, "components": SPEC["components"]}).validate(body)


def test_it_is_valid_openapi() -> None:
    validate(SPEC)
    assert SPEC["openapi"].startswith("3.1")


def test_the_copy_in_the_repository_is_up_to_date() -> None:
    assert main(["--check"]) == 0


def test_it_knows_every_route() -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in APP.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint not in NOT_DESCRIBED
    }
    described = {(path, method) for path, ways in SPEC["paths"].items() for method in ways}

    assert {route for route in described if route[1] != "parameters"} == routes


def test_all_but_public_routes_ask_for_a_credential() -> None:
    assert SPEC["security"] == [{"bearer": []}]
    open_paths = {
        path
        for path, ways in SPEC["paths"].items()
        for way in ways.values()
        if isinstance(way, dict) and way.get("security") == []
    }
    assert open_paths == {"/healthz", "/readyz"}
    assert {"health.healthz", "health.readyz", *NOT_DESCRIBED} == PUBLIC


@pytest.mark.parametrize(
    ("path", "method"),
    [(p, m) for p, ways in SPEC["paths"].items() for m in ways if m != "parameters"],
)
def test_every_operation_says_what_it_does(path: str, method: str) -> None:
    operation = SPEC["paths"][path][method]

    assert operation["summary"]
    assert any(status.startswith("2") for status in operation["responses"])
    assert {"security", "operationId"} <= operation.keys()
    if operation["security"]:
        assert {"401", "500", "503"} <= operation["responses"].keys()


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for _, _, operation in operations(SPEC)]

    assert len(set(names)) == len(names)


def test_every_json_body_comes_with_an_example() -> None:
    bodies = [
        (f"{method} {path}", content)
        for path, method, operation in operations(SPEC)
        for about in (operation.get("requestBody", {}), *operation["responses"].values())
        for kind, content in about.get("content", {}).items()
        if kind.endswith("json")
    ]

    assert [name for name, content in bodies if not content.keys() & {"example", "examples"}] == []


def examples() -> Iterator[tuple[str, str, int, str, Any]]:
    """Every example of an answer, and where it stands."""
    for path, ways in SPEC["paths"].items():
        for method in ways.keys() - {"parameters"}:
            for status, answer in ways[method]["responses"].items():
                for kind, content in answer.get("content", {}).items():
                    given = [one["value"] for one in content.get("examples", {}).values()]
                    for body in [*given, *filter(None, [content.get("example")])]:
                        yield path, method, int(status), kind, body


def test_documented_examples_are_true_to_their_schemas() -> None:
    shown = list(examples())

    assert len(shown) > 50
    for path, method, status, kind, body in shown:
        check(method, path, status, kind, body)


def test_so_are_those_of_what_is_sent() -> None:
    shown = [
        (content["schema"], content["example"])
        for _, _, operation in operations(SPEC)
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if "example" in content
    ]

    assert len(shown) > 25
    for schema, body in shown:
        Draft202012Validator({**schema, "components": SPEC["components"]}).validate(body)


def test_answers_are_what_the_description_says(bench: Bench, buyer: Caller) -> None:
    made = buyer.submit()
    task_id = made.get_json()["taskId"]
    check("post", "/api/v1/tasks", 201, "application/json", made.get_json())
    bulk = buyer.post(f"{TASKS}/bulk", json=[REVIEW, {}])
    check("post", "/api/v1/tasks/bulk", 200, "application/json", bulk.get_json())
    project = buyer.post("/api/v1/projects", json={"name": "reviews"})
    check("post", "/api/v1/projects", 201, "application/json", project.get_json())
    machines_say(bench.yard, task_id, ["Positif"] * 3)
    for path in ("/tasks", "/projects", "/credits", "/credits/ledger", "/stats"):
        answer = buyer.get(f"/api/v1{path}")
        check("get", f"/api/v1{path}", 200, "application/json", answer.get_json())
    shown = buyer.task(task_id)
    check("get", "/api/v1/tasks/{task_id}", 200, "application/json", shown)


def test_answers_to_validators_and_operators_are_too(bench: Bench, buyer: Caller) -> None:
    with bench.yard.store.begin() as tx:
        _, key = create_api_key(tx, bench.yard.settings, buyer.account.id)
    owner = bench.stranger(buyer.account, key)
    token = owner.post("/api/v1/tokens", json={"role": "validator", "user": "Ada"})
    check("post", "/api/v1/tokens", 201, "application/json", token.get_json())
    ada = bench.stranger(buyer.account, token.get_json()["token"])
    buyer.submit(type="IMAGE_CLASSIFICATION")
    question = ada.get("/api/v1/validations/next").get_json()
    check("get", "/api/v1/validations/next", 200, "application/json", question)
    path = f"{TASKS}/{question['taskId']}/answers"
    said = ada.post(path, json={"answer": "Positif"})
    check("post", "/api/v1/tasks/{task_id}/answers", 201, "application/json", said.get_json())


def test_rules_and_what_waits_for_them_are_too(bench: Bench, buyer: Caller) -> None:
    operator = bench.caller(buyer.account, "operator")
    path, rule = "/api/v1/rules/{scope}/{name}", "/api/v1/rules/queue/echo"
    limits = {"paused": True, "maxRunning": 3, "perSecond": 0.5}
    check("put", path, 200, JSON, operator.put(rule, json=limits).get_json())
    check("get", path, 200, JSON, operator.get(rule).get_json())
    check("get", "/api/v1/rules", 200, JSON, operator.get("/api/v1/rules").get_json())
    waiting = buyer.submitted(type="ECHO")
    shown = buyer.task(waiting)
    assert shown["waitingFor"]["reason"] == "pause"
    check("get", "/api/v1/tasks/{task_id}", 200, JSON, shown)
    child = buyer.task(buyer.submitted(type="ECHO", after=[waiting]))
    assert child["waitingFor"]["taskIds"] == [waiting]
    check("get", "/api/v1/tasks/{task_id}", 200, JSON, child)


def test_refusals_are_what_the_description_says(buyer: Caller) -> None:
    refusals = {400: buyer.submit(locale="tlh"), 404: buyer.submit(projectId="nowhere")}
    for status, answer in refusals.items():
        kind = "application/problem+json"
        check("post", "/api/v1/tasks", status, kind, answer.get_json())
