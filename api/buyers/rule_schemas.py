"""What operators send and get about rules, field by field."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields

from api.buyers.waiting_schema import OWNER, SCOPES
from api.fields import Flag, Positive, Text, Whole, Words

# Names are the dialect's own.
# ruff: noqa: N815

MOST_RUNNING = 1_000_000
MOST_PER_SECOND = 1_000_000.0


class RuleQuerySchema(Schema):
    """Whose rules are meant."""

    account = Text(64, metadata={"description": "For an admin: an account, by id or name."})


class RuleChangeSchema(Schema):
    """What is to be changed of a rule; what is left out stays, and a null lifts a limit."""

    class Meta:
        """Unknown fields are ignored."""

        unknown = EXCLUDE

    paused = Flag(metadata={"description": "Whether nothing more is handed out."})
    maxRunning = Whole(
        1,
        MOST_RUNNING,
        allow_none=True,
        metadata={"description": "How many tasks may be handed out or running at once."},
    )
    perSecond = Positive(
        MOST_PER_SECOND,
        allow_none=True,
        metadata={"description": "How many tasks are handed out in a second."},
    )


class RuleSchema(Schema):
    """A rule, and how many tasks run under it."""

    scope = Words(SCOPES, required=True)
    name = fields.String(required=True)
    owner = fields.String(required=True, metadata=OWNER)
    paused = fields.Boolean(required=True)
    pausedAt = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    pausedBy = fields.String(required=True, allow_none=True)
    maxRunning = fields.Integer(required=True, allow_none=True)
    perSecond = fields.Float(required=True, allow_none=True)
    running = fields.Integer(
        required=True, metadata={"description": "Handed out, or running on workers."}
    )
    updatedAt = fields.String(required=True, metadata={"format": "date-time"})


class RulesSchema(Schema):
    """Rules, the yard's first."""

    rules = fields.List(fields.Nested(RuleSchema), required=True)
