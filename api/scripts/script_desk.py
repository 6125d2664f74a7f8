"""The way of an operator's request: orders become tasks, and tasks are found by their numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import select

from api.auth import caller
from api.gateway import gateway
from api.idempotency.once import requested
from api.scripts.order import Order
from api.scripts.path_number import path_number
from api.scripts.refusals import refused
from api.scripts.schemas import MOST_TASKS
from shared.accounts.account import accounts
from shared.db import Transaction
from shared.errors import CreditsExhausted
from shared.scripts.script import scripts_of
from shared.scripts.targets import Target, in_accounts, on_devices
from shared.tasks.draft import Draft
from shared.tasks.script_queries import ScriptTasks

T = TypeVar("T")
PER_COMMIT = 200
"""How many tasks of a long list share a commit: others come in between."""


def order_tasks(order: Order, source: str = "api") -> list[int]:
    """Register what is not known yet and store the caller's tasks, all or none; their numbers.

    ``source`` is "ui" for what the console makes.
    """
    settings, account_id = gateway().yard.settings, caller().account_id

    def ask(tx: Transaction) -> list[Draft]:
        if order.usernames:
            targets = in_accounts(tx, settings, account_id, order.usernames)
        else:
            each = order.each_account
            targets = on_devices(tx, account_id, order.serials, each_account=each)
        _require_few(targets)
        drafts = [order.draft(target, account_id, source, tx.now) for target in targets]
        _require_credits(tx, account_id, sum(draft.cost_cents for draft in drafts))
        return drafts

    return requested(ask, lambda accepted: [one.number for one in accepted])


def own_scripts() -> ScriptTasks:
    """The caller's tasks of scripts."""
    kinds = scripts_of(gateway().yard.registry).values()
    return ScriptTasks(caller().account_id, frozenset(kind.name for kind in kinds))


def number_of(task_id: str) -> int:
    """The task's number, from a path."""
    return path_number(task_id, "task_id", "task")


def changed(work: Callable[[Transaction], T]) -> T:
    """Do ``work`` in a transaction."""
    return gateway().yard.store.transact(work)


def _require_few(targets: list[Target]) -> None:
    if len(targets) > MOST_TASKS:
        detail = f"makes {len(targets)} tasks here; one call makes at most {MOST_TASKS}."
        raise refused("enable_multi_account", detail)


def _require_credits(tx: Transaction, account_id: str, cents: int) -> None:
    """402 where the balance does not cover all of it; nobody spends it before the commit."""
    if not cents:
        return
    balance = select(accounts.c.balance_cents).where(accounts.c.id == account_id)
    if tx.execute(balance.with_for_update()).scalar_one() < cents:
        raise CreditsExhausted(f"These tasks cost {cents} cents; the balance is below that.")
