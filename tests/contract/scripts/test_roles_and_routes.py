"""Who may do what: every role at every route of the scripts' dialect."""

from __future__ import annotations

import pytest
from flask import Flask

from api.app import create_blank_app
from api.permissions import permission_of
from shared.accounts.role import Role, may
from tests.operators import Operator, OperatorsBench

APP: Flask = create_blank_app()
OPERATORS = {Role.OPERATOR, Role.ADMIN}
ROUTES = sorted(
    (method, rule.rule, rule.endpoint)
    for rule in APP.url_map.iter_rules()
    for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    if rule.rule.startswith(("/api/v1/task/", "/api/v1/license")) or rule.rule == "/api/v1/task"
)
CONTRACT = """
POST /api/v1/task · GET /api/v1/task · GET /api/v1/task/:id · DELETE /api/v1/task/:id
DELETE /api/v1/task/batch · POST /api/v1/task/:id/stop · POST /api/v1/task/:id/retry
POST /api/v1/task/retry-all · GET /api/v1/task/stats · GET /api/v1/license/check
"""


def plain(rule: str) -> str:
    """``rule`` without the names of its parts."""
    return "/".join(":id" if part.startswith("<") else part for part in rule.split("/"))


def test_the_routes_are_those_of_the_contract() -> None:
    wanted = {route.strip() for line in CONTRACT.split("\n") for route in line.split("·")}

    assert {f"{method} {plain(rule)}" for method, rule, _ in ROUTES} == wanted - {""}


@pytest.mark.parametrize("role", list(Role))
def test_operators_may_do_all_of_it_and_nobody_else_anything(role: Role) -> None:
    asked = {permission_of(APP, endpoint) for _, _, endpoint in ROUTES}

    assert None not in asked
    assert {may(role, str(permission)) for permission in asked} == {role in OPERATORS}


@pytest.mark.parametrize("role", list(Role))
def test_that_holds_over_http(bench: OperatorsBench, operator: Operator, role: Role) -> None:
    caller = bench.caller(operator.account, role.value, "Ada")
    paths = [(method, plain(rule).replace(":id", "5")) for method, rule, _ in ROUTES]

    refused = {(m, path) for m, path in paths if caller.send(m, path).status_code == 403}

    assert refused == (set() if role in OPERATORS else set(paths))


@pytest.mark.parametrize(("method", "rule", "endpoint"), ROUTES)
def test_nobody_gets_in_without_a_credential_where_there_is_no_local_account(
    bench: OperatorsBench, operator: Operator, method: str, rule: str, endpoint: str
) -> None:
    answer = bench.visitor(operator.account).send(method, plain(rule).replace(":id", "5"))

    assert (answer.status_code, answer.get_json()["code"]) == (401, 40101)
