"""Credits by double entry: put aside on submit, kept on completion, given back otherwise.

Called inside the transaction of the task's own transition, so that money and status never
disagree. An account's balance and holds are running sums of its books, guarded by the store.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, insert, select, update

from shared.accounts.account import Account, accounts, get_account
from shared.accounts.ledger_entry import MOVES, Book, Kind, LedgerEntry, ledger_entries
from shared.columns import Id
from shared.db import Transaction
from shared.errors import Refused
from shared.ids import new_id
from shared.rows import ROWS, encode_rows, row_set

LARGEST_CENTS = 10**12
_MOVED = (Column("id", Id), Column("balance", BigInteger), Column("held", BigInteger))
_WRITTEN = [column for column in ledger_entries.c if column.name != "number"]


@dataclass(frozen=True, slots=True)
class Item:
    """What one task costs its account."""

    account_id: str
    task_id: str
    cents: int


def afford(balance_cents: int, costs: Iterable[int]) -> list[bool]:
    """Which of ``costs`` the balance covers, each taken in turn where it still fits."""
    covered = []
    for cost in costs:
        fits = cost <= balance_cents
        balance_cents -= cost if fits else 0
        covered.append(fits)
    return covered


def hold(tx: Transaction, items: Sequence[Item]) -> set[str]:
    """Put aside what the tasks cost; the ids of those that their account cannot pay.

    Items of one account are served in the order given. What costs nothing touches nothing.
    """
    by_account = _by_account(items)
    balances = _lock(tx, by_account)
    held: list[Item] = []
    for account_id, wanted in by_account.items():
        covered = afford(balances.get(account_id, 0), [item.cents for item in wanted])
        held += [item for item, fits in zip(wanted, covered, strict=True) if fits]
    _post(tx, Kind.HOLD, held)
    paid = {item.task_id for item in held}
    return {item.task_id for item in items if item.cents and item.task_id not in paid}


def capture(tx: Transaction, items: Sequence[Item]) -> None:
    """Keep what was put aside for tasks that are completed; written as the transaction ends."""
    _post_last(tx, Kind.CAPTURE, items)


def void(tx: Transaction, items: Sequence[Item]) -> None:
    """Give back what was put aside for tasks that failed or were canceled; written likewise."""
    _post_last(tx, Kind.VOID, items)


class _Postings:
    """What one transaction has to post: all accounts are locked at once, in order of id.

    Were each posting to lock its own accounts, two reports with a completed and a failed task of
    the same two accounts would wait for each other.
    """

    def __init__(self) -> None:
        self.items: dict[Kind, list[Item]] = {Kind.CAPTURE: [], Kind.VOID: []}

    def __call__(self, tx: Transaction) -> None:
        _lock(tx, _by_account([item for items in self.items.values() for item in items]))
        for kind, items in self.items.items():
            _post(tx, kind, items)


def _post_last(tx: Transaction, kind: Kind, items: Sequence[Item]) -> None:
    if not any(item.cents for item in items):
        return
    postings = next((work for work in tx.last if isinstance(work, _Postings)), None)
    if postings is None:
        tx.last.append(postings := _Postings())
    postings.items[kind] += items


def top_up(tx: Transaction, account_id: str, cents: int, actor: str) -> Account:
    """Add ``cents`` to the balance, in the name of ``actor``; the account as it is then."""
    if not 0 < cents <= LARGEST_CENTS:
        message = f"credits must be 1 to {LARGEST_CENTS} cents."
        raise Refused(message, code="INVALID_FIELD", field="cents")
    get_account(tx, account_id)
    _write(tx, Kind.TOP_UP, [(account_id, None, cents)], actor)
    return get_account(tx, account_id)


def entries(
    tx: Transaction, account_id: str, before: int | None = None, limit: int = 100
) -> list[LedgerEntry]:
    """The account's entries, newest first, at most ``limit``, of numbers below ``before``."""
    query = select(ledger_entries).where(ledger_entries.c.account_id == account_id)
    if before is not None:
        query = query.where(ledger_entries.c.number < before)
    rows = tx.rows(query.order_by(ledger_entries.c.number.desc()).limit(limit))
    return [LedgerEntry.of(row) for row in rows]


def _by_account(items: Sequence[Item]) -> dict[str, list[Item]]:
    grouped: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.cents:
            grouped[item.account_id].append(item)
    return grouped


def _lock(tx: Transaction, account_ids: Iterable[str]) -> dict[str, int]:
    """The balances, locked in order of id so that two transactions never wait crosswise.

    NO KEY UPDATE: inserting a task only shares the account's key, and need not wait for us.
    """
    ids = sorted(account_ids)
    if not ids:
        return {}
    query = select(accounts.c.id, accounts.c.balance_cents).where(accounts.c.id.in_(ids))
    locked = query.order_by(accounts.c.id).with_for_update(key_share=True)
    return {row.id: row.balance_cents for row in tx.rows(locked)}


def _post(tx: Transaction, kind: Kind, items: Sequence[Item]) -> None:
    paid = [(item.account_id, item.task_id, item.cents) for item in items if item.cents]
    if paid:
        _write(tx, kind, paid, None)


def _write(
    tx: Transaction, kind: Kind, moves: Sequence[tuple[str, str | None, int]], actor: str | None
) -> None:
    """Move the running sums and write two entries for each move."""
    sums = Counter[str]()
    for account_id, _, cents in moves:
        sums[account_id] += cents
    _move_sums(tx, kind, sums)
    given = row_set(tx.dialect, _WRITTEN)
    values = [given.c[column.name] for column in _WRITTEN]
    statement = insert(ledger_entries).from_select([c.name for c in _WRITTEN], select(*values))
    told = {"kind": kind.value, "actor": actor, "at": tx.now}
    tx.execute(statement, {ROWS: encode_rows(_halves(kind, moves, told))})


def _move_sums(tx: Transaction, kind: Kind, sums: Mapping[str, int]) -> None:
    given = row_set(tx.dialect, _MOVED)
    statement = (
        update(accounts)
        .where(accounts.c.id == given.c.id)
        .values(
            balance_cents=accounts.c.balance_cents + given.c.balance,
            held_cents=accounts.c.held_cents + given.c.held,
        )
    )
    balance, held = _effect(kind, Book.AVAILABLE), _effect(kind, Book.HELD)
    rows = [{"id": i, "balance": balance * n, "held": held * n} for i, n in sums.items()]
    moved = tx.execute(statement, {ROWS: encode_rows(rows)}).rowcount
    if moved != len(sums):
        raise LookupError(f"{len(sums) - moved} accounts of a posting do not exist")


def _effect(kind: Kind, book: Book) -> int:
    """+1, -1 or 0: what a posting of that kind does to ``book``."""
    source, target = MOVES[kind]
    return (book is target) - (book is source)


def _halves(
    kind: Kind, moves: Sequence[tuple[str, str | None, int]], told: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    source, target = MOVES[kind]
    for account_id, task_id, cents in moves:
        posting = {"posting_id": new_id(), "account_id": account_id, "task_id": task_id, **told}
        yield posting | {"book": source.value, "amount_cents": -cents}
        yield posting | {"book": target.value, "amount_cents": cents}
