import base64
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.accounts.claims import TokenRefused
from shared.accounts.keyring import Purpose, key_for
from shared.accounts.role import Role
from shared.accounts.token import LONGEST_SECONDS, TYPE, issue_token, verify_token
from shared.errors import Refused
from shared.ids import new_id
from shared.settings import Settings

ACCOUNT = new_id()
SETTINGS = Settings(home=Path(), database_url="", redis_url="", secret_key="s" * 40)
KEY = key_for(SETTINGS, Purpose.JWT)
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _payload(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    payload = {
        "iss": "taskyard",
        "aud": "taskyard",
        "iat": now,
        "exp": now + 60,
        "sub": ACCOUNT,
        "role": "buyer",
    }
    return {name: value for name, value in (payload | changes).items() if value is not None}


def _signed(
    payload: dict[str, Any],
    key: Any = KEY,
    algorithm: str = "HS256",
    headers: dict[str, Any] | None = None,
) -> str:
    return jwt.encode(payload, key, algorithm, headers={"typ": TYPE} | (headers or {}))


def _part(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def _raw(header: Any, payload: Any, signature: str = "") -> str:
    return f"{_part(header)}.{_part(payload)}.{signature}"


def _tampered() -> str:
    head, _, signature = _signed(_payload()).split(".")
    return f"{head}.{_part(_payload(role='admin'))}.{signature}"


def _with_public_key_as_secret() -> str:
    """The library refuses to sign so: put together by hand."""
    public = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = _signed(_payload()).rsplit(".", 1)[0]
    return f"{body}.{_part(hmac.digest(public, body.encode(), 'sha256'))}"


def _past() -> int:
    return int(time.time()) - 1


FORGED: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "one word": lambda: "token",
    "two parts": lambda: "a.b",
    "five parts": lambda: "a.b.c.d.e",
    "not base64": lambda: "!!!.???.***",
    "not ASCII": lambda: "é.è.à",
    "header not JSON": lambda: _raw(b"{", _payload()),
    "header a list": lambda: _raw([1], _payload()),
    "payload not JSON": lambda: _raw({"alg": "HS256"}, b"{"),
    "payload a list": lambda: _signed_list(),
    "deep nesting": lambda: _raw({"alg": "HS256"}, b"[" * 3000),
    "too long": lambda: _signed(_payload(x="y" * 9000)),
    "none": lambda: _raw({"alg": "none", "typ": TYPE}, _payload()),
    "None": lambda: _raw({"alg": "None", "typ": TYPE}, _payload()),
    "nOnE with a signature": lambda: _raw({"alg": "nOnE", "typ": TYPE}, _payload(), "AAAA"),
    "no alg": lambda: _raw({"typ": TYPE}, _payload(), "AAAA"),
    "alg null": lambda: _raw({"alg": None, "typ": TYPE}, _payload(), "AAAA"),
    "alg a list": lambda: _raw({"alg": ["HS256"], "typ": TYPE}, _payload(), "AAAA"),
    "empty signature": lambda: _signed(_payload()).rsplit(".", 1)[0] + ".",
    "payload changed": _tampered,
    "signature cut": lambda: _signed(_payload())[:-4],
    "HS384 with our key": lambda: _signed(_payload(), KEY * 2, "HS384"),
    "HS512 with our key": lambda: _signed(_payload(), KEY * 2, "HS512"),
    "RS256 by another key": lambda: _signed(_payload(), RSA, "RS256"),
    "key of another purpose": lambda: _signed(_payload(), key_for(SETTINGS, Purpose.COOKIES)),
    "the bare secret as key": lambda: _signed(_payload(), SETTINGS.secret_key),
    "an empty key": lambda: _raw({"alg": "HS256", "typ": TYPE}, _payload(), "AAAA"),
    "a public key as secret": _with_public_key_as_secret,
    "a key brought along": lambda: _signed(
        _payload(), b"k" * 32, headers={"jwk": {"kty": "oct", "k": _part(b"k" * 32)}}
    ),
    "a key address brought along": lambda: _signed(
        _payload(), b"k" * 32, headers={"jku": "http://127.0.0.1/keys"}
    ),
    "a key file as kid": lambda: _signed(_payload(), b"k" * 32, headers={"kid": "/dev/null"}),
    "unknown critical header": lambda: _signed(_payload(), headers={"crit": ["x"], "x": 1}),
    "unencoded payload": lambda: _signed(_payload(), headers={"b64": False, "crit": ["b64"]}),
    "typ JWT": lambda: _signed(_payload(), headers={"typ": "JWT"}),
    "typ of a cookie": lambda: _signed(_payload(), headers={"typ": "cookie+jwt"}),
    "another issuer": lambda: _signed(_payload(iss="https://else.where")),
    "issuer a list": lambda: _signed_raw(_payload(iss=["taskyard"])),
    "no issuer": lambda: _signed(_payload(iss=None)),
    "another audience": lambda: _signed(_payload(aud="elsewhere")),
    "no audience": lambda: _signed(_payload(aud=None)),
    "expired": lambda: _signed(_payload(exp=_past())),
    "no exp": lambda: _signed(_payload(exp=None)),
    "exp a word": lambda: _signed_raw(_payload(exp="later")),
    "exp infinite": lambda: _signed_raw(_payload(exp=float("inf"))),
    "exp beyond dates": lambda: _signed_raw(_payload(exp=10**30)),
    "no iat": lambda: _signed(_payload(iat=None)),
    "issued tomorrow": lambda: _signed(_payload(iat=int(time.time()) + 86400)),
    "not yet valid": lambda: _signed(_payload(nbf=int(time.time()) + 60)),
    "no subject": lambda: _signed(_payload(sub=None)),
    "subject a number": lambda: _signed_raw(_payload(sub=1)),
    "subject a name": lambda: _signed(_payload(sub="demo")),
    "no role": lambda: _signed(_payload(role=None)),
    "unknown role": lambda: _signed(_payload(role="root")),
    "role a list": lambda: _signed(_payload(role=["admin"])),
    "validator without a user": lambda: _signed(_payload(role="validator")),
    "user empty": lambda: _signed(_payload(role="validator", user="")),
    "user a number": lambda: _signed(_payload(role="validator", user=7)),
    "user with a line break": lambda: _signed(_payload(role="validator", user="a\nb")),
}


def _signed_raw(payload: Any) -> str:
    """Signed by our key, whatever the payload: what a library would refuse to write."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return jwt.api_jws.encode(body, KEY, "HS256", headers={"typ": TYPE})


def _signed_list() -> str:
    return _signed_raw([1, 2])


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_a_token_that_is_not_ours_is_refused(forge: Callable[[], str]) -> None:
    with pytest.raises(TokenRefused) as refusal:
        verify_token(SETTINGS, forge())

    assert refusal.value.code == "UNAUTHORIZED"


def test_the_forger_s_own_plain_token_would_be_good() -> None:
    assert verify_token(SETTINGS, _signed(_payload())).account == ACCOUNT


@pytest.mark.parametrize("role", ["buyer", "operator", "admin"])
def test_a_token_says_whose_it_is_and_what_it_grants(role: str) -> None:
    claims = verify_token(SETTINGS, issue_token(SETTINGS, ACCOUNT, role, ttl_seconds=60))

    assert (claims.account, claims.role, claims.user) == (ACCOUNT, Role(role), None)
    assert 55 < claims.expires_at.timestamp() - time.time() <= 60


def test_a_validator_s_token_names_its_person() -> None:
    claims = verify_token(SETTINGS, issue_token(SETTINGS, ACCOUNT, "validator", "anna"))

    assert (claims.role, claims.user) == (Role.VALIDATOR, "anna")


@pytest.mark.parametrize(
    ("role", "user", "seconds", "field"),
    [
        ("validator", None, 60, "user"),
        ("validator", "", 60, "user"),
        ("buyer", "x" * 201, 60, "user"),
        ("buyer", "a\x00b", 60, "user"),
        ("root", None, 60, "role"),
        ("buyer", None, 0, "ttl"),
        ("buyer", None, -1, "ttl"),
        ("buyer", None, float("nan"), "ttl"),
        ("buyer", None, LONGEST_SECONDS + 1, "ttl"),
    ],
)
def test_a_token_that_makes_no_sense_is_not_issued(
    role: str, user: str | None, seconds: float, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        issue_token(SETTINGS, ACCOUNT, role, user, seconds)

    assert refusal.value.field == field


def test_a_token_outlives_a_change_of_secret_while_the_old_one_is_kept() -> None:
    token = issue_token(SETTINGS, ACCOUNT, "buyer")
    kept = replace(SETTINGS, secret_key="n" * 40, secret_keys_old=(SETTINGS.secret_key,))
    dropped = replace(SETTINGS, secret_key="n" * 40)

    assert verify_token(kept, token).account == ACCOUNT
    with pytest.raises(TokenRefused):
        verify_token(dropped, token)


def test_an_expired_token_of_an_old_secret_is_still_expired() -> None:
    expired = _signed(_payload(exp=_past()))
    kept = replace(SETTINGS, secret_key="n" * 40, secret_keys_old=(SETTINGS.secret_key,))

    with pytest.raises(TokenRefused, match="expired"):
        verify_token(kept, expired)
