"""The caller's accounts for the request at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.auth import caller
from api.gateway import gateway
from api.idempotency.once import created
from api.scripts.account_view import account_body, whole_body
from api.scripts.path_number import path_number
from shared.db import Transaction
from shared.social.account import SocialAccount, get_numbered
from shared.social.listing import AccountFilter, count_accounts, devices_of, list_accounts
from shared.social.registration import change_account, register_account, remove_account


def read_accounts(query: Mapping[str, Any]) -> dict[str, Any]:
    """A page of the caller's accounts, oldest first, and how many there are on all pages."""
    page, size = query["page"], query["page_size"]
    wanted, account_id = filter_of(query), caller().account_id
    with gateway().yard.store.read() as tx:
        total = count_accounts(tx, account_id, wanted)
        found = list_accounts(tx, account_id, wanted, limit=size, offset=(page - 1) * size)
        devices = devices_of(tx, found)
    bodies = [account_body(one, devices.get(one.device_id or "")) for one in found]
    return {"accounts": bodies, "total": total, "page": page, "page_size": size}


def filter_of(query: Mapping[str, Any]) -> AccountFilter:
    """Which accounts a query asks for. Pure."""
    logined, status = query.get("logined"), query.get("status")
    return AccountFilter(
        platform=query.get("platform"),
        serial=query.get("device"),
        logged_in=None if logined is None else logined == 1,
        enabled=None if status is None else status == 0,
        tag=query.get("tag"),
    )


def read_account(account_number: str) -> dict[str, Any]:
    """The caller's account of that number."""
    number = number_of(account_number)
    with gateway().yard.store.read() as tx:
        return _body(tx, get_numbered(tx, caller().account_id, number))


def registered(said: Mapping[str, Any]) -> dict[str, Any]:
    """A new account of the caller's."""
    yard, account_id = gateway().yard, caller().account_id

    def work(tx: Transaction) -> dict[str, Any]:
        return _body(tx, register_account(tx, yard.settings, account_id, **said))

    return created(work)


def changed_account(account_number: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """The caller's account after what was said of it."""
    yard, account_id, number = gateway().yard, caller().account_id, number_of(account_number)

    def work(tx: Transaction) -> dict[str, Any]:
        account = get_numbered(tx, account_id, number, for_update=True)
        return _body(tx, change_account(tx, yard.settings, account, **said))

    return yard.store.transact(work)


def removed(account_number: str) -> int:
    """Remove the caller's account; its number."""
    account_id, number = caller().account_id, number_of(account_number)

    def work(tx: Transaction) -> None:
        remove_account(tx, get_numbered(tx, account_id, number, for_update=True))

    gateway().yard.store.transact(work)
    return number


def number_of(text: str) -> int:
    """An account's number, from a path."""
    return path_number(text, "id", "account")


def _body(tx: Transaction, account: SocialAccount) -> dict[str, Any]:
    return whole_body(account, devices_of(tx, [account]).get(account.device_id or ""))
