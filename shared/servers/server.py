"""Remote servers that do tasks over HTTP: rows by name, and how they are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    and_,
    false,
    insert,
    or_,
    select,
    text,
    true,
    update,
)

from shared.accounts.account import accounts
from shared.columns import Document, Id, Moment, Number
from shared.db import Transaction, metadata
from shared.errors import NotFound, Refused
from shared.ids import is_id, new_id

LONGEST_NAME = 100
SERVERS, PLAIN = "server/", "/plain"
"""How holders that are servers begin, and how those end that have not claimed what they run."""
LEASE_SECONDS = 120.0
"""How long a server's leases last where nothing else was said. One that was not heard for so long
is offline: any authenticated call counts."""

servers = Table(
    "servers",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("accounts.id")),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("services", Document, nullable=False),
    Column("slots", Integer),
    Column("lease_seconds", Float, nullable=False, server_default=text("120")),
    Column("enabled", Boolean, nullable=False, server_default=true()),
    Column("maintenance", Boolean, nullable=False, server_default=false()),
    Column("last_seen_at", Moment),
    Column("health", Document),
    Column("health_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("removed_at", Moment),
    Index(
        "uq_servers_name",
        "name",
        unique=True,
        postgresql_where=text("removed_at IS NULL"),
        sqlite_where=text("removed_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)
"""``account_id``: the one account it serves; null where it serves every one. ``slots`` bounds what
it runs, null for as much as it likes. ``lease_seconds``: how long it holds a task, and counts as
being there, without a word. ``services`` is a list of words. In ``maintenance`` it gets
nothing new and may report; where it is not ``enabled`` it is not let in at all. ``health`` is what
it last said of itself."""
LET_IN = and_(
    servers.c.enabled,
    servers.c.removed_at.is_(None),
    or_(
        servers.c.account_id.is_(None),
        servers.c.account_id.in_(select(accounts.c.id).where(accounts.c.enabled)),
    ),
)
"""Whether a server may come in at all: those of a closed account may not, like its other keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One row of `servers`, as read."""

    number: int
    id: str
    account_id: str | None
    name: str
    services: list[str]
    slots: int | None
    lease_seconds: float
    enabled: bool
    maintenance: bool
    last_seen_at: datetime | None
    health: dict[str, Any] | None
    health_at: datetime | None
    created_at: datetime
    updated_at: datetime
    removed_at: datetime | None

    @classmethod
    def of(cls, row: Row[Any]) -> Server:
        """The server in ``row``, which holds all columns of `servers`."""
        return cls(**row._mapping)

    @property
    def holder(self) -> str:
        """What holds the leases of tasks that it claimed."""
        return f"{SERVERS}{self.id}"

    @property
    def plain_holder(self) -> str:
        """What holds those that it reported as running without having claimed them."""
        return f"{self.holder}{PLAIN}"

    @property
    def actor(self) -> str:
        """The name under which its steps are written down."""
        return f"server:{self.name}"

    @property
    def lease(self) -> timedelta:
        """How long it holds a task without a word."""
        return timedelta(seconds=self.lease_seconds)

    def is_online(self, now: datetime) -> bool:
        """Whether it was heard of late."""
        return self.last_seen_at is not None and now - self.last_seen_at < self.lease

    def serves(self, account_id: str) -> bool:
        """Whether it may do tasks of the account."""
        return self.account_id is None or self.account_id == account_id


assert [f.name for f in fields(Server)] == [c.name for c in servers.c]  # noqa: S101 - kept in step


def add_server(
    tx: Transaction,
    name: str,
    services: Sequence[str],
    *,
    slots: int | None = None,
    lease_seconds: float = LEASE_SECONDS,
    account_id: str | None = None,
) -> Server:
    """A new server; `Refused` where the name is taken. What is given was checked before."""
    tx.lock("servers")
    if find_server(tx, name) is not None:
        raise Refused(f"There is a server {name} already.", code="CONFLICT", field="name")
    row = {
        "id": new_id(),
        "account_id": account_id,
        "name": name,
        "services": list(services),
        "slots": slots,
        "lease_seconds": lease_seconds,
        "enabled": True,
        "maintenance": False,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    return Server.of(tx.rows(insert(servers).values(row).returning(servers))[0])


def find_server(tx: Transaction, name_or_id: str) -> Server | None:
    """The server of that name or id that was not removed, or None."""
    key = servers.c.id if is_id(name_or_id) else servers.c.name
    row = tx.first(_present().where(key == name_or_id))
    return None if row is None else Server.of(row)


def get_server(tx: Transaction, server_id: str, *, for_update: bool = False) -> Server:
    """The server with that id; `NotFound` where there is none or it was removed."""
    query = _present().where(servers.c.id == server_id)
    row = tx.first(query.with_for_update() if for_update else query) if is_id(server_id) else None
    if row is None:
        raise NotFound("There is no such server.")
    return Server.of(row)


def name_of(tx: Transaction, server_id: str) -> str | None:
    """The name of the server with that id, also of one that was removed."""
    row = tx.first(select(servers.c.name).where(servers.c.id == server_id))
    return None if row is None else str(row.name)


def list_servers(tx: Transaction, account_id: str | None = None) -> list[Server]:
    """All servers, or those made for one account, oldest first."""
    query = _present()
    if account_id is not None:
        query = query.where(servers.c.account_id == account_id)
    return [Server.of(row) for row in tx.rows(query.order_by(servers.c.number))]


def change_server(tx: Transaction, server: Server, **values: Any) -> Server:
    """Write ``values``, columns of `servers` that were checked; the row as it is then."""
    changed = update(servers).where(servers.c.id == server.id)
    row = tx.rows(changed.values(updated_at=tx.now, **values).returning(servers))[0]
    return Server.of(row)


def _present() -> Select[Any]:
    return select(servers).where(servers.c.removed_at.is_(None))
