"""What a credential must say, and what is told of one that does not."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import Refused
from shared.social.account import Platform
from shared.social.credential import LONGEST_VALUE, MOST_KEYS, REQUIRED, check_credential

SECRET = "s3cr3t-v4lue"


def whole(platform: Platform) -> dict[str, str]:
    """A credential with all that the platform needs."""
    said = {key: f"{SECRET}-{key}" for key in REQUIRED[platform]}
    return said | ({"instance": "https://social.example"} if "instance" in said else {})


@pytest.mark.parametrize("platform", list(Platform))
def test_a_credential_with_all_that_is_required_is_taken(platform: Platform) -> None:
    assert check_credential(platform, whole(platform)) == whole(platform)


@pytest.mark.parametrize(
    ("platform", "key"), [(platform, key) for platform in Platform for key in REQUIRED[platform]]
)
def test_a_key_that_is_missing_is_named_and_no_value_is(platform: Platform, key: str) -> None:
    said = {**whole(platform), "note": SECRET}
    del said[key]

    with pytest.raises(Refused) as refused:
        check_credential(platform, said)

    assert refused.value.field == f"credential.{key}"
    assert key in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    "value",
    ["", "  ", 7, None, True, ["x"], {"a": 1}, f"{SECRET}\n{SECRET}", SECRET * LONGEST_VALUE],
    ids=["empty", "blank", "number", "null", "flag", "list", "object", "two lines", "too long"],
)
def test_a_value_that_is_no_text_is_refused_by_the_name_of_its_key(value: Any) -> None:
    with pytest.raises(Refused, match="access_token: must be a text") as refused:
        check_credential(Platform.TIKTOK, {"access_token": value})

    assert SECRET not in str(refused.value)


def test_a_token_that_no_header_can_hold_is_refused() -> None:
    with pytest.raises(Refused, match="access_token: must be of ASCII") as refused:
        check_credential(Platform.INSTAGRAM, {"access_token": f"{SECRET}é", "user_id": "1"})

    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    "key",
    [SECRET, "", "Access_Token", "access token", "a" * 41],
    ids=["secret", "empty", "capitals", "space", "long"],
)
def test_a_key_that_is_no_word_is_not_repeated(key: str) -> None:
    """Who mixes up keys and values gets no secret shown."""
    with pytest.raises(Refused) as refused:
        check_credential(Platform.TIKTOK, {"access_token": "x", key: "y"})

    assert refused.value.field == "credential"
    assert not key or key not in str(refused.value)


def test_too_many_keys_are_refused() -> None:
    said = {f"key_{number}": "x" for number in range(MOST_KEYS)}

    with pytest.raises(Refused, match=f"at most {MOST_KEYS} keys"):
        check_credential(Platform.TIKTOK, {"access_token": "x", **said})


@pytest.mark.parametrize(
    "server",
    [
        "social.example",
        "ftp://social.example",
        "https://",
        "https://ada:pw@social.example",
        "https://social.example/api",
        "https://social.example/?a=b",
        "https://social.example:99999",
    ],
)
def test_a_server_that_is_no_address_is_refused(server: str) -> None:
    with pytest.raises(Refused, match=r"credential\.instance: must be the address"):
        check_credential(Platform.MASTODON, {"instance": server, "access_token": "x"})


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://social.example/", "https://social.example"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("  https://social.example ", "https://social.example"),
    ],
)
def test_a_server_is_kept_in_one_form(written: str, kept: str) -> None:
    said = {"instance": written, "access_token": "x"}

    assert check_credential(Platform.MASTODON, said)["instance"] == kept


def test_an_empty_credential_is_none() -> None:
    assert check_credential(Platform.MASTODON, {}) == {}


def test_what_else_is_said_is_kept_for_the_publisher() -> None:
    said = {"access_token": "x", "refresh_token": "y", "is_aigc": True, "version": 2, "note": ""}

    assert check_credential(Platform.TIKTOK, said) == said
