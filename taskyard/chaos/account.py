"""The account of one run: whatever happens in it belongs to nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from shared.accounts.account import create_account, disable
from shared.accounts.api_key import create_api_key, list_api_keys, revoke_api_key
from shared.accounts.ledger import top_up
from shared.accounts.project import create_project
from shared.db import Transaction
from shared.patience import patiently
from shared.yard import Yard
from taskyard.chaos.mix import Answered

ACTOR = "taskyard chaos"
VALIDATORS = ("chaos-ann", "chaos-bob")
CENTS = 10**9
"""More than a run can spend; the account is closed with what is left."""
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class RunAccount:
    """The account, the keys to it, and the projects of its questions."""

    id: str
    name: str
    key: str
    validator_keys: tuple[str, ...]
    answered: Answered


def open_account(yard: Yard, name: str, *, has_machines: bool) -> RunAccount:
    """A new account with credits, keys, and projects for the questions that can be answered."""
    return yard.store.transact(lambda tx: _open(tx, yard, name, has_machines))


def _open(tx: Transaction, yard: Yard, name: str, has_machines: bool) -> RunAccount:
    account = create_account(tx, name, plan="pro", annotators="machine")
    top_up(tx, account.id, CENTS, actor=ACTOR)
    _, key = create_api_key(tx, yard.settings, account.id, name=name)
    people = create_project(tx, account.id, "people", annotators="human")
    machines = create_project(tx, account.id, "machines", annotators="machine")
    return RunAccount(
        id=account.id,
        name=name,
        key=key,
        validator_keys=tuple(_validator_key(tx, yard, account.id, user) for user in VALIDATORS),
        answered=Answered(people.id, machines.id if has_machines else None),
    )


def _validator_key(tx: Transaction, yard: Yard, account_id: str, user: str) -> str:
    return create_api_key(tx, yard.settings, account_id, name=user, role="validator", user=user)[1]


def close_account(yard: Yard, account: RunAccount) -> None:
    """End its keys and the account itself; its tasks and its books stay."""

    def close(tx: Transaction) -> None:
        for key in list_api_keys(tx, account.id):
            revoke_api_key(tx, account.id, key.id)
        disable(tx, account.id)

    patiently(lambda: yard.store.transact(close), PATIENCE_SECONDS)
