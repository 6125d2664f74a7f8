"""How a task says why it is not running, field by field."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.buyers.waiting_view import BOUND_WORDS
from api.fields import Words
from shared.tasks.reason import Reason
from shared.tasks.rules import Scope

# Names are the dialect's own.
# ruff: noqa: N815

SCOPES = tuple(scope.value for scope in Scope)
REASONS = tuple(reason.value for reason in Reason)
LIMITS = tuple(BOUND_WORDS.values())
OWNER = {"description": "`yard`, or the id of the account whose tasks alone it concerns."}


class RuleNameSchema(Schema):
    """What names a rule, and whose it is."""

    scope = Words(SCOPES, required=True)
    name = fields.String(required=True)
    owner = fields.String(required=True, metadata=OWNER)


class WaitingSchema(Schema):
    """Why a task is not running; beside the sentence, what belongs to the reason."""

    reason = Words(REASONS, required=True)
    detail = fields.String(required=True, metadata={"description": "The reason in a sentence."})
    until = fields.String(
        metadata={"description": "time, answers, mutex: when it ends.", "format": "date-time"}
    )
    since = fields.String(
        metadata={"description": "pause, worker, server: when it began.", "format": "date-time"}
    )
    taskIds = fields.List(
        fields.String(),
        metadata={"description": "parents: those that are not over; mutex: those that have it."},
    )
    rule = fields.Nested(
        RuleNameSchema, metadata={"description": "pause, limit: the rule that holds it back."}
    )
    limit = Words(LIMITS, metadata={"description": "limit: which one of the rule's."})
    allowed = fields.Float(metadata={"description": "limit: what it allows."})
    running = fields.Integer(metadata={"description": "maxRunning: how many run now."})
    position = fields.Integer(
        metadata={"description": "turn, mutex, worker: about how many tasks go first; to 1,000."}
    )
    isMore = fields.Boolean(
        metadata={"description": "turn, mutex, worker: whether more than `position` go first."}
    )
    given = fields.Integer(metadata={"description": "answers: how many are there."})
    wanted = fields.Integer(metadata={"description": "answers: how many it takes, by now."})
