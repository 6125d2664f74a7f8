"""Credentials that let nobody in, and how long a revoked one still does."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from datetime import timedelta

import jwt
import pytest

from api.credentials import TRUSTED_SECONDS
from shared.accounts.account import disable
from shared.accounts.api_key import create_api_key, revoke_api_key
from shared.accounts.keyring import Purpose, key_for
from shared.accounts.token import grant_token, issue_token
from shared.ids import new_id
from tests.gateway import TASKS, Bench, Caller, open_account
from tests.servers import eventually


def key_of(bench: Bench, buyer: Caller, **kwargs: object) -> tuple[str, str]:
    """A new API key of the buyer's account: its id and its text."""
    with bench.yard.store.begin() as tx:
        key, text = create_api_key(tx, bench.yard.settings, buyer.account.id, **kwargs)  # type: ignore[arg-type]
    return key.id, text


def claims(account_id: str, **changes: object) -> dict[str, object]:
    """The claims of a good token with ``changes``; ... leaves one out."""
    now = int(time.time())
    good = {
        "iss": "taskyard",
        "aud": "taskyard",
        "iat": now,
        "exp": now + 600,
        "sub": account_id,
        "role": "buyer",
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not ...}


def signed(bench: Bench, payload: dict[str, object], **changes: object) -> str:
    """``payload`` signed as we sign, with ``changes`` to how."""
    how = {
        "key": key_for(bench.yard.settings, Purpose.JWT),
        "algorithm": "HS256",
        "headers": {"typ": "taskyard+jwt"},
        **changes,
    }
    return jwt.encode(payload, **how)  # type: ignore[arg-type]


