"""Servers as operators see them. Pure."""

from __future__ import annotations

from typing import Any

from shared.moments import time_text
from shared.servers.key import ServerKey
from shared.servers.standing import Standing


def server_body(standing: Standing) -> dict[str, Any]:
    """A server, and how it stands."""
    server = standing.server
    return {
        "id": server.id,
        "name": server.name,
        "account": standing.account,
        "services": server.services,
        "slots": server.slots,
        "leaseSeconds": int(server.lease_seconds),
        "enabled": server.enabled,
        "maintenance": server.maintenance,
        "online": standing.is_online,
        "lastSeenAt": time_text(server.last_seen_at),
        "queued": standing.load.queued,
        "running": standing.load.running,
        "health": server.health,
        "healthAt": time_text(server.health_at),
        "keys": [key_body(key) for key in standing.keys],
        "createdAt": time_text(server.created_at),
        "updatedAt": time_text(server.updated_at),
    }


def key_body(key: ServerKey) -> dict[str, Any]:
    """What may be told of a key."""
    return {
        "id": key.id,
        "prefix": key.prefix,
        "createdAt": time_text(key.created_at),
        "lastUsedAt": time_text(key.last_used_at),
        "expiresAt": time_text(key.expires_at),
        "revokedAt": time_text(key.revoked_at),
    }
