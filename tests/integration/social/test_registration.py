"""Accounts as their owners register, change and remove them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from shared.db import Transaction
from shared.devices.device import add_device
from shared.errors import Conflict, NotFound, Refused
from shared.social.account import (
    Platform,
    SocialAccount,
    get_numbered,
    social_accounts,
    use_social_account,
)
from shared.social.registration import change_account, register_account, remove_account
from shared.social.standing import held_back, log_out
from shared.tasks import mutex
from tests.memory_yard import MemoryYard
from tests.needing import NEEDING

SECRET = "s3cr3t-v4lue"
TOKEN = {"access_token": SECRET}
Attempt = Callable[[], SocialAccount]


def added(yard: MemoryYard, username: str = "ada", **said: Any) -> SocialAccount:
    """A new account of the first owner, on TikTok."""
    with yard.store.begin() as tx:
        return register_account(tx, yard.yard.settings, yard.account.id, "tiktok", username, **said)


def changed(yard: MemoryYard, account: SocialAccount, **said: Any) -> SocialAccount:
    """The account after its owner said something of it."""
    with yard.store.begin() as tx:
        return change_account(tx, yard.yard.settings, locked(tx, account), **said)


def locked(tx: Transaction, account: SocialAccount) -> SocialAccount:
    """The account as it is now."""
    return get_numbered(tx, account.account_id, account.number, for_update=True)


def reason(yard: MemoryYard, account: SocialAccount) -> str | None:
    """Why nothing is posted in the account."""
    with yard.store.read() as tx:
        found = mutex.closure(tx, account.mutex)
    assert found is None or found.until is None
    return found.reason if found else None


def test_a_new_account_may_post_at_once(yard: MemoryYard) -> None:
    account = added(yard)

    assert (account.enabled, account.logged_in, account.timezone) == (True, True, "UTC")
    assert reason(yard, account) is None


@pytest.mark.parametrize("written", ["ada", "@ada", " @ada "])
def test_a_user_name_is_kept_without_the_sign_before_it(yard: MemoryYard, written: str) -> None:
    assert added(yard, written).username == "ada"


def test_a_credential_is_sealed_and_only_its_account_opens_it(yard: MemoryYard) -> None:
    account = added(yard, credential=TOKEN)

    assert SECRET not in str(account.credential)
    assert account.opened(yard.yard.settings) == TOKEN
    with yard.store.read() as tx:
        assert SECRET not in str(tx.rows(select(social_accounts)))


def test_the_same_name_on_the_same_platform_is_taken(yard: MemoryYard) -> None:
    added(yard)

    with pytest.raises(Refused) as refused:
        added(yard, "@ada")
    assert (refused.value.code, refused.value.field) == ("CONFLICT", "username")


def test_the_same_name_may_be_on_another_platform_and_with_another_owner(yard: MemoryYard) -> None:
    added(yard)
    other = yard.open_account("other")

    with yard.store.begin() as tx:
        register_account(tx, yard.yard.settings, yard.account.id, "instagram", "ada")
        register_account(tx, yard.yard.settings, other.id, "tiktok", "ada")


BAD: list[tuple[str, dict[str, Any]]] = [
    ("timezone", {"timezone": "Mars/Olympus"}),
    ("tags", {"tags": ["a,b"]}),
    ("tags", {"tags": [7]}),
    ("tags", {"tags": [""]}),
    ("tags", {"tags": [str(number) for number in range(51)]}),
    ("device", {"device": "unknown"}),
    ("device", {"device": "theirs"}),
    ("email", {"email": "x" * 321}),
    ("packagename", {"package_name": "a\nb"}),
    ("credential.access_token", {"credential": {"refresh_token": SECRET}}),
]


@pytest.mark.parametrize(("field", "said"), BAD, ids=[f"{n} {f}" for n, (f, _) in enumerate(BAD)])
def test_what_cannot_be_is_refused_by_the_name_of_its_field(
    yard: MemoryYard, field: str, said: dict[str, Any]
) -> None:
    account, other = added(yard, "grace"), yard.open_account("other")
    with yard.store.begin() as tx:
        add_device(tx, other.id, "theirs")

    attempts: list[Attempt] = [
        lambda: added(yard, **said),
        lambda: changed(yard, account, **said),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.field == field
        assert SECRET not in str(refused.value)
    with yard.store.read() as tx:
        assert get_numbered(tx, account.account_id, account.number) == account


@pytest.mark.parametrize("username", ["", "@", "  ", "x" * 121, "a\nb", "a\0b"])
def test_a_user_name_that_is_none_is_refused(yard: MemoryYard, username: str) -> None:
    with pytest.raises(Refused, match="username: must be"):
        added(yard, username)


def test_an_unknown_platform_is_refused_and_the_known_ones_are_named(yard: MemoryYard) -> None:
    with (
        yard.store.begin() as tx,
        pytest.raises(Refused, match="tiktok, instagram, mastodon, bluesky") as refused,
    ):
        register_account(tx, yard.yard.settings, yard.account.id, "myspace", "ada")
    assert refused.value.field == "platform"


def test_a_disabled_account_keeps_its_tasks_waiting_until_it_is_enabled(yard: MemoryYard) -> None:
    account = added(yard)

    disabled = changed(yard, account, enabled=False)
    assert reason(yard, account) == "The account ada on tiktok is disabled." == held_back(disabled)
    assert held_back(changed(yard, account, enabled=True)) is None
    assert reason(yard, account) is None


def test_an_account_that_begins_logged_out_waits_for_a_credential(yard: MemoryYard) -> None:
    account = added(yard, logged_in=False)

    assert reason(yard, account) == (
        "The account ada on tiktok is logged out: it needs a new credential."
    )


@pytest.mark.parametrize("said", [{"credential": TOKEN}, {"logged_in": True}], ids=str)
def test_a_new_credential_or_a_word_logs_an_account_in(
    yard: MemoryYard, said: dict[str, Any]
) -> None:
    account = added(yard, logged_in=False)

    assert changed(yard, account, **said).logged_in
    assert reason(yard, account) is None


def test_a_credential_does_not_open_what_is_disabled(yard: MemoryYard) -> None:
    account = added(yard, enabled=False, logged_in=False)

    assert changed(yard, account, credential=TOKEN).logged_in
    assert reason(yard, account) == "The account ada on tiktok is disabled."


def test_an_enabled_account_that_is_logged_out_still_waits(yard: MemoryYard) -> None:
    account = added(yard, enabled=False, logged_in=False)

    changed(yard, account, enabled=True)

    assert "logged out" in str(reason(yard, account))


def test_a_new_pace_is_looked_at_anew(yard: MemoryYard) -> None:
    account = added(yard, daily_cap=1)
    with yard.store.begin() as tx:
        mutex.close(tx, account.mutex, "Its day is full.")

    assert changed(yard, account, daily_cap=0).daily_cap is None
    assert reason(yard, account) is None


def test_what_has_nothing_to_do_with_posting_opens_nothing(yard: MemoryYard) -> None:
    account = added(yard)
    with yard.store.begin() as tx:
        mutex.close(tx, account.mutex, "Its day is full.")

    changed(yard, account, tags=["a"], email="ada@example.org")

    assert reason(yard, account) == "Its day is full."


def test_an_empty_credential_removes_it(yard: MemoryYard) -> None:
    account = added(yard, credential=TOKEN)

    without = changed(yard, account, credential={})

    assert (without.credential, without.logged_in) == (None, True)


def test_what_is_not_named_stays(yard: MemoryYard) -> None:
    account = added(yard, credential=TOKEN, email="ada@example.org", tags=["a"], daily_cap=3)

    after = changed(yard, account, timezone="Europe/Berlin")

    assert after.timezone == "Europe/Berlin"
    assert (after.credential, after.email, after.tags, after.daily_cap) == (
        account.credential,
        account.email,
        account.tags,
        account.daily_cap,
    )


def test_an_account_is_renamed_unless_the_name_is_taken(yard: MemoryYard) -> None:
    ada, _ = added(yard), added(yard, "grace")

    with pytest.raises(Refused, match="There is an account grace on tiktok already"):
        changed(yard, ada, username="grace")
    assert changed(yard, ada, username="ada").username == "ada"
    assert changed(yard, ada, username="@ada.l").username == "ada.l"


def test_an_account_stays_on_its_platform(yard: MemoryYard) -> None:
    account = added(yard)

    with pytest.raises(Refused, match="platform: is tiktok, and cannot be changed") as refused:
        changed(yard, account, platform="instagram")
    assert refused.value.field == "platform"
    assert changed(yard, account, platform="tiktok").platform == "tiktok"


def test_a_device_is_bound_and_unbound_by_its_serial(yard: MemoryYard) -> None:
    with yard.store.begin() as tx:
        device = add_device(tx, yard.account.id, "d1")
    account = added(yard, device="d1")

    assert account.device_id == device.id
    assert changed(yard, account, device="").device_id is None


def test_logging_out_closes_the_account_until_there_is_a_new_credential(yard: MemoryYard) -> None:
    account = added(yard, credential=TOKEN)

    with yard.store.begin() as tx:
        assert log_out(tx, account)

    assert "logged out" in str(reason(yard, account))
    changed(yard, account, credential={"access_token": "new"})
    assert reason(yard, account) is None


def test_a_credential_given_meanwhile_is_not_logged_out(yard: MemoryYard) -> None:
    account = added(yard, credential=TOKEN)
    changed(yard, account, credential={"access_token": "new"})

    with yard.store.begin() as tx:
        assert not log_out(tx, account)
        assert locked(tx, account).logged_in
    assert reason(yard, account) is None


def test_an_account_without_a_credential_can_be_logged_out_too(yard: MemoryYard) -> None:
    account = added(yard)

    with yard.store.begin() as tx:
        assert log_out(tx, account)
        assert not locked(tx, account).logged_in


def test_a_removed_account_is_gone_and_forgotten(yard: MemoryYard) -> None:
    account = added(yard, enabled=False)

    with yard.store.begin() as tx:
        remove_account(tx, locked(tx, account))

    with yard.store.read() as tx, pytest.raises(NotFound):
        locked(tx, account)
    assert reason(yard, account) is None


def test_an_account_is_not_removed_while_a_task_of_it_is_not_over(yard: MemoryYard) -> None:
    account = added(yard)
    task_id = yard.submit(NEEDING, payload={"needs": [account.mutex]})

    with yard.store.begin() as tx, pytest.raises(Conflict, match="1 task that is not over"):
        remove_account(tx, locked(tx, account))

    yard.cancel(task_id)
    with yard.store.begin() as tx:
        remove_account(tx, locked(tx, account))
    assert yard.task(task_id).payload == {"needs": [account.mutex]}


def test_a_name_is_registered_anew_where_its_account_was_removed(yard: MemoryYard) -> None:
    account = added(yard)
    with yard.store.begin() as tx:
        remove_account(tx, locked(tx, account))
        again = use_social_account(tx, yard.yard.settings, yard.account.id, "ada")

    assert (again.platform, again.id != account.id) == (Platform.TIKTOK, True)
