"""Who may call the routes of remote servers: servers, and no account whatever its role."""

from __future__ import annotations

import pytest
from flask import Flask

from api.app import create_blank_app
from api.permissions import permission_of
from shared.accounts.role import SERVER_PERMISSIONS, Role, may
from shared.ids import new_id
from tests.remote_servers import Remote, ServersBench

APP: Flask = create_blank_app()
ROUTES = sorted(
    (method, rule.rule, rule.endpoint)
    for rule in APP.url_map.iter_rules()
    for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    if rule.endpoint.startswith("servers.")
)
CONTRACT = {
    ("GET", "/api/v1/worker/tasks"),
    ("PUT", "/api/v1/worker/tasks/<link_id>"),
    ("PUT", "/api/v1/worker/tasks/bulk"),
    ("POST", "/api/v1/worker/tasks/claim"),
    ("POST", "/api/v1/worker/tasks/extend"),
    ("POST", "/api/v1/worker/health"),
}


def test_the_routes_are_those_of_the_contract() -> None:
    assert {(method, rule) for method, rule, _ in ROUTES} == CONTRACT


def test_servers_may_do_all_of_it() -> None:
    assert {permission_of(APP, endpoint) for _, _, endpoint in ROUTES} == SERVER_PERMISSIONS


@pytest.mark.parametrize("role", list(Role))
def test_no_role_may_do_any_of_it(role: Role) -> None:
    assert not any(may(role, permission) for permission in SERVER_PERMISSIONS)


@pytest.mark.parametrize("role", list(Role))
def test_that_holds_over_http(bench: ServersBench, remote: Remote, role: Role) -> None:
    caller = bench.caller(remote.account, role.value, "Ada")
    paths = [(method, rule.replace("<link_id>", new_id())) for method, rule in sorted(CONTRACT)]

    assert {caller.send(method, path).status_code for method, path in paths} == {401}


@pytest.mark.parametrize(
    "path", ["/api/v1/tasks", "/api/v1/task", "/v1/jobs", "/api/v1/servers", "/api/v1/requests"]
)
def test_a_servers_key_opens_nothing_else(remote: Remote, path: str) -> None:
    bearer = {"Authorization": f"Bearer {remote.key}"}

    assert {remote.get(path).status_code, remote.get(path, headers=bearer).status_code} == {401}