def unsigned(payload: dict[str, object]) -> str:
    """A token that claims to need no signature."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'typ': 'taskyard+jwt'})}.{part(payload)}."


pytestmark = pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
FORGED: dict[str, Callable[[Bench, str], str]] = {
    "no token": lambda b, a: "",
    "noise": lambda b, a: "noise",
    "three dots": lambda b, a: "...",
    "not ASCII": lambda b, a: "clé",
    "very long": lambda b, a: "a" * 20_000,
    "another secret": lambda b, a: signed(b, claims(a), key="another secret, also quite long " * 2),
    "another algorithm": lambda b, a: signed(b, claims(a), algorithm="HS384"),
    "algorithm none": lambda b, a: unsigned(claims(a)),
    "another type": lambda b, a: signed(b, claims(a), headers={"typ": "JWT"}),
    "expired": lambda b, a: signed(b, claims(a, exp=int(time.time()) - 1)),
    "no expiry": lambda b, a: signed(b, claims(a, exp=...)),
    "another issuer": lambda b, a: signed(b, claims(a, iss="evil")),
    "another audience": lambda b, a: signed(b, claims(a, aud="elsewhere")),
    "unknown account": lambda b, a: signed(b, claims(new_id())),
    "unknown role": lambda b, a: signed(b, claims(a, role="king")),
    "no role": lambda b, a: signed(b, claims(a, role=...)),
    "unknown key": lambda b, a: signed(b, claims(a, key=new_id())),
    "key that is no id": lambda b, a: signed(b, claims(a, key=["x"])),
    "validator without a name": lambda b, a: signed(b, claims(a, role="validator")),
    "key of the right shape": lambda b, a: f"ty_{'a' * 10}_{'b' * 32}_{0:08x}",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_credential_lets_nobody_in(bench: Bench, buyer: Caller, name: str) -> None:
    credential = FORGED[name](bench, buyer.account.id)
    headers = {"Authorization": f"Bearer {credential}".encode().decode("latin-1")}

    answer = bench.stranger(buyer.account, None).get(TASKS, headers=headers)

    assert (answer.status_code, answer.get_json()["code"]) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Token x", "x"])
def test_only_bearer_credentials_count(bench: Bench, buyer: Caller, header: str) -> None:
    answer = bench.stranger(buyer.account, None).get(TASKS, headers={"Authorization": header})

    assert answer.status_code == 401


def test_a_token_of_ours_lets_in_whatever_the_case_of_bearer(bench: Bench, buyer: Caller) -> None:
    headers = {"Authorization": f"bEaReR   {buyer.credential}"}

    assert bench.stranger(buyer.account, None).get(TASKS, headers=headers).status_code == 200


def test_an_api_key_works_like_a_token(bench: Bench, buyer: Caller) -> None:
    _, text = key_of(bench, buyer)

    assert bench.stranger(buyer.account, text).submit().status_code == 201


def test_a_key_that_was_changed_lets_nobody_in(bench: Bench, buyer: Caller) -> None:
    _, text = key_of(bench, buyer)
    changed = text[:20] + ("a" if text[20] != "a" else "b") + text[21:]

    assert bench.stranger(buyer.account, changed).get(TASKS).status_code == 401


def test_a_revoked_key_is_refused_within_two_seconds(bench: Bench, buyer: Caller) -> None:
    key_id, text = key_of(bench, buyer)
    caller = bench.stranger(buyer.account, text)
    assert caller.get(TASKS).status_code == 200

    with bench.yard.store.begin() as tx:
        revoke_api_key(tx, buyer.account.id, key_id)

    assert TRUSTED_SECONDS <= 2
    eventually(lambda: caller.get(TASKS).status_code == 401, 2.5)


def test_a_token_ends_with_the_key_that_made_it(bench: Bench, buyer: Caller) -> None:
    key_id, text = key_of(bench, buyer)
    other_id, _ = key_of(bench, buyer)
    body = bench.stranger(buyer.account, text).post("/api/v1/tokens").get_json()
    caller = bench.stranger(buyer.account, body["token"])

    with bench.yard.store.begin() as tx:
        revoke_api_key(tx, buyer.account.id, other_id)
    assert caller.get(TASKS).status_code == 200

    with bench.yard.store.begin() as tx:
        revoke_api_key(tx, buyer.account.id, key_id)
    eventually(lambda: caller.get(TASKS).status_code == 401, 2.5)


def test_a_token_of_a_key_that_is_over_lets_nobody_in(bench: Bench, buyer: Caller) -> None:
    key_id, _ = key_of(bench, buyer, expires_at=bench.yard.store.now() - timedelta(seconds=1))
    token = issue_token(bench.yard.settings, buyer.account.id, "buyer", key_id=key_id)

    assert bench.stranger(buyer.account, token).get(TASKS).status_code == 401


def test_a_disabled_account_is_refused_within_two_seconds(bench: Bench, buyer: Caller) -> None:
    assert buyer.get(TASKS).status_code == 200

    with bench.yard.store.begin() as tx:
        disable(tx, buyer.account.id)

    eventually(lambda: buyer.get(TASKS).status_code == 401, 2.5)


def test_an_expired_key_lets_nobody_in(bench: Bench, buyer: Caller) -> None:
    _, text = key_of(bench, buyer, expires_at=bench.yard.store.now() - timedelta(seconds=1))

    assert bench.stranger(buyer.account, text).get(TASKS).status_code == 401


def test_the_account_of_a_credential_is_the_only_one_it_sees(bench: Bench, buyer: Caller) -> None:
    other = bench.caller(open_account(bench.yard.store, "other"))
    task_id = other.submitted()

    assert buyer.get(TASKS).get_json()["tasks"] == []
    assert buyer.get(f"{TASKS}/{task_id}").status_code == 404
    assert buyer.delete(f"{TASKS}/{task_id}").status_code == 404
    assert other.task(task_id)["status"] == "PENDING"


def test_an_operators_key_makes_a_token(bench: Bench, buyer: Caller) -> None:
    owner = bench.stranger(buyer.account, key_of(bench, buyer)[1])

    body = owner.post("/api/v1/tokens", json={"role": "validator", "user": "Ada", "ttl": 60})

    assert body.status_code == 201
    assert body.get_json()["role"] == "validator"
    ada = bench.stranger(buyer.account, body.get_json()["token"])
    assert ada.get("/api/v1/validations/next").status_code == 204


def test_a_token_is_for_an_hours_buyer_unless_said_otherwise(bench: Bench, buyer: Caller) -> None:
    owner = bench.stranger(buyer.account, key_of(bench, buyer)[1])

    body = owner.post("/api/v1/tokens").get_json()

    assert (body["role"], body["user"]) == ("buyer", None)
    assert bench.stranger(buyer.account, body["token"]).submit().status_code == 201


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"role": "admin"}, 400, "INVALID_FIELD"),
        ({"role": "king"}, 400, "INVALID_FIELD"),
        ({"role": "validator"}, 400, "INVALID_FIELD"),
        ({"ttl": 0}, 400, "INVALID_FIELD"),
        ({"ttl": 10**9}, 400, "INVALID_FIELD"),
        ({"user": ""}, 400, "INVALID_FIELD"),
        ({"user": "a\nb", "role": "validator"}, 400, "INVALID_FIELD"),
    ],
)
def test_a_token_that_cannot_be_had_is_refused(
    bench: Bench, buyer: Caller, asked: dict[str, object], status: int, code: str
) -> None:
    owner = bench.stranger(buyer.account, key_of(bench, buyer)[1])

    answer = owner.post("/api/v1/tokens", json=asked)

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_tokens_do_not_make_tokens(bench: Bench, buyer: Caller) -> None:
    operator = bench.caller(buyer.account, "operator")

    assert operator.post("/api/v1/tokens", json={"role": "buyer"}).status_code == 403


def test_a_buyers_key_makes_no_tokens(bench: Bench, buyer: Caller) -> None:
    caller = bench.stranger(buyer.account, key_of(bench, buyer, role="buyer")[1])

    assert caller.post("/api/v1/tokens", json={"role": "buyer"}).status_code == 403


def test_a_short_token_ends_on_time_though_it_is_remembered(bench: Bench, buyer: Caller) -> None:
    with bench.yard.store.begin() as tx:
        text = grant_token(tx, bench.yard.settings, buyer.account.id, "buyer", None, 1)
    caller = bench.stranger(buyer.account, text)
    eventually(lambda: caller.get(TASKS).status_code == 401, 3)
