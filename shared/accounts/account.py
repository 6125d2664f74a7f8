"""Account rows: whom tasks belong to, who pays for them, who answers them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Row,
    String,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from shared.accounts.annotators import Annotators
from shared.accounts.plan import Plan
from shared.accounts.word import read_word
from shared.columns import Id, Moment
from shared.db import Transaction, metadata
from shared.errors import Conflict, NotFound, Refused
from shared.ids import is_id, new_id

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("plan", String(10), nullable=False),
    Column("annotators", String(10), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("balance_cents", BigInteger, nullable=False),
    Column("held_cents", BigInteger, nullable=False),
    Column("validators_at", Moment),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("balance_cents >= 0", name="balance"),
    CheckConstraint("held_cents >= 0", name="held"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account.

    ``balance_cents`` is what it may still spend, ``held_cents`` what its unfinished tasks have
    put aside. ``validators_at`` is when it first had somebody who answers tasks, None for never.
    """

    id: str
    name: str
    plan: Plan
    annotators: Annotators
    enabled: bool
    balance_cents: int
    held_cents: int
    validators_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> Account:
        """The account in ``row``, which holds all columns of `accounts`."""
        values = row._asdict()
        plan, annotators = Plan(values.pop("plan")), Annotators(values.pop("annotators"))
        return cls(plan=plan, annotators=annotators, **values)


def create_account(
    tx: Transaction, name: str, *, plan: str = "starter", annotators: str = "mixed"
) -> Account:
    """A new account with nothing on it; `Refused` for a bad name, `Conflict` for a taken one."""
    account_id = new_id()
    values = {
        "id": account_id,
        "name": _check_name(name),
        "plan": read_word(Plan, plan, "plan"),
        "annotators": read_word(Annotators, annotators, "annotators"),
        "enabled": True,
        "balance_cents": 0,
        "held_cents": 0,
        "created_at": tx.now,
    }
    try:
        with tx.connection.begin_nested():
            tx.execute(insert(accounts), values)
    except IntegrityError:
        raise Conflict(f"There is an account named {name!r} already.") from None
    return get_account(tx, account_id)


def find_account(tx: Transaction, name_or_id: str) -> Account | None:
    """The account of that name or id, or None; a name never looks like an id."""
    key = accounts.c.id if is_id(name_or_id) else accounts.c.name
    row = tx.first(select(accounts).where(key == name_or_id))
    return Account.of(row) if row else None


def get_account(tx: Transaction, account_id: str) -> Account:
    """The account with that id; `NotFound` where there is none."""
    account = find_account(tx, account_id) if is_id(account_id) else None
    if account is None:
        raise NotFound("There is no such account.")
    return account


def list_accounts(tx: Transaction) -> list[Account]:
    """Every account, by name."""
    return [Account.of(row) for row in tx.rows(select(accounts).order_by(accounts.c.name))]


def set_account(
    tx: Transaction,
    account_id: str,
    *,
    plan: str | None = None,
    annotators: str | None = None,
    enabled: bool | None = None,
) -> Account:
    """Change what is given, keep the rest; the account as it is then."""
    values: dict[str, object] = {}
    if plan is not None:
        values["plan"] = read_word(Plan, plan, "plan")
    if annotators is not None:
        values["annotators"] = read_word(Annotators, annotators, "annotators")
    if enabled is not None:
        values["enabled"] = enabled
    if values:
        tx.execute(update(accounts).where(accounts.c.id == account_id).values(values))
    return get_account(tx, account_id)


def disable(tx: Transaction, account_id: str) -> Account:
    """Close the account: its keys and tokens no longer work; its rows stay."""
    return set_account(tx, account_id, enabled=False)


def note_validator(tx: Transaction, account_id: str) -> None:
    """Remember that this account has somebody to ask; only the first time writes."""
    first = accounts.c.validators_at.is_(None)
    here = accounts.c.id == account_id
    tx.execute(update(accounts).where(here, first).values(validators_at=tx.now))


def _check_name(name: str) -> str:
    if not NAME.fullmatch(name) or is_id(name.lower()):
        raise Refused(
            "name must be 1 to 64 letters, digits, dots, dashes or underscores, beginning with a "
            "letter or digit.",
            code="INVALID_FIELD",
            field="name",
        )
    return name
