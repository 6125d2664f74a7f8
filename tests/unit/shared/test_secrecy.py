"""Secrets are found in what is told, however they are written there."""

from __future__ import annotations

import html
import json
from base64 import b64encode, urlsafe_b64encode
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from shared.errors import TaskError, TaskTimeout
from shared.secrecy import kept_secret, secret_texts, without_secrets

SECRET = 'open "sesame"/é&?>\\'
KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nshort\n-----END KEY-----\n"
WRITTEN = {
    "itself": SECRET,
    "in a path": quote(SECRET),
    "in a URL": quote(SECRET, safe=""),
    "in a form": urlencode({"password": SECRET}),
    "in JSON": json.dumps({"password": SECRET}),
    "in other JSON": json.dumps({"password": SECRET}, ensure_ascii=False),
    "in Python": repr({"password": SECRET}),
    "in bytes": repr(SECRET.encode()),
    "in HTML": html.escape(SECRET),
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_a_secret_is_found_however_it_is_written(text: str) -> None:
    told = without_secrets(f"before {text} after", [SECRET])
    assert "…" in told
    assert "sesame" not in told
    assert told.startswith("before ")
    assert told.endswith(" after")


@pytest.mark.parametrize("user", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode], ids=["plain", "for URLs"])
def test_a_secret_is_found_in_a_header_of_basic_authentication(encode: Any, user: str) -> None:
    for tail in ("", "x", "xy"):
        header = encode(f"{user}:{SECRET}{tail}".encode()).decode()
        told = without_secrets(header, [SECRET])
        assert "…" in told
        assert len(told) < 14


def test_a_line_of_a_private_key_is_found_by_itself() -> None:
    told = without_secrets("at MIIEvQIBADANBgkqhkiG9w0: short", secret_texts(KEY))
    assert told == "at …: short"


def test_the_longer_of_two_secrets_goes_first() -> None:
    assert without_secrets("password1 password", ["password", "password1"]) == "… …"


def test_json_is_searched_to_its_depth_its_keys_too() -> None:
    value = {"a": [{"hunter22": "x hunter22 y"}, ("hunter22", 1, None, True, 2.5)]}
    told = {"a": [{"…": "x … y"}, ["…", 1, None, True, 2.5]]}
    assert without_secrets(value, ["hunter22"]) == told


def test_without_secrets_nothing_changes() -> None:
    value = {"a": ("b",)}
    assert without_secrets(value, []) is value
    assert without_secrets("abc", ["abc"]) == "abc"  # too short: found in any word


def test_a_secret_that_is_no_unicode_is_found() -> None:
    assert without_secrets("x caf\udce9 y", ["caf\udce9"]) == "x … y"


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("hunter22", {"hunter22"}),
        ("abc", set()),
        (None, set()),
        (1234567, set()),
        (["hunter22", "other one"], {"hunter22", "other one"}),
        ({"user": "maria", "password": "hunter22"}, {"hunter22"}),
        ({"access_token": "tttt", "Client_Secret": "ssss", "author": "Jane Doe"}, {"tttt", "ssss"}),
        ({"deep": {"private_key": "kkkk", "path": "/path"}}, {"kkkk"}),
        ({"tokens": ["tttt", {"region": "eu-west-1"}]}, {"tttt"}),
    ],
    ids=lambda value: "" if isinstance(value, set) else str(value),
)
def test_what_keys_call_a_secret_is_one(value: object, texts: set[str]) -> None:
    assert secret_texts(value) == texts


def test_an_error_is_raised_without_secrets_and_is_the_same_otherwise() -> None:
    raised = TaskError("no: hunter22", retryable=False, delay_seconds=3, code="NO_hunter22")
    with pytest.raises(TaskError) as caught, kept_secret(["hunter22"]):
        raise raised
    assert caught.value is raised
    assert (str(raised), raised.message, raised.code) == ("no: …", "no: …", "NO_…")
    assert (raised.retryable, raised.delay_seconds) == (False, 3)


def test_an_error_that_tells_nothing_stays_as_it_is() -> None:
    said = r"^The task ran longer than 3 s\.$"
    with pytest.raises(TaskTimeout, match=said), kept_secret(["hunter22"]):
        raise TaskTimeout(3)
