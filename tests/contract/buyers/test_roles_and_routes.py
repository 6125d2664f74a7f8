"""Who may do what: every role at every route, cell by cell."""

from __future__ import annotations

import pytest
from flask import Flask

from api.app import create_blank_app
from api.permissions import PUBLIC, permission_of
from shared.accounts.role import ALL_PERMISSIONS, Role, may
from shared.ids import new_id
from tests.gateway import Bench, Caller

APP: Flask = create_blank_app()
OPERATORS = {Role.OPERATOR, Role.ADMIN}
BUYERS = {Role.BUYER, *OPERATORS}
TABLE: dict[tuple[str, str], set[Role]] = {
    ("POST", "/api/v1/tasks"): BUYERS,
    ("GET", "/api/v1/tasks"): BUYERS,
    ("POST", "/api/v1/tasks/bulk"): BUYERS,
    ("GET", "/api/v1/tasks/<task_id>"): BUYERS,
    ("DELETE", "/api/v1/tasks/<task_id>"): BUYERS,
    ("POST", "/api/v1/tasks/<task_id>/retry"): OPERATORS,
    ("POST", "/api/v1/projects"): BUYERS,
    ("GET", "/api/v1/projects"): BUYERS,
    ("GET", "/api/v1/credits"): BUYERS,
    ("GET", "/api/v1/credits/ledger"): BUYERS,
    ("GET", "/api/v1/stats"): BUYERS,
    ("GET", "/api/v1/events"): BUYERS,
    ("POST", "/api/v1/tokens"): OPERATORS,
    ("GET", "/api/v1/rules"): OPERATORS,
    ("GET", "/api/v1/rules/<scope>/<name>"): OPERATORS,
    ("PUT", "/api/v1/rules/<scope>/<name>"): OPERATORS,
    ("DELETE", "/api/v1/rules/<scope>/<name>"): OPERATORS,
    ("GET", "/api/v1/devices"): OPERATORS,
    ("POST", "/api/v1/devices"): OPERATORS,
    ("GET", "/api/v1/devices/<device_id>"): OPERATORS,
    ("PATCH", "/api/v1/devices/<device_id>"): OPERATORS,
    ("DELETE", "/api/v1/devices/<device_id>"): OPERATORS,
    ("POST", "/api/v1/requests"): BUYERS,
    ("GET", "/api/v1/requests"): BUYERS,
    ("GET", "/api/v1/requests/<request_id>"): BUYERS,
    ("DELETE", "/api/v1/requests/<request_id>"): BUYERS,
    ("POST", "/api/v1/requests/<request_id>/pause"): BUYERS,
    ("POST", "/api/v1/requests/<request_id>/resume"): BUYERS,
    ("GET", "/api/v1/requests/<request_id>/export"): BUYERS,
    ("POST", "/api/v1/schedules"): BUYERS,
    ("GET", "/api/v1/schedules"): BUYERS,
    ("GET", "/api/v1/schedules/<schedule_id>"): BUYERS,
    ("PATCH", "/api/v1/schedules/<schedule_id>"): BUYERS,
    ("DELETE", "/api/v1/schedules/<schedule_id>"): BUYERS,
    ("POST", "/api/v1/schedules/<schedule_id>/pause"): BUYERS,
    ("POST", "/api/v1/schedules/<schedule_id>/resume"): BUYERS,
    ("POST", "/api/v1/schedules/<schedule_id>/run"): BUYERS,
    ("GET", "/api/v1/schedules/<schedule_id>/history"): BUYERS,
    ("POST", "/api/v1/webhooks"): BUYERS,
    ("GET", "/api/v1/webhooks"): BUYERS,
    ("GET", "/api/v1/webhooks/callback-secret"): BUYERS,
    ("POST", "/api/v1/webhooks/callback-secret/rotate"): BUYERS,
    ("GET", "/api/v1/webhooks/<webhook_id>"): BUYERS,
    ("PATCH", "/api/v1/webhooks/<webhook_id>"): BUYERS,
    ("DELETE", "/api/v1/webhooks/<webhook_id>"): BUYERS,
    ("POST", "/api/v1/webhooks/<webhook_id>/test"): BUYERS,
    ("POST", "/api/v1/webhooks/<webhook_id>/pause"): BUYERS,
    ("POST", "/api/v1/webhooks/<webhook_id>/resume"): BUYERS,
    ("POST", "/api/v1/webhooks/<webhook_id>/rotate"): BUYERS,
    ("GET", "/api/v1/webhooks/<webhook_id>/deliveries"): BUYERS,
    ("GET", "/api/v1/webhooks/<webhook_id>/deliveries/<delivery_id>"): BUYERS,
    ("POST", "/api/v1/webhooks/<webhook_id>/deliveries/<delivery_id>/replay"): BUYERS,
    ("POST", "/api/v1/webhooks/<webhook_id>/replay"): BUYERS,
    ("GET", "/api/v1/servers"): OPERATORS,
    ("POST", "/api/v1/servers"): OPERATORS,
    ("GET", "/api/v1/servers/<server_id>"): OPERATORS,
    ("PATCH", "/api/v1/servers/<server_id>"): OPERATORS,
    ("DELETE", "/api/v1/servers/<server_id>"): OPERATORS,
    ("POST", "/api/v1/servers/<server_id>/keys"): OPERATORS,
    ("DELETE", "/api/v1/servers/<server_id>/keys/<key>"): OPERATORS,
    ("GET", "/api/v1/validations/next"): {Role.VALIDATOR},
    ("POST", "/api/v1/tasks/<task_id>/answers"): {Role.VALIDATOR},
}
"""Who may call each route of this dialect."""
ROUTES = [
    (rule.endpoint, method, rule.rule)
    for rule in APP.url_map.iter_rules()
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
]
GUARDED = [route for route in ROUTES if route[0] not in PUBLIC]


