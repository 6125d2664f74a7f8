"""Servers over HTTP, for those who run them: made, listed, changed, removed, and their keys."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from api.app import create_blank_app
from api.buyers.dialect import PROBLEM_JSON, PROBLEMS
from api.description import describe
from shared.accounts.account import Account
from shared.db import Store
from shared.ids import new_id
from shared.servers.key import verify_key
from shared.servers.presence import heard, note_health
from shared.servers.server import get_server
from shared.settings import Settings
from shared.yard import Yard
from tests.gateway import Bench, Caller, bench, open_account
from tests.serving import ServingYard

__all__ = ["bench"]
SERVERS = "/api/v1/servers"
SPEC = describe(create_blank_app())
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """Words do not depend on the store; what does is tested on both elsewhere."""
    return sqlite_store


@pytest.fixture
def serving(store: Store, settings: Settings) -> ServingYard:
    """A yard with servers."""
    return ServingYard(store, settings)


@pytest.fixture
def yard(serving: ServingYard) -> Yard:
    """The yard of the gateway."""
    return serving.yard


@pytest.fixture
def account(serving: ServingYard) -> Account:
    """The yard's first account."""
    return serving.account


@pytest.fixture
def operator(bench: Bench, account: Account) -> Caller:
    """An operator of the account."""
    return bench.caller(account, "operator")


@pytest.fixture
def admin(bench: Bench, account: Account) -> Caller:
    """Somebody who looks after the whole yard."""
    return bench.caller(account, "admin")


def told(answer: TestResponse, path: str, status: int = 200) -> Any:
    """What a successful answer says, once it is seen to be as described."""
    body = answer.get_json()
    assert answer.status_code == status, body
    described = SPEC["paths"][path][answer.request.method.lower()]["responses"][str(status)]
    schema = described["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": SPEC["components"]}).validate(body)
    return body


def made(caller: Caller, name: str = "w1", **said: Any) -> dict[str, Any]:
    """A server that was made."""
    body = {"name": name, "services": ["entity", "social"], **said}
    return dict(told(caller.post(SERVERS, json=body), SERVERS, 201))


def listed(caller: Caller, query: str = "") -> list[str]:
    """The names of the servers that somebody sees."""
    return [one["name"] for one in told(caller.get(f"{SERVERS}{query}"), SERVERS)["servers"]]


def shown(caller: Caller, server_id: str) -> dict[str, Any]:
    """The server as it is now."""
    return dict(told(caller.get(f"{SERVERS}/{server_id}"), f"{SERVERS}/{{server_id}}"))


def changed(caller: Caller, server_id: str, **said: Any) -> dict[str, Any]:
    """The server after a change."""
    answer = caller.send("PATCH", f"{SERVERS}/{server_id}", json=said)
    return dict(told(answer, f"{SERVERS}/{{server_id}}"))


def refusal(answer: TestResponse) -> tuple[str, str]:
    """An error's code and sentence; its status is that of the code."""
    body = answer.get_json()
    assert answer.mimetype == PROBLEM_JSON
    assert answer.status_code == body["status"] == PROBLEMS[body["code"]][0]
    return body["code"], body["detail"]


def opens(bench: Bench, key: str) -> bool:
    """Whether a server with that key is let in."""
    with bench.yard.store.read() as tx:
        return verify_key(tx, bench.yard.settings, key) is not None


# --- making, listing, reading


def test_a_new_server_comes_with_its_first_key(bench: Bench, operator: Caller) -> None:
    server = made(operator, slots=20)

    assert opens(bench, server.pop("apiKey"))
    assert server.pop("serverId") == server["id"]
    (key,) = server["keys"]
    assert MOMENT.fullmatch(server["createdAt"])
    assert server == {
        "id": server["id"],
        "name": "w1",
        "account": "acme",
        "services": ["entity", "social"],
        "slots": 20,
        "leaseSeconds": 120,
        "enabled": True,
        "maintenance": False,
        "online": False,
        "lastSeenAt": None,
        "queued": 0,
        "running": 0,
        "health": None,
        "healthAt": None,
        "keys": [key],
        "createdAt": server["createdAt"],
        "updatedAt": server["createdAt"],
    }
    used = shown(operator, server["id"])["keys"][0]["lastUsedAt"]
    assert MOMENT.fullmatch(used)
    assert shown(operator, server["id"])["keys"] == [key | {"lastUsedAt": used}]


