"""Who serves whom: the servers there are, and which of them offer what to which account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from shared.db import Transaction
from shared.servers.server import LET_IN, Server, servers


@dataclass(frozen=True, slots=True)
class Fleet:
    """The enabled servers, oldest first; those in maintenance and the silent ones too."""

    servers: Sequence[Server]

    def is_served(self, account_id: str, service: str) -> bool:
        """Whether servers do the account's tasks of that service, be they there now or not."""
        return any(service in s.services and s.serves(account_id) for s in self.servers)

    def offering(self, service: str, account_id: str) -> list[Server]:
        """The servers that offer ``service`` to the account."""
        return [s for s in self.servers if service in s.services and s.serves(account_id)]

    @property
    def services(self) -> list[str]:
        """What any of them offers, by name."""
        return sorted({service for server in self.servers for service in server.services})


def read_fleet(tx: Transaction) -> Fleet:
    """All servers that are let in, as they are now."""
    query = select(servers).where(LET_IN)
    return Fleet([Server.of(row) for row in tx.rows(query.order_by(servers.c.number))])
