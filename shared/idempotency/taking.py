"""Taking memos: who may do a request, and who is told what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, and_, delete, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite

from shared.db import Transaction
from shared.idempotency.memo import KEPT, LEASE, Asked, Found, Memo, memos
from shared.ids import new_id
from shared.rows import ROWS, encode_rows, row_set

NAMES = "id account_id route key fingerprint attempt leased_until created_at expires_at".split()
NEW = tuple(memos.c[name] for name in NAMES)
IDENTITY = ("account_id", "route", "key")
Place = tuple[str, str, str]


def take(tx: Transaction, asked: Sequence[Asked]) -> list[Memo | Found]:
    """For each of ``asked`` its memo, to do it now, or what is known of who did or does it.

    Of several equal ones the first is to be done. One that was left without an answer may be done
    again by an equal one, as soon as its lease is over.
    """
    first = {_place(one): one for one in reversed(asked)}
    taken = _insert(tx, list(first.values()))
    found = _find(tx, [one for place, one in first.items() if place not in taken])
    over = [one for place, one in first.items() if place not in taken and place not in found]
    taken |= _insert(tx, over)  # its memo went away meanwhile, for its time is over
    answers: list[Memo | Found] = []
    for one in asked:
        place = _place(one)
        running = Found(one.account_id, first[place].fingerprint, None)
        mine = taken.pop(place, None)
        answers.append(found.get(place, running) if mine is None else mine)
    return answers


def _place(one: Asked) -> Place:
    return one.account_id, one.route, one.key


def _insert(tx: Transaction, asked: Sequence[Asked]) -> dict[Place, Memo]:
    """The memos of those that are to be done now."""
    if not asked:
        return {}
    rows = [
        {
            "id": new_id(),
            "account_id": one.account_id,
            "route": one.route,
            "key": one.key,
            "fingerprint": one.fingerprint,
            "attempt": 1,
            "leased_until": tx.now + LEASE,
            "created_at": tx.now,
            "expires_at": tx.now + KEPT,
        }
        for one in sorted(asked, key=_place)
    ]
    written = tx.rows(_insertion(tx.dialect), {ROWS: encode_rows(rows)})
    return {
        (row.account_id, row.route, row.key): Memo(row.id, row.account_id, row.attempt, row.outcome)
        for row in written
    }


@lru_cache
def _insertion(dialect: str) -> Executable:
    given = row_set(dialect, NEW)
    rows = select(*(given.c[name] for name in NAMES)).where(true())
    insert = postgresql.insert(memos) if dialect == "postgresql" else sqlite.insert(memos)
    statement = insert.from_select(NAMES, rows)
    sent = statement.excluded
    same = or_(
        memos.c.fingerprint.is_(None),
        sent.fingerprint.is_(None),
        memos.c.fingerprint == sent.fingerprint,
    )
    taking = statement.on_conflict_do_update(
        index_elements=list(IDENTITY),
        set_={"attempt": memos.c.attempt + 1, "leased_until": sent.leased_until},
        where=and_(
            memos.c.answer.is_(None),
            memos.c.leased_until <= sent.created_at,
            memos.c.expires_at > sent.created_at,
            same,
        ),
    )
    return taking.returning(*(memos.c[name] for name in (*IDENTITY, "id", "attempt", "outcome")))


def _find(tx: Transaction, asked: Sequence[Asked]) -> dict[Place, Found]:
    """What is known of those that others did or do; memos whose time is over are removed."""
    found: dict[Place, Found] = {}
    for one in asked:
        row = tx.first(select(memos).where(_is(one)))
        if row is None:
            continue
        if row.expires_at <= tx.now and row.leased_until <= tx.now:
            tx.execute(delete(memos).where(memos.c.id == row.id, memos.c.attempt == row.attempt))
        else:
            found[_place(one)] = Found(one.account_id, row.fingerprint, row.answer)
    return found


def _is(one: Asked) -> ColumnElement[Any]:
    return and_(*(memos.c[name] == getattr(one, name) for name in IDENTITY))
