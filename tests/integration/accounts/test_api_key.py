from dataclasses import replace
from datetime import datetime, timedelta
from zlib import crc32

import pytest
from sqlalchemy import select

from shared.accounts.account import create_account, disable, get_account
from shared.accounts.api_key import (
    USED_EVERY_SECONDS,
    api_keys,
    create_api_key,
    list_api_keys,
    revoke_api_key,
    verify_api_key,
)
from shared.accounts.key_text import new_key_text
from shared.accounts.role import Role
from shared.accounts.token import grant_token, verify_token
from shared.clock import FakeClock
from shared.db import Store
from shared.errors import NotFound, Refused
from shared.ids import new_id
from shared.settings import Settings

NO_KEY = "ty_FL7Apkj2qa_iF4kieUJ5NtLgtdYIgu27Te3y7w4IKvm_5eb5c43c"
"""The text of a key that the yard never made."""


@pytest.fixture
def account_id(store: Store) -> str:
    with store.begin() as tx:
        return create_account(tx, "demo").id


@pytest.fixture
def text(store: Store, settings: Settings, account_id: str) -> str:
    with store.begin() as tx:
        return create_api_key(tx, settings, account_id, name="laptop")[1]


def _is_good(store: Store, settings: Settings, text: str) -> bool:
    with store.read() as tx:
        return verify_api_key(tx, settings, text) is not None


def _last_used(store: Store, account_id: str) -> datetime | None:
    with store.read() as tx:
        return list_api_keys(tx, account_id)[0].last_used_at


def test_a_key_opens_its_account(
    store: Store, settings: Settings, account_id: str, text: str
) -> None:
    with store.read() as tx:
        key = verify_api_key(tx, settings, text)

    assert key is not None
    assert (key.account_id, key.name, key.role) == (account_id, "laptop", Role.OPERATOR)
    assert text.split("_")[1] == key.prefix


def test_the_store_holds_nothing_that_opens_an_account(store: Store, text: str) -> None:
    with store.read() as tx:
        row = tx.rows(select(api_keys))[0]

    assert text.split("_")[2] not in str(row)


def test_a_key_of_the_right_prefix_and_another_secret_opens_nothing(
    store: Store, settings: Settings, text: str
) -> None:
    other = new_key_text().split("_")[2]
    body = f"ty_{text.split('_')[1]}_{other}"
    assert not _is_good(store, settings, f"{body}_{crc32(body.encode()):08x}")


@pytest.mark.parametrize("text", ["", "Bearer", NO_KEY, "ty_a_b_c", "'; DROP TABLE"])
def test_an_unknown_text_opens_nothing(store: Store, settings: Settings, text: str) -> None:
    assert not _is_good(store, settings, text)


def test_a_revoked_key_opens_nothing_from_then_on(
    store: Store, settings: Settings, account_id: str, text: str, clock: FakeClock
) -> None:
    with store.begin() as tx:
        revoked = revoke_api_key(tx, account_id, list_api_keys(tx, account_id)[0].id)
    at = clock.now()
    clock.advance(5)
    with store.begin() as tx:
        again = revoke_api_key(tx, account_id, revoked.prefix)

    assert (revoked.revoked_at, again.revoked_at) == (at, at)
    assert not _is_good(store, settings, text)


def test_another_account_s_key_cannot_be_revoked(
    store: Store, settings: Settings, account_id: str, text: str
) -> None:
    with store.begin() as tx:
        stranger = create_account(tx, "stranger")
        for unknown in (list_api_keys(tx, account_id)[0].id, new_id(), "nonsense", ""):
            with pytest.raises(NotFound):
                revoke_api_key(tx, stranger.id, unknown)

    assert _is_good(store, settings, text)


def test_a_key_ends_when_it_expires(
    store: Store, settings: Settings, account_id: str, clock: FakeClock
) -> None:
    with store.begin() as tx:
        in_an_hour = clock.now() + timedelta(hours=1)
        _, text = create_api_key(tx, settings, account_id, expires_at=in_an_hour)
    clock.advance(3599)
    assert _is_good(store, settings, text)

    clock.advance(1)
    assert not _is_good(store, settings, text)


def test_a_closed_account_s_keys_open_nothing(
    store: Store, settings: Settings, account_id: str, text: str
) -> None:
    with store.begin() as tx:
        disable(tx, account_id)

    assert not _is_good(store, settings, text)


def test_the_last_use_is_written_once_a_minute(
    store: Store, settings: Settings, account_id: str, text: str, clock: FakeClock
) -> None:
    assert _last_used(store, account_id) is None
    _is_good(store, settings, text)
    first = clock.now()
    clock.advance(USED_EVERY_SECONDS - 1)
    _is_good(store, settings, text)
    assert _last_used(store, account_id) == first

    clock.advance(1)
    _is_good(store, settings, text)
    assert _last_used(store, account_id) == clock.now()


def test_a_key_used_while_the_old_secret_is_kept_outlives_it(
    store: Store, settings: Settings, text: str
) -> None:
    rotated = replace(settings, secret_key="n" * 40, secret_keys_old=(settings.secret_key,))
    alone = replace(settings, secret_key="n" * 40)

    assert not _is_good(store, alone, text)
    assert _is_good(store, rotated, text)
    assert _is_good(store, alone, text)


def test_a_validator_s_key_names_a_person_and_marks_the_account(
    store: Store, settings: Settings, account_id: str, clock: FakeClock
) -> None:
    with store.begin() as tx:
        with pytest.raises(Refused):
            create_api_key(tx, settings, account_id, role="validator")
        assert get_account(tx, account_id).validators_at is None
        key, _ = create_api_key(tx, settings, account_id, role="validator", user="anna")

        assert (key.role, key.user) == (Role.VALIDATOR, "anna")
        assert get_account(tx, account_id).validators_at == clock.now()


def test_a_validator_s_token_marks_the_account(
    store: Store, settings: Settings, account_id: str, clock: FakeClock
) -> None:
    with store.begin() as tx:
        grant_token(tx, settings, account_id, "buyer")
        assert get_account(tx, account_id).validators_at is None
        token = grant_token(tx, settings, account_id, "validator", "anna")

        assert get_account(tx, account_id).validators_at == clock.now()
    assert verify_token(settings, token).user == "anna"


def test_a_key_of_no_account_is_not_made(store: Store, settings: Settings) -> None:
    with store.begin() as tx, pytest.raises(NotFound):
        create_api_key(tx, settings, new_id())


@pytest.mark.parametrize("name", ["", "x" * 101, "a\nb"])
def test_a_bad_name_is_refused(
    store: Store, settings: Settings, account_id: str, name: str
) -> None:
    with store.begin() as tx, pytest.raises(Refused):
        create_api_key(tx, settings, account_id, name=name)
