"""What is written into a memo while its request is done, and when that is over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, text, tuple_, update

from shared.db import Transaction
from shared.errors import Unavailable
from shared.idempotency.memo import LEASE, Memo, NotedAlready, memos
from shared.rows import ROWS, encode_rows, row_set

TOLD = (memos.c.id, memos.c.attempt, memos.c.answer)


@dataclass(frozen=True, slots=True)
class Told:
    """What the request of a memo was answered, sealed."""

    memo: Memo
    answer: str


def identify(tx: Transaction, memo: Memo, fingerprint: str) -> bool:
    """Write down what the request of ``memo`` is; False where that was something else before."""
    same = or_(memos.c.fingerprint.is_(None), memos.c.fingerprint == fingerprint)
    mine = update(memos).where(memos.c.id == memo.id, same)
    return bool(tx.execute(mine.values(fingerprint=fingerprint)).rowcount)


def note(tx: Transaction, memo: Memo, outcome: str) -> None:
    """Write down what ``tx`` makes for the request of ``memo``; raises `NotedAlready`.

    Called in the transaction that makes it: both happen or neither, and only once.
    """
    first = update(memos).where(memos.c.id == memo.id, memos.c.outcome.is_(None))
    if not tx.execute(first.values(outcome=outcome)).rowcount:
        raise NotedAlready(f"The request of memo {memo.id} is done already.")


def outcome_of(tx: Transaction, memo: Memo) -> str:
    """What was noted; `Unavailable` where somebody gave the request up in between."""
    row = tx.first(select(memos.c.outcome).where(memos.c.id == memo.id))
    if row is None or row.outcome is None:
        raise Unavailable("The same request was given up by somebody else; nothing was changed.")
    return str(row.outcome)


def tell(tx: Transaction, told: Sequence[Told]) -> None:
    """Keep answers for those who ask the same again; of a memo that another took, nothing is."""
    _hasten(tx)
    given = row_set(tx.dialect, TOLD)
    mine = update(memos).where(memos.c.id == given.c.id, memos.c.attempt == given.c.attempt)
    rows = [{"id": t.memo.id, "attempt": t.memo.attempt, "answer": t.answer} for t in told]
    kept = mine.values(answer=given.c.answer, leased_until=tx.now)
    tx.execute(kept, {ROWS: encode_rows(rows)})


def give_up(tx: Transaction, memo: Memo, *, is_undone: bool) -> None:
    """End a request without an answer to keep; whoever asks the same again does it at once.

    Where it ``is_undone``, its key is as new; else it stays bound to this request, which is known
    to have made something, or may have.
    """
    _hasten(tx)
    mine = memos.c.id == memo.id, memos.c.attempt == memo.attempt
    unmade = delete(memos).where(*mine, memos.c.outcome.is_(None))
    if is_undone and not memo.is_repeated and tx.execute(unmade).rowcount:
        return
    tx.execute(update(memos).where(*mine).values(leased_until=tx.now))


def extend(tx: Transaction, held: Collection[Memo]) -> None:
    """Extend the leases of ``held``."""
    _hasten(tx)
    those = tuple_(memos.c.id, memos.c.attempt).in_([(memo.id, memo.attempt) for memo in held])
    tx.execute(update(memos).where(those).values(leased_until=tx.now + LEASE))


def _hasten(tx: Transaction) -> None:
    """Do not wait for the disk at the commit: what a crash of the store loses of it is no promise.

    A lost answer is made again of what was made; a lost end comes with the end of the lease.
    """
    if tx.dialect == "postgresql":
        tx.execute(text("SET LOCAL synchronous_commit TO off"))
