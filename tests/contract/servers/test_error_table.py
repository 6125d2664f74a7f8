"""How requests of servers fail: with which status, and in the envelope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from api.servers.dialect import STATUSES
from api.servers.error_schema import ServersErrorSchema
from shared.accounts.account import disable
from shared.accounts.api_key import create_api_key
from shared.db import Store
from shared.ids import new_id
from shared.servers.key import list_keys, revoke, rotate
from shared.servers.server import change_server, servers
from tests.remote_servers import HEALTH, TASKS, Remote, ServersBench, open_servers_bench

JSON = "application/json"
Ask = Callable[[Remote], TestResponse]
ROWS: list[tuple[int, Ask]] = [
    (400, lambda r: r.get(f"{TASKS}?limit=0")),
    (400, lambda r: r.put(f"{TASKS}/{new_id()}", data="{", content_type=JSON)),
    (400, lambda r: r.put(f"{TASKS}/{new_id()}", json=["completed"])),
    (400, lambda r: r.put(f"{TASKS}/bulk", data=b"\xff", content_type=JSON)),
    (403, lambda r: r.report(r.ordered()[0], "completed")),
    (404, lambda r: r.report(new_id(), "completed")),
    (404, lambda r: r.get(f"{TASKS}/1/more")),
    (404, lambda r: r.get("/api/v1/worker")),
    (405, lambda r: r.post(TASKS)),
    (405, lambda r: r.get(f"{TASKS}/{new_id()}")),
    (409, lambda r: r.report(r.in_state("completed"), "running")),
    (413, lambda r: r.post(HEALTH, data=b" " * 9_000_000, content_type=JSON)),
    (413, lambda r: r.put(f"{TASKS}/bulk", data=b" " * 68_000_000, content_type=JSON)),
    (415, lambda r: r.put(f"{TASKS}/{new_id()}", data="status=completed")),
]


def is_refusal(answer: TestResponse) -> bool:
    """Whether the answer is an error in the envelope of this dialect."""
    body = answer.get_json()
    assert answer.mimetype == JSON
    assert list(body) == ["success", "message"]
    assert ServersErrorSchema().validate(body) == {}
    return body["success"] is False and bool(body["message"])


@pytest.mark.parametrize(("status", "ask"), ROWS, ids=[f"{s}-{n}" for n, (s, _) in enumerate(ROWS)])
def test_each_failure_has_its_status_and_its_envelope(
    remote: Remote, status: int, ask: Ask
) -> None:
    answer = ask(remote)

    assert answer.status_code == status
    assert is_refusal(answer)


def test_every_status_above_is_one_of_the_dialects() -> None:
    assert {status for status, _ in ROWS} < set(STATUSES.values())


def account_key(remote: Remote) -> str:
    """An operator's key of the account that the server works for."""
    with remote.yard.store.begin() as tx:
        return create_api_key(tx, remote.yard.settings, remote.account.id, role="operator")[1]


def revoked(remote: Remote) -> Remote:
    """``remote``, whose key was revoked."""
    remote.listed()
    with remote.yard.store.begin() as tx:
        revoke(tx, remote.server, list_keys(tx, remote.server)[0].id)
    return remote


def outlived(remote: Remote) -> Remote:
    """``remote`` with the key that it had before the last rotation, whose overlap is over."""
    remote.listed()
    with remote.yard.store.begin() as tx:
        _, key = rotate(tx, remote.yard.settings, remote.server, overlap_seconds=0.0)
    assert replace(remote, key=key).get(TASKS).status_code == 200
    return remote


def disabled(remote: Remote) -> Remote:
    """``remote``, which may not come in for now."""
    remote.listed()
    with remote.yard.store.begin() as tx:
        change_server(tx, remote.server, enabled=False)
    return remote


def removed(remote: Remote) -> Remote:
    """``remote``, which is no server any more."""
    remote.listed()
    with remote.yard.store.begin() as tx:
        gone = update(servers).where(servers.c.id == remote.server.id)
        tx.execute(gone.values(removed_at=tx.now))
    return remote


def unpaid(remote: Remote) -> Remote:
    """``remote``, whose one account is disabled."""
    remote.listed()
    with remote.yard.store.begin() as tx:
        disable(tx, remote.account.id)
    return remote


NOBODY: dict[str, Callable[[Remote], Remote]] = {
    "no key": lambda r: replace(r, key=None),
    "an empty key": lambda r: replace(r, key=" "),
    "nonsense": lambda r: replace(r, key="nonsense"),
    "no ASCII": lambda r: replace(r, key="schlüssel"),
    "long": lambda r: replace(r, key="ty_" + "x" * 7_000),
    "one letter wrong": lambda r: replace(r, key=f"{r.key}x"),
    "an account's key": lambda r: replace(r, key=account_key(r)),
    "revoked": revoked,
    "outlived": outlived,
    "disabled": disabled,
    "removed": removed,
    "of a disabled account": unpaid,
}


@pytest.mark.parametrize("become", NOBODY.values(), ids=NOBODY)
def test_who_has_no_valid_key_is_nobody(remote: Remote, become: Callable[[Remote], Remote]) -> None:
    link_id = remote.one()

    answer = become(remote).report(link_id, "completed")

    assert answer.status_code == 401
    assert is_refusal(answer)
    assert "X-API-Key" in answer.get_json()["message"]
    assert answer.headers["WWW-Authenticate"].startswith("X-API-Key")
    assert remote.row(link_id).status == "queued"


def test_a_bearer_credential_is_no_servers_key(remote: Remote) -> None:
    for key in (remote.key, account_key(remote)):
        headers = {"Authorization": f"Bearer {key}"}
        assert replace(remote, key=None).get(TASKS, headers=headers).status_code == 401


def test_both_keys_open_while_they_overlap(remote: Remote) -> None:
    with remote.yard.store.begin() as tx:
        _, key = rotate(tx, remote.yard.settings, remote.server)

    assert {one.get(TASKS).status_code for one in (remote, replace(remote, key=key))} == {200}


def test_a_store_that_does_not_answer_is_told(bench: ServersBench, remote: Remote) -> None:
    away = Store("postgresql+psycopg://127.0.0.1:1/nowhere")
    with open_servers_bench(replace(bench.yard, store=away)) as lost:
        answer = replace(remote, client=lost.app.test_client()).get(TASKS)
    away.close()

    assert answer.status_code == 503
    assert is_refusal(answer)
    assert int(answer.headers["Retry-After"]) > 0


def test_a_fault_of_our_own_has_a_reference_and_says_no_more(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("api.servers.task_reader.list_server_tasks", broken)
    answer = remote.get(TASKS)

    assert answer.status_code == 500
    assert is_refusal(answer)
    assert "reference" in answer.get_json()["message"]
    assert "secret" not in answer.text