def test_a_server_is_shown_with_its_load_and_its_health(
    serving: ServingYard, operator: Caller
) -> None:
    server_id = made(operator, services=["entity"])["id"]
    with serving.store.begin() as tx:
        server = get_server(tx, server_id)
        heard(tx, server)
        note_health(tx, server, {"cpu_usage": 12.5, "ip": "192.0.2.7"})
    serving.begun(server, serving.assigned(3)[0])

    one = shown(operator, server_id)
    assert (one["queued"], one["running"], one["online"]) == (2, 1, True)
    assert one["health"] == {"cpu_usage": 12.5, "ip": "192.0.2.7"}
    assert MOMENT.fullmatch(one["lastSeenAt"])
    assert MOMENT.fullmatch(one["healthAt"])
    assert told(operator.get(SERVERS), SERVERS) == {"servers": [one]}


def test_an_operator_sees_and_makes_servers_of_its_account_alone(
    bench: Bench, operator: Caller, admin: Caller
) -> None:
    other = bench.caller(open_account(bench.yard.store, "other"), "operator")
    mine, theirs = made(operator, "w1"), made(other, "w2")
    shared, assigned = made(admin, "w3"), made(admin, "w4", account="other")

    assert [one["account"] for one in (mine, theirs, shared, assigned)] == [
        "acme", "other", None, "other"
    ]  # fmt: skip
    assert listed(operator) == listed(operator, "?account=acme") == ["w1"]
    assert listed(other) == ["w2", "w4"]
    assert listed(admin) == ["w1", "w2", "w3", "w4"]
    assert listed(admin, f"?account={other.account.id}") == ["w2", "w4"]
    assert made(operator, "w5", account="acme")["account"] == "acme"
    for answer in (
        operator.get(f"{SERVERS}?account=other"),
        admin.get(f"{SERVERS}?account=nobody"),
        operator.post(SERVERS, json={"name": "x", "services": ["social"], "account": "other"}),
        admin.post(SERVERS, json={"name": "x", "services": ["social"], "account": "nobody"}),
    ):
        assert refusal(answer) == ("NOT_FOUND", "account: there is no such account.")


def test_a_server_of_another_account_does_not_exist_for_an_operator(
    bench: Bench, operator: Caller, admin: Caller
) -> None:
    server = made(admin, "shared")
    one, keys = f"{SERVERS}/{server['id']}", f"{SERVERS}/{server['id']}/keys"

    for answer in (
        operator.get(one),
        operator.send("PATCH", one, json={"maintenance": True}),
        operator.delete(one),
        operator.post(keys),
        operator.delete(f"{keys}/{server['keys'][0]['id']}"),
        operator.get(f"{SERVERS}/{new_id()}"),
        operator.get(f"{SERVERS}/shared"),
    ):
        assert refusal(answer) == ("NOT_FOUND", "There is no such server.")
    assert opens(bench, server["apiKey"])
    assert shown(admin, server["id"])["maintenance"] is False


@pytest.mark.parametrize("role", ["buyer", "validator"])
def test_those_who_run_no_servers_are_refused(bench: Bench, account: Account, role: str) -> None:
    caller = bench.caller(account, role, "Ada")

    assert refusal(caller.get(SERVERS)) == ("FORBIDDEN", f"The role {role} may not do this.")
    assert refusal(caller.post(SERVERS, json={}))[0] == "FORBIDDEN"


