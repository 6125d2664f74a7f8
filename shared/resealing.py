"""Whatever lies sealed in the store is sealed anew under today's secret key, batch by batch.

What a batch finds is locked while it changes it, so others may go on meanwhile. Doing all of it
again costs a look at every row, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Table, Text, and_, cast, func, or_, select, update

from shared.db import Transaction
from shared.idempotency.memo import ANSWER, OUTCOME, memos
from shared.notices.callback_secret import callback_secrets
from shared.notices.secret import CALLBACKS
from shared.notices.webhook import webhooks
from shared.rows import ROWS, encode_rows, row_set
from shared.schedules.schedule import schedules
from shared.sealed import MARK, OLD_MARK, NotOpened, resealed
from shared.settings import Settings
from shared.social.account import social_accounts
from shared.tasks.registry import Registry
from shared.tasks.status import Status
from shared.tasks.task import tasks

ROWS_AT_ONCE = 500
OVER = (Status.COMPLETED.value, Status.CANCELED.value)
"""Tasks that need nothing any more that is sealed in them."""
SIGNING = ("secret", "previous_secret")
"""Columns with the secrets that notices are signed with."""
LOOKED_AT = tuple(
    tasks.c[name] for name in ("id", "account_id", "type", "status", "payload", "secrets", "detail")
)
WRITTEN = tuple(tasks.c[name] for name in ("id", "payload", "secrets", "detail"))


@dataclass(slots=True)
class Tally:
    """Sealed values: put under today's key, there already, and where the lost ones are."""

    resealed: int = 0
    current: int = 0
    lost: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count ``other`` in."""
        self.resealed += other.resealed
        self.current += other.current
        self.lost += other.lost


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows up to the number ``last`` are done."""

    last: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class _Sealer:
    settings: Settings
    tally: Tally

    def again(self, where: str, owner: str, text: str, name: str = "") -> str:
        """``text`` under today's key, or as it is where no key opens it."""
        try:
            sealed = resealed(self.settings, owner, text, name)
        except NotOpened:
            self.tally.lost.append(where)
            return text
        if sealed == text:
            self.tally.current += 1
        else:
            self.tally.resealed += 1
        return sealed

    def within(self, where: str, value: Any) -> Any:
        """``value``, JSON, with whatever is sealed in it under today's key."""
        if isinstance(value, dict):
            return {name: self.within(where, inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.within(where, inner) for inner in value]
        if isinstance(value, str) and value.startswith(MARK):
            return self.again(where, "", value)
        return value


def next_credentials(tx: Transaction, settings: Settings, after: int) -> Batch | None:
    """Seal the credentials of social accounts above number ``after`` anew; None: there are none."""
    columns = [social_accounts.c[n] for n in ("number", "id", "platform", "username", "credential")]
    query = select(*columns).where(
        social_accounts.c.number > after, social_accounts.c.credential.is_not(None)
    )
    query = query.order_by(social_accounts.c.number).limit(ROWS_AT_ONCE).with_for_update()
    rows, sealer = tx.rows(query), _Sealer(settings, Tally())
    for row in rows:
        where = f"the credential of {row.username} on {row.platform}"
        sealed = sealer.again(where, row.id, row.credential)
        if sealed != row.credential:
            mine = update(social_accounts).where(social_accounts.c.id == row.id)
            tx.execute(mine.values(credential=sealed))
    return Batch(rows[-1].number, sealer.tally) if rows else None


def next_schedules(tx: Transaction, settings: Settings, after: int) -> Batch | None:
    """Seal what schedules above number ``after`` give their tasks anew; None: there are none."""
    query = select(schedules.c.number, schedules.c.id, schedules.c.account_id, schedules.c.secrets)
    query = query.where(schedules.c.number > after, schedules.c.secrets.is_not(None))
    query = query.order_by(schedules.c.number).limit(ROWS_AT_ONCE).with_for_update()
    rows, sealer = tx.rows(query), _Sealer(settings, Tally())
    for row in rows:
        secrets = _resealed(sealer, f"schedule {row.id}", row)
        if secrets != row.secrets:
            mine = update(schedules).where(schedules.c.id == row.id)
            tx.execute(mine.values(secrets=secrets))
    return Batch(rows[-1].number, sealer.tally) if rows else None


def next_memos(tx: Transaction, settings: Settings, after: int) -> Batch | None:
    """Seal what memos above number ``after`` remember anew; None: there are none."""
    columns = [memos.c[name] for name in ("number", "id", "account_id", OUTCOME, ANSWER)]
    query = select(*columns).where(memos.c.number > after)
    query = query.order_by(memos.c.number).limit(ROWS_AT_ONCE).with_for_update()
    rows, sealer = tx.rows(query), _Sealer(settings, Tally())
    for row in rows:
        texts = {name: getattr(row, name) for name in (OUTCOME, ANSWER) if getattr(row, name)}
        sealed = {
            name: sealer.again(f"the {name} of memo {row.id}", row.account_id, text, name)
            for name, text in texts.items()
        }
        if sealed != texts:
            tx.execute(update(memos).where(memos.c.number == row.number).values(sealed))
    return Batch(rows[-1].number, sealer.tally) if rows else None


def next_webhooks(tx: Transaction, settings: Settings, after: int) -> Batch | None:
    """Seal what webhooks above number ``after`` sign with anew; None: there are none."""
    return _next_signing(tx, settings, webhooks, after)


def next_callback_secrets(tx: Transaction, settings: Settings, after: int) -> Batch | None:
    """The same for what accounts' callbacks are signed with."""
    return _next_signing(tx, settings, callback_secrets, after)


def _next_signing(tx: Transaction, settings: Settings, table: Table, after: int) -> Batch | None:
    query = select(table).where(table.c.number > after).order_by(table.c.number)
    rows, sealer = tx.rows(query.limit(ROWS_AT_ONCE).with_for_update()), _Sealer(settings, Tally())
    for row in rows:
        where, place = f"the secret of the account {row.account_id}'s callbacks", CALLBACKS
        if table is webhooks:
            where, place = f"the secret of webhook {row.id}", row.id
        texts = {name: getattr(row, name) for name in SIGNING if getattr(row, name)}
        sealed = {n: sealer.again(where, row.account_id, t, place) for n, t in texts.items()}
        if sealed != texts:
            tx.execute(update(table).where(table.c.number == row.number).values(sealed))
    return Batch(rows[-1].number, sealer.tally) if rows else None


def next_tasks(tx: Transaction, settings: Settings, registry: Registry, after: int) -> Batch | None:
    """Seal what lies in tasks above number ``after`` anew; None: there are none.

    Secrets that older versions kept in payloads are moved beside them, or wiped where the task
    is over.
    """
    first = tx.rows(select(func.min(tasks.c.number)).where(tasks.c.number > after))[0][0]
    if first is None:
        return None
    last = int(first) + ROWS_AT_ONCE - 1
    sealer, changed = _Sealer(settings, Tally()), []
    for row in _sealed_tasks(tx, int(first), last):
        kind = registry.get(row.type)
        values = _values(sealer, row, kind.secrets if kind else ())
        if values != {name: getattr(row, name) for name in values}:
            changed.append({"id": row.id, **values})
    _write(tx, changed)
    return Batch(last, sealer.tally)


def _sealed_tasks(tx: Transaction, first: int, last: int) -> Sequence[Row[Any]]:
    """Those that something is sealed in, locked in the order in which everybody locks them."""
    is_over = tasks.c.status.in_(OVER)
    somewhere = or_(
        tasks.c.secrets.is_not(None),
        cast(tasks.c.payload, Text).contains(OLD_MARK),
        and_(~is_over, cast(tasks.c.detail, Text).contains(MARK)),
    )
    query = select(*LOOKED_AT).where(tasks.c.number.between(first, last), somewhere)
    return tx.rows(query.order_by(tasks.c.id).with_for_update())


def _values(sealer: _Sealer, row: Row[Any], declared: Collection[str]) -> dict[str, Any]:
    """What the task's columns are to be."""
    task, is_over = f"task {row.id}", row.status in OVER
    secrets = _resealed(sealer, task, row)
    moved = _moved(sealer, row, declared)
    payload = {name: value for name, value in row.payload.items() if name not in moved}
    if not is_over:
        secrets |= moved
    detail = row.detail if is_over else sealer.within(f"{task}, its detail", row.detail)
    return {"payload": payload, "secrets": secrets or row.secrets, "detail": detail}


def _resealed(sealer: _Sealer, where: str, row: Row[Any]) -> dict[str, str]:
    """The row's ``secrets``, sealed anew."""
    return {
        name: sealer.again(f"{where}, {name}", row.account_id, text, name)
        for name, text in (row.secrets or {}).items()
    }


def _moved(sealer: _Sealer, row: Row[Any], declared: Collection[str]) -> dict[str, str]:
    """The fields of the payload that an older version sealed there, sealed anew."""
    found = {n: row.payload[n] for n in sorted(row.payload.keys() & declared)}
    before = {n: t for n, t in found.items() if isinstance(t, str) and t.startswith(OLD_MARK)}
    if row.status in OVER:
        sealer.tally.resealed += len(before)
        return before
    again = {
        name: sealer.again(f"task {row.id}, {name}", row.account_id, text, name)
        for name, text in before.items()
    }
    return {name: text for name, text in again.items() if text != before[name]}


def _write(tx: Transaction, changed: Sequence[dict[str, Any]]) -> None:
    if not changed:
        return
    given = row_set(tx.dialect, WRITTEN)
    values = {column.name: given.c[column.name] for column in WRITTEN[1:]}
    written = update(tasks).where(tasks.c.id == given.c.id).values(values)
    tx.execute(written, {ROWS: encode_rows(changed)})
