"""What operators send and get about servers, field by field."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from api.fields import REQUIRED, Flag, Text, Whole
from shared.errors import Refused
from shared.links.service import SERVICES
from shared.servers.key import LONGEST_OVERLAP_SECONDS, OVERLAP_SECONDS
from shared.servers.registration import (
    LONGEST_LEASE,
    MOST_SLOTS,
    SHORTEST_LEASE,
    check_services,
)
from shared.servers.server import LEASE_SECONDS, LONGEST_NAME

# Names are the dialect's own.
# ruff: noqa: N815

MOMENT = {"format": "date-time"}
SLOTS = {"description": "How many tasks it may run at once; null for as many as it likes."}
LEASE = {
    "description": "How long it holds a task, and counts as being there, without a word; "
    f"{LEASE_SECONDS:.0f} unless it is said."
}
ENABLED = {"description": "Whether it is let in; what was queued at a disabled one goes back."}
MAINTENANCE = {"description": "Whether it gets nothing new; it may report what it has begun."}
ACCOUNT = {"description": "The one account that it serves; null where it serves every one."}
OVERLAP = {
    "description": f"How long the keys before go on; {OVERLAP_SECONDS:.0f} unless it is said."
}


class ServicesField(fields.List[Any]):
    """What a server does, each once."""

    def __init__(self, **kwargs: Any) -> None:
        each = fields.String(metadata={"enum": list(SERVICES)})
        message = f"must be a list of one or more of {', '.join(SERVICES)}."
        errors: Any = {"required": REQUIRED, "invalid": message, "null": message}
        super().__init__(each, error_messages=errors, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_kwargs: Any) -> list[Any]:
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self.make_error("invalid")
        try:
            return check_services(value)
        except Refused as error:
            raise ValidationError(str(error).removeprefix("services: ")) from None


class ServersQuerySchema(Schema):
    """Which servers to list."""

    account = Text(64, metadata={"description": "For an admin: an account, by id or name."})


class ServerChangeSchema(Schema):
    """What is to be changed of a server; what is left out stays, and null slots lift the bound."""

    class Meta:
        """Unknown fields are ignored."""

        unknown = EXCLUDE

    services = ServicesField()
    slots = Whole(1, MOST_SLOTS, allow_none=True, metadata=SLOTS)
    leaseSeconds = Whole(SHORTEST_LEASE, LONGEST_LEASE, attribute="lease_seconds", metadata=LEASE)
    maintenance = Flag(metadata=MAINTENANCE)
    enabled = Flag(metadata=ENABLED)


class NewServerSchema(Schema):
    """What is said of a new server."""

    name = Text(LONGEST_NAME, required=True)
    services = ServicesField(required=True)
    slots = Whole(1, MOST_SLOTS, metadata=SLOTS)
    leaseSeconds = Whole(SHORTEST_LEASE, LONGEST_LEASE, attribute="lease_seconds", metadata=LEASE)
    account = Text(
        64, metadata={"description": "For an admin: the account it is to serve, by id or name."}
    )


class RotationSchema(Schema):
    """How a key is replaced."""

    overlapSeconds = Whole(
        0, int(LONGEST_OVERLAP_SECONDS), load_default=int(OVERLAP_SECONDS), metadata=OVERLAP
    )


class ServerKeySchema(Schema):
    """What may be told of a key."""

    id = fields.String(required=True)
    prefix = fields.String(required=True, metadata={"description": "How the key begins."})
    createdAt = fields.String(required=True, metadata=MOMENT)
    lastUsedAt = fields.String(required=True, allow_none=True, metadata=MOMENT)
    expiresAt = fields.String(required=True, allow_none=True, metadata=MOMENT)
    revokedAt = fields.String(required=True, allow_none=True, metadata=MOMENT)


class NewServerKeySchema(ServerKeySchema):
    """A new key, which is shown this once."""

    apiKey = fields.String(required=True)


class ServerSchema(Schema):
    """A server, and how it stands."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    account = fields.String(required=True, allow_none=True, metadata=ACCOUNT)
    services = fields.List(fields.String(), required=True)
    slots = fields.Integer(required=True, allow_none=True, metadata=SLOTS)
    leaseSeconds = fields.Integer(required=True, metadata=LEASE)
    enabled = fields.Boolean(required=True, metadata=ENABLED)
    maintenance = fields.Boolean(required=True, metadata=MAINTENANCE)
    online = fields.Boolean(
        required=True, metadata={"description": "Whether it called within its lease."}
    )
    lastSeenAt = fields.String(required=True, allow_none=True, metadata=MOMENT)
    queued = fields.Integer(required=True, metadata={"description": "Tasks assigned to it."})
    running = fields.Integer(required=True, metadata={"description": "Tasks that it has begun."})
    health = fields.Dict(
        required=True, allow_none=True, metadata={"description": "What it last said of itself."}
    )
    healthAt = fields.String(required=True, allow_none=True, metadata=MOMENT)
    keys = fields.List(
        fields.Nested(ServerKeySchema),
        required=True,
        metadata={"description": "Those that open, oldest first."},
    )
    createdAt = fields.String(required=True, metadata=MOMENT)
    updatedAt = fields.String(required=True, metadata=MOMENT)


class CreatedServerSchema(ServerSchema):
    """A new server with its first key, which is shown this once."""

    serverId = fields.String(required=True)
    apiKey = fields.String(required=True)


class ServersSchema(Schema):
    """Servers, oldest first."""

    servers = fields.List(fields.Nested(ServerSchema), required=True)