def test_a_servers_key_opens_nothing_here(bench: Bench, operator: Caller) -> None:
    key = made(operator)["apiKey"]
    stranger = bench.stranger(operator.account, None)

    assert refusal(stranger.get(SERVERS, headers={"X-API-Key": key}))[0] == "UNAUTHORIZED"
    assert refusal(bench.stranger(operator.account, key).get(SERVERS))[0] == "UNAUTHORIZED"


def test_a_name_that_is_taken_is_a_conflict(operator: Caller) -> None:
    made(operator)

    answer = operator.post(SERVERS, json={"name": "w1", "services": ["podcast"]})
    assert refusal(answer) == ("CONFLICT", "name: There is a server w1 already.")


ONE_OF = "entity, social, blog20, podcast, stacking, indexing"
BAD: list[tuple[str, Any, str]] = [
    ("name", 7, "must be a text of 1 to 100 characters."),
    ("name", "", "must be a text of 1 to 100 characters."),
    ("name", " ", "must be a text of 1 to 100 characters on one line."),
    ("name", "x" * 101, "must be a text of 1 to 100 characters."),
    ("name", "two\nlines", "must be a text of 1 to 100 characters on one line."),
    ("name", "a\x00b", "must not contain NUL characters."),
    ("name", None, "is required"),
    ("services", None, "is required"),
    ("services", [], f"must be one or more of {ONE_OF}."),
    ("services", "entity", f"must be a list of one or more of {ONE_OF}."),
    ("services", {"entity": 1}, "must be a list"),
    ("services", ["video"], f"must be one or more of {ONE_OF}."),
    ("services", [["entity"]], "must be a list"),
    ("services", ["entity", "entity"], "must name each service once."),
    ("slots", 0, "must be a whole number, from 1 to 100000."),
    ("slots", 100_001, "must be a whole number, from 1 to 100000."),
    ("slots", "5", "must be a whole number, from 1 to 100000."),
    ("slots", 1.5, "must be a whole number, from 1 to 100000."),
    ("slots", True, "must be a whole number, from 1 to 100000."),
    ("leaseSeconds", 19, "must be a whole number, from 20 to 3600."),
    ("leaseSeconds", 3601, "must be a whole number, from 20 to 3600."),
    ("account", ["acme"], "must be a text of 1 to 64 characters."),
    ("maintenance", "yes", "must be true or false."),
    ("maintenance", None, "must be true or false."),
    ("enabled", 1, "must be true or false."),
]
ON_CREATION, ON_CHANGE = {"name", "services", "slots", "leaseSeconds", "account"}, {
    "services", "slots", "leaseSeconds", "maintenance", "enabled"
}  # fmt: skip


@pytest.mark.parametrize(("field", "value", "message"), BAD, ids=range(len(BAD)))
def test_what_cannot_be_is_refused_by_the_name_of_its_field(
    operator: Caller, field: str, value: Any, message: str
) -> None:
    server = made(operator, "there")
    answers = []
    if field in ON_CREATION:
        body = {"name": "new", "services": ["entity"], field: value}
        answers.append(operator.post(SERVERS, json=body))
    if field in ON_CHANGE and message != "is required":
        change = {field: value}
        answers.append(operator.send("PATCH", f"{SERVERS}/{server['id']}", json=change))

    for answer in answers:
        code, sentence = refusal(answer)
        (error,) = answer.get_json()["errors"]
        assert code == ("MISSING_FIELDS" if message == "is required" else "INVALID_FIELD")
        assert error["field"] == field
        assert message in sentence
    assert answers
    assert listed(operator) == ["there"]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"json": ["w1"]}, "INVALID_JSON"),
        ({"data": "{", "content_type": "application/json"}, "INVALID_JSON"),
        ({"data": "maintenance=true"}, "UNSUPPORTED_MEDIA_TYPE"),
        ({}, "MISSING_FIELDS"),
        ({"json": {"name": "another", "account": "other"}}, "MISSING_FIELDS"),
    ],
    ids=["a list", "broken", "a form", "nothing", "nothing that changes"],
)
def test_a_change_that_is_none_is_refused(
    operator: Caller, sent: dict[str, Any], code: str
) -> None:
    server = made(operator)

    assert refusal(operator.send("PATCH", f"{SERVERS}/{server['id']}", **sent))[0] == code