def test_the_table_knows_every_route_of_this_dialect() -> None:
    known = {(method, rule) for endpoint, method, rule in GUARDED if endpoint.startswith("buyers.")}

    assert known == set(TABLE)


@pytest.mark.parametrize("endpoint", sorted({endpoint for endpoint, _, _ in GUARDED}))
def test_no_route_forgets_its_permission(endpoint: str) -> None:
    assert permission_of(APP, endpoint) in ALL_PERMISSIONS


def test_only_health_and_the_description_are_public() -> None:
    assert {endpoint for endpoint, _, _ in ROUTES} & PUBLIC == PUBLIC
    described = {"api-docs.openapi_json", "docs.page", "docs.file"}
    assert {"health.healthz", "health.readyz", *described} == PUBLIC


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("endpoint", "method", "rule"), GUARDED)
def test_each_role_is_let_in_exactly_where_the_table_says(
    endpoint: str, method: str, rule: str, role: Role
) -> None:
    permission = permission_of(APP, endpoint)
    assert permission is not None

    if (method, rule) in TABLE:
        assert may(role, permission) == (role in TABLE[method, rule])


@pytest.mark.parametrize("role", list(Role))
def test_the_table_holds_over_http(bench: Bench, buyer: Caller, role: Role) -> None:
    caller = bench.caller(buyer.account, role.value, "Ada")

    refused = {
        (method, rule)
        for method, rule in TABLE
        if caller.send(method, rule.replace("<task_id>", new_id())).status_code == 403
    }

    # Tokens are made with API keys alone, so a token is refused there whatever its role.
    forbidden = {route for route, roles in TABLE.items() if role not in roles}
    assert refused == forbidden | {("POST", "/api/v1/tokens")}


@pytest.mark.parametrize(("endpoint", "method", "rule"), GUARDED)
def test_nobody_gets_in_without_a_credential(
    bench: Bench, buyer: Caller, endpoint: str, method: str, rule: str
) -> None:
    stranger = bench.stranger(buyer.account, None)

    assert stranger.send(method, rule.replace("<task_id>", new_id())).status_code == 401
