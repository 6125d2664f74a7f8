"""What the documentation of the servers' routes shows to operators."""

from __future__ import annotations

from api.buyers.server_schemas import ServerChangeSchema

KEY = {
    "id": "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e07",
    "prefix": "4fQ9dK2xB7",
    "createdAt": "2030-01-31T08:00:00.000Z",
    "lastUsedAt": "2030-01-31T09:30:00.000Z",
    "expiresAt": None,
    "revokedAt": None,
}
SERVER = {
    "id": "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e06",
    "name": "w1",
    "account": None,
    "services": ["entity", "social"],
    "slots": 20,
    "leaseSeconds": 120,
    "enabled": True,
    "maintenance": False,
    "online": True,
    "lastSeenAt": "2030-01-31T09:30:00.000Z",
    "queued": 40,
    "running": 20,
    "health": {"server_name": "w1", "cpu_usage": 12.5, "active_tasks": 20},
    "healthAt": "2030-01-31T09:29:30.000Z",
    "keys": [KEY],
    "createdAt": "2030-01-31T08:00:00.000Z",
    "updatedAt": "2030-01-31T08:00:00.000Z",
}
NEW = {"name": "w1", "services": ["entity", "social"], "slots": 20}
ROTATION = {"overlapSeconds": 3_600}
API_KEY = {"apiKey": "ty_4fQ9dK2xB7_…"}
NEW_KEY = {**KEY, **API_KEY}
REVOKED = {**KEY, "revokedAt": KEY["lastUsedAt"]}
CREATED = {**SERVER, **API_KEY, "serverId": SERVER["id"]}
CHANGE = {
    "required": True,
    "content": {
        "application/json": {"schema": ServerChangeSchema, "example": {"maintenance": True}}
    },
}