# --- changing, removing


def test_a_change_keeps_what_it_does_not_name(operator: Caller) -> None:
    server_id = made(operator, slots=5)["id"]

    assert changed(operator, server_id, services=["podcast"])["slots"] == 5
    resting = changed(operator, server_id, maintenance=True, unknown=1)
    assert (resting["services"], resting["maintenance"]) == (["podcast"], True)
    assert changed(operator, server_id, slots=None)["slots"] is None
    assert changed(operator, server_id, slots=7, maintenance=False)["slots"] == 7


def test_a_disabled_server_is_not_let_in(bench: Bench, operator: Caller) -> None:
    server = made(operator)

    assert changed(operator, server["id"], enabled=False)["enabled"] is False
    assert not opens(bench, server["apiKey"])
    changed(operator, server["id"], enabled=True)
    assert opens(bench, server["apiKey"])


def test_a_removed_server_is_gone(bench: Bench, operator: Caller) -> None:
    server = made(operator)
    one = f"{SERVERS}/{server['id']}"

    answer = operator.delete(one)

    assert (answer.status_code, answer.text) == (204, "")
    assert refusal(operator.get(one))[0] == refusal(operator.delete(one))[0] == "NOT_FOUND"
    assert listed(operator) == []
    assert not opens(bench, server["apiKey"])


# --- keys


def rotated(caller: Caller, server_id: str, **sent: Any) -> dict[str, Any]:
    """A new key of the server."""
    answer = caller.post(f"{SERVERS}/{server_id}/keys", **sent)
    return dict(told(answer, f"{SERVERS}/{{server_id}}/keys", 201))


def test_a_key_is_replaced_with_an_overlap_or_at_once(bench: Bench, operator: Caller) -> None:
    server = made(operator)
    first = server["apiKey"]

    second = rotated(operator, server["id"])
    assert opens(bench, first)
    assert opens(bench, second["apiKey"])
    keys = shown(operator, server["id"])["keys"]
    assert [key["prefix"] for key in keys] == [server["keys"][0]["prefix"], second["prefix"]]
    assert keys[0]["expiresAt"] is not None
    assert keys[1]["expiresAt"] is None
    third = rotated(operator, server["id"], json={"overlapSeconds": 0})
    assert not opens(bench, first)
    assert not opens(bench, second["apiKey"])
    assert [key["id"] for key in shown(operator, server["id"])["keys"]] == [third["id"]]


@pytest.mark.parametrize("seconds", [-1, "60", 2_592_001, 0.5, True], ids=str)
def test_an_overlap_that_is_none_is_refused(operator: Caller, seconds: Any) -> None:
    server_id = made(operator)["id"]

    answer = operator.post(f"{SERVERS}/{server_id}/keys", json={"overlapSeconds": seconds})

    message = "overlapSeconds: must be a whole number, from 0 to 2592000."
    assert refusal(answer) == ("INVALID_FIELD", message)
    assert len(shown(operator, server_id)["keys"]) == 1


@pytest.mark.parametrize("by", ["id", "prefix"])
def test_a_key_is_revoked_at_once(bench: Bench, operator: Caller, by: str) -> None:
    server = made(operator)
    (key,) = server["keys"]
    path, described = f"{SERVERS}/{server['id']}/keys", f"{SERVERS}/{{server_id}}/keys/{{key}}"

    ended = told(operator.delete(f"{path}/{key[by]}"), described)

    assert ended["prefix"] == key["prefix"]
    assert MOMENT.fullmatch(ended["revokedAt"])
    assert not opens(bench, server["apiKey"])
    assert shown(operator, server["id"])["keys"] == []
    assert told(operator.delete(f"{path}/{key[by]}"), described) == ended
    assert refusal(operator.delete(f"{path}/nokey")) == ("NOT_FOUND", "The server has no such key.")
