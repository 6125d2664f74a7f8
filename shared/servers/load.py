"""How much servers have to do: what is queued at each, and what each runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, func, literal_column, select

from shared.db import Transaction
from shared.tasks.status import Status
from shared.tasks.task import tasks


@dataclass(frozen=True, slots=True)
class Load:
    """How many tasks are queued at a server, and how many it runs."""

    queued: int = 0
    running: int = 0

    @property
    def total(self) -> int:
        """All that it has to do."""
        return self.queued + self.running


NOTHING = Load()
_words = (Status.QUEUED.value, Status.RUNNING.value)
_at_servers: tuple[ColumnElement[bool], ...] = (
    tasks.c.server_id.is_not(None),
    tasks.c.status.in_([literal_column(f"'{word}'", String()) for word in _words]),
)
"""Written out, so that the index of what servers have serves it."""


def loads(tx: Transaction) -> dict[str, Load]:
    """The load of each server that has something, by its id; the others are not in it."""
    return _found(tx, *_at_servers)


def load_of(tx: Transaction, server_id: str) -> Load:
    """The load of one server."""
    return _found(tx, *_at_servers, tasks.c.server_id == server_id).get(server_id, NOTHING)


def _found(tx: Transaction, *conditions: ColumnElement[bool]) -> dict[str, Load]:
    count = func.count().label("n")
    by_status = select(tasks.c.server_id, tasks.c.status, count).where(*conditions)
    counted: dict[str, dict[str, int]] = {}
    for row in tx.rows(by_status.group_by(tasks.c.server_id, tasks.c.status)):
        counted.setdefault(row.server_id, {})[row.status] = row.n
    return {server_id: _load(each) for server_id, each in counted.items()}


def _load(counted: Mapping[str, int]) -> Load:
    return Load(counted.get(_words[0], 0), counted.get(_words[1], 0))
