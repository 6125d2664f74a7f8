"""Who needs no credential: a caller on the gateway's own machine, in this dialect alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.accounts.account import Account, disable
from shared.ids import new_id
from tests.operators import TASK, Operator, OperatorsBench, open_bench, subscriber


@contextmanager
def local(
    bench: OperatorsBench, account: Account | None, host: str = "127.0.0.1"
) -> Iterator[Operator]:
    """Somebody without a credential, at a gateway bound to ``host``."""
    name = account.name if account else None
    settings = replace(bench.yard.settings, local_account=name, host=host)
    with open_bench(replace(bench.yard, settings=settings)) as opened:
        yield opened.visitor(account or subscriber(bench.yard.store, f"a.{new_id()}"))


@pytest.fixture(scope="module")
def account(bench: OperatorsBench) -> Account:
    """The local account."""
    return subscriber(bench.yard.store, f"local.{new_id()}")


@pytest.fixture(scope="module")
def visitor(bench: OperatorsBench, account: Account) -> Iterator[Operator]:
    """Somebody without a credential, at a gateway with a local account."""
    with local(bench, account) as visitor:
        yield visitor


def ask(visitor: Operator, peer: str = "127.0.0.1", **headers: str) -> TestResponse:
    """Ask without a credential."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return visitor.get(TASK, headers=named, environ_overrides={"REMOTE_ADDR": peer})


def refusal(answer: TestResponse) -> str:
    """Why the answer is 40101."""
    body = answer.get_json()
    assert (answer.status_code, body["code"]) == (401, 40101), body
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    return str(body["message"])


def test_who_asks_on_this_machine_acts_as_the_local_account(
    bench: OperatorsBench, visitor: Operator, account: Account
) -> None:
    number = visitor.one()

    assert bench.operator(account).task(number)["id"] == number
    assert visitor.row(number).account_id == account.id
    assert visitor.told(visitor.post(f"{TASK}/{number}/stop"))["remark"] == "stopped"
    assert visitor.told(visitor.delete(f"{TASK}/{number}"))["deleted"] is True


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8000", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:8000", "[::1]",
     "[::1]:65535"],
)  # fmt: skip
def test_this_machine_is_called_so(visitor: Operator, host: str) -> None:
    assert ask(visitor, Host=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "evil.example:8000", "127.0.0.2", "192.168.1.2:8000",
     "localhost:", "localhost:x", "a@localhost", "::1", "0.0.0.0", "[::]", "localhost evil", ""],
)  # fmt: skip
def test_another_name_for_this_machine_lets_nobody_in(visitor: Operator, host: str) -> None:
    assert "Host is not localhost" in refusal(ask(visitor, Host=host))


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_has_these_addresses(visitor: Operator, peer: str) -> None:
    assert ask(visitor, peer).status_code == 200


@pytest.mark.parametrize(
    "peer", ["192.168.1.2", "8.8.8.8", "::2", "::ffff:10.0.0.1", "0.0.0.0", "", "unix:"]
)
def test_who_asks_from_elsewhere_is_not_let_in(visitor: Operator, peer: str) -> None:
    assert "another machine" in refusal(ask(visitor, peer))


@pytest.mark.parametrize(
    "header",
    ["Origin", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
     "X-Forwarded-Anything", "X-Real-IP", "Via"],
)  # fmt: skip
@pytest.mark.parametrize("value", ["http://localhost:8000", "null", ""])
def test_what_a_page_or_a_proxy_sends_is_not_let_in(
    visitor: Operator, header: str, value: str
) -> None:
    answer = visitor.get(TASK, headers={header: value})

    assert f"it has a header {header.lower()}" in refusal(answer)


@pytest.mark.parametrize("word", ["cross-site", "same-site", "", "other"])
def test_what_a_browser_fetches_for_another_site_is_not_let_in(
    visitor: Operator, word: str
) -> None:
    assert "sec-fetch-site" in refusal(ask(visitor, Sec_Fetch_Site=word))


@pytest.mark.parametrize("word", ["none", "same-origin"])
def test_a_person_may_look_with_a_browser(visitor: Operator, word: str) -> None:
    assert ask(visitor, Sec_Fetch_Site=word).status_code == 200


@pytest.mark.parametrize("credential", ["", "nonsense", "Bearer", "Bearer nonsense", "Basic eA=="])
def test_a_bad_credential_is_not_taken_for_none(visitor: Operator, credential: str) -> None:
    refusal(visitor.get(TASK, headers={"Authorization": credential}))


def test_an_api_key_wins_wherever_it_comes_from(
    bench: OperatorsBench, visitor: Operator, operator: Operator
) -> None:
    here = replace(operator, client=visitor.client)
    number = operator.one()

    answer = here.get(
        f"{TASK}/{number}",
        headers={"Origin": "https://app.example", "Host": "yard.example"},
        environ_overrides={"REMOTE_ADDR": "8.8.8.8"},
    )

    assert here.told(answer)["id"] == number


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "yard.example"])
def test_a_gateway_that_others_reach_lets_nobody_in(
    bench: OperatorsBench, account: Account, host: str
) -> None:
    with local(bench, account, host) as visitor:
        assert "does not listen at this machine alone" in refusal(ask(visitor))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_a_gateway_on_loopback_lets_in(bench: OperatorsBench, account: Account, host: str) -> None:
    with local(bench, account, host) as visitor:
        assert ask(visitor).status_code == 200


def test_a_yard_without_a_local_account_lets_nobody_in(bench: OperatorsBench) -> None:
    with local(bench, None) as visitor:
        assert "TASKYARD_LOCAL_ACCOUNT" in refusal(ask(visitor))


def test_a_local_account_that_is_disabled_lets_nobody_in(bench: OperatorsBench) -> None:
    account = subscriber(bench.yard.store, f"local.{new_id()}")
    with bench.yard.store.begin() as tx:
        disable(tx, account.id)
    with local(bench, account) as visitor:
        assert account.name in refusal(ask(visitor))


def test_a_local_account_on_the_plan_starter_has_no_api(bench: OperatorsBench) -> None:
    account = subscriber(bench.yard.store, f"local.{new_id()}", plan="starter")
    with local(bench, account) as visitor:
        assert ask(visitor).get_json()["code"] == 40301


@pytest.mark.parametrize(
    ("method", "path", "asked"),
    [
        ("GET", "/api/v1/tasks", {}),
        ("POST", "/api/v1/tasks", {"json": {"type": "ECHO", "content": "Hi"}}),
        ("GET", "/api/v1/credits", {}),
        ("POST", "/api/v1/tokens", {"json": {}}),
        ("GET", "/v1/jobs", {}),
    ],
)
def test_other_dialects_want_a_credential(
    visitor: Operator, method: str, path: str, asked: dict[str, Any]
) -> None:
    assert visitor.send(method, path, **asked).status_code == 401


def test_a_form_that_a_page_could_send_is_no_order(visitor: Operator) -> None:
    answer = visitor.post(TASK, data='{"script_name":"post"}', content_type="text/plain")

    assert (answer.status_code, answer.get_json()["code"]) == (415, 41501)
