"""A server's row out of nothing, for tests of what is decided about one."""

from __future__ import annotations

from shared.servers.server import Server
from tests.a_task import NOON

SERVER = Server(
    number=1,
    id="01900000-0000-7000-8000-000000000001",
    account_id=None,
    name="w1",
    services=["social"],
    slots=None,
    lease_seconds=120.0,
    enabled=True,
    maintenance=False,
    last_seen_at=NOON,
    health=None,
    health_at=None,
    created_at=NOON,
    updated_at=NOON,
    removed_at=None,
)
