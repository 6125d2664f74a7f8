"""How servers stand, for those who run them: what each has to do, and which keys open for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from shared.accounts.account import accounts
from shared.db import Transaction
from shared.servers.key import ServerKey, live_keys
from shared.servers.load import NOTHING, Load, loads
from shared.servers.server import Server


@dataclass(frozen=True, slots=True)
class Standing:
    """A server at ``now``; ``account`` is the name of the one it serves, None for everybody."""

    server: Server
    load: Load
    keys: Sequence[ServerKey]
    account: str | None
    now: datetime

    @property
    def is_online(self) -> bool:
        """Whether it was heard of late."""
        return self.server.is_online(self.now)


def read_standings(tx: Transaction, found: Sequence[Server]) -> list[Standing]:
    """How ``found`` stand, in their order."""
    if not found:
        return []
    load_by_id, keys = loads(tx), live_keys(tx, [server.id for server in found])
    names = _names(tx, {server.account_id for server in found if server.account_id})
    return [
        Standing(
            server,
            load_by_id.get(server.id, NOTHING),
            keys.get(server.id, ()),
            names.get(server.account_id or ""),
            tx.now,
        )
        for server in found
    ]


def read_standing(tx: Transaction, server: Server) -> Standing:
    """How one server stands."""
    return read_standings(tx, [server])[0]


def _names(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    query = select(accounts.c.id, accounts.c.name).where(accounts.c.id.in_(list(ids)))
    return {row.id: row.name for row in tx.rows(query)}
