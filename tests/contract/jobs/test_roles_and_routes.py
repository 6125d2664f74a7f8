"""Who may do what: every role at every route of the jobs' dialect."""

from __future__ import annotations

import pytest
from flask import Flask

from api.app import create_blank_app
from api.permissions import permission_of
from shared.accounts.role import Role, may
from shared.ids import new_id
from tests.owner import Owner, OwnersBench

APP: Flask = create_blank_app()
OWNERS = {Role.BUYER, Role.OPERATOR, Role.ADMIN}
ROUTES = sorted(
    (method, rule.rule, rule.endpoint)
    for rule in APP.url_map.iter_rules()
    for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    if rule.endpoint.startswith("jobs.")
)
CONTRACT = """
GET /v1/jobs · GET /v1/jobs/:id · DELETE /v1/jobs/:id
POST /v1/documents · GET /v1/documents · GET /v1/documents/:id · DELETE /v1/documents/:id
GET /v1/documents/:id/status · POST /v1/documents/:id/reextract
POST /v1/documents/:id/transcribe · POST /v1/documents/:id/generate
GET /v1/documents/:id/outputs/:id
GET /v1/folders · POST /v1/folders
GET /v1/folders/:id · PUT /v1/folders/:id · DELETE /v1/folders/:id
GET /v1/folders/:id/files · POST /v1/folders/:id/files · DELETE /v1/folders/:id/files/:id
POST /v1/folders/:id/reindex · POST /v1/folders/:id/sync · POST /v1/folders/:id/import
POST /v1/folders/:id/generate · GET /v1/folders/:id/search · GET /v1/folders/:id/outputs/:id
POST /api/upload
"""


def plain(rule: str) -> str:
    """``rule`` without the names of its parts."""
    return "/".join(":id" if part.startswith("<") else part for part in rule.split("/"))


def test_the_routes_are_those_of_the_contract() -> None:
    wanted = {route.strip() for line in CONTRACT.split("\n") for route in line.split("·")}

    assert {f"{method} {plain(rule)}" for method, rule, _ in ROUTES} == wanted - {""}


@pytest.mark.parametrize("role", list(Role))
def test_owners_may_do_all_of_it_and_validators_nothing(role: Role) -> None:
    asked = {permission_of(APP, endpoint) for _, _, endpoint in ROUTES}

    assert None not in asked
    assert {may(role, str(permission)) for permission in asked} == {role in OWNERS}


@pytest.mark.parametrize("role", list(Role))
def test_that_holds_over_http(bench: OwnersBench, owner: Owner, role: Role) -> None:
    caller = bench.caller(owner.account, role.value, "Ada")
    paths = [(method, rule.replace("<", "").replace(">", "")) for method, rule, _ in ROUTES]

    refused = {(m, path) for m, path in paths if caller.send(m, path).status_code == 403}

    assert refused == (set() if role in OWNERS else set(paths))


def test_an_api_key_of_a_buyer_is_enough(bench: OwnersBench, owner: Owner) -> None:
    assert bench.owner(owner.account, "buyer").get("/v1/jobs").status_code == 200
    assert bench.owner(owner.account, "operator").get("/v1/jobs").status_code == 200


@pytest.mark.parametrize(("method", "rule", "endpoint"), ROUTES)
def test_nobody_gets_in_without_a_credential(
    bench: OwnersBench, owner: Owner, method: str, rule: str, endpoint: str
) -> None:
    answer = bench.stranger(owner.account, None).send(method, rule.replace("<", new_id()[:1]))

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "UNAUTHORIZED")
