"""What buyers send and get, field by field: the source of the documentation and of the checks."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.buyers.dialect import STATUS_WORDS
from api.buyers.submit_schema import SubmitSchema
from api.buyers.waiting_schema import WaitingSchema
from api.fields import Count, Fraction, Seconds, Text, Whole, Words
from api.paging import DEFAULT_LIMIT
from shared.accounts.annotators import Annotators
from shared.accounts.role import Role
from shared.accounts.token import LONGEST_SECONDS

# Names are the dialect's own.
# ruff: noqa: N815

POLICIES = tuple(policy.value for policy in Annotators)
GRANTED = tuple(role.value for role in Role if role is not Role.ADMIN)


class SubmissionSchema(SubmitSchema):
    """A task to be done."""

    type = fields.String(required=True, metadata={"example": "SENTIMENT_ANALYSIS"})
    content = fields.Raw(
        required=True,
        metadata={
            "description": "Text, the URL of an image or a recording, or structured JSON; "
            "at most 100,000 characters.",
            "oneOf": [{"type": "string"}, {"type": "object"}, {"type": "array"}],
        },
    )
    options = fields.List(
        fields.String(),
        metadata={
            "description": "The possible answers; needed for types that annotators answer.",
            "minItems": 2,
            "maxItems": 50,
            "uniqueItems": True,
        },
    )


class ReceiptSchema(Schema):
    """What a submission is answered with."""

    taskId = fields.String(required=True)
    status = Words(("PENDING",), required=True)
    type = fields.String(required=True)
    costCents = fields.Integer(required=True)
    estimatedCompletionMs = fields.Integer(required=True)


class TaskErrorSchema(Schema):
    """Why a task failed."""

    code = fields.String(required=True)
    message = fields.String(required=True)


class TaskSchema(Schema):
    """A task as its buyer sees it."""

    taskId = fields.String(required=True)
    type = fields.String(required=True)
    status = Words(STATUS_WORDS, required=True)
    content = fields.Raw(required=True, allow_none=True)
    options = fields.List(fields.String(), required=True, allow_none=True)
    locale = fields.String(required=True, allow_none=True)
    validationsNeeded = fields.Integer(required=True, allow_none=True)
    projectId = fields.String(required=True, allow_none=True)
    costCents = fields.Integer(required=True)
    priority = fields.Integer(required=True)
    notBefore = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    metadata = fields.Dict(required=True, allow_none=True)
    callbackUrl = fields.String(required=True, allow_none=True)
    scheduleId = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The schedule that submitted it; null where none did."},
    )
    createdAt = fields.String(required=True, metadata={"format": "date-time"})
    updatedAt = fields.String(required=True, metadata={"format": "date-time"})
    completedAt = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    result = fields.Dict(required=True, allow_none=True)
    error = fields.Nested(TaskErrorSchema, required=True, allow_none=True)
    waitingFor = fields.Nested(
        WaitingSchema,
        required=True,
        allow_none=True,
        metadata={
            "description": "Why it is not running; null when it is over or runs on a worker, and "
            "in lists."
        },
    )


class TaskQuerySchema(Schema):
    """How to read one task."""

    wait = Seconds(
        load_default=0,
        metadata={"description": "Seconds to wait until the task is final; more than 30 is 30."},
    )


class TasksQuerySchema(Schema):
    """Which tasks to list."""

    status = fields.String(
        metadata={"description": f"One or several of {', '.join(STATUS_WORDS)}, by commas."}
    )
    type = Text(40)
    projectId = Text(200)
    limit = Count(1, load_default=DEFAULT_LIMIT, metadata={"description": "More than 100 is 100."})
    cursor = Text(100)


class PageQuerySchema(Schema):
    """Which page of a list."""

    limit = Count(1, load_default=DEFAULT_LIMIT, metadata={"description": "More than 100 is 100."})
    cursor = Text(100)


class TasksSchema(Schema):
    """A page of tasks, newest first."""

    tasks = fields.List(fields.Nested(TaskSchema), required=True)
    nextCursor = fields.String(required=True, allow_none=True)


class ItemErrorSchema(Schema):
    """Why one item of a bulk was not accepted."""

    code = fields.String(required=True)
    detail = fields.String(required=True)


class BulkResultSchema(Schema):
    """What became of one item: a task, or an error."""

    index = fields.Integer(required=True)
    taskId = fields.String()
    costCents = fields.Integer()
    error = fields.Nested(ItemErrorSchema)


class BulkSchema(Schema):
    """What became of a bulk."""

    accepted = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    results = fields.List(fields.Nested(BulkResultSchema), required=True)


class NewProjectSchema(Schema):
    """A project to be made."""

    name = Text(200, required=True)
    annotators = Words(POLICIES)


class ProjectSchema(Schema):
    """A project."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    annotators = Words(POLICIES, required=True)
    createdAt = fields.String(required=True, metadata={"format": "date-time"})


class ProjectsSchema(Schema):
    """All projects, oldest first."""

    projects = fields.List(fields.Nested(ProjectSchema), required=True)


class CreditsSchema(Schema):
    """What may still be spent, and what is put aside for unfinished tasks."""

    balanceCents = fields.Integer(required=True)
    heldCents = fields.Integer(required=True)


class LedgerEntrySchema(Schema):
    """One half of a posting."""

    postingId = fields.String(required=True)
    kind = fields.String(required=True)
    book = fields.String(required=True)
    amountCents = fields.Integer(required=True)
    taskId = fields.String(required=True, allow_none=True)
    at = fields.String(required=True, metadata={"format": "date-time"})


class LedgerSchema(Schema):
    """A page of the ledger, newest first."""

    entries = fields.List(fields.Nested(LedgerEntrySchema), required=True)
    nextCursor = fields.String(required=True, allow_none=True)


class StatsSchema(Schema):
    """How many tasks there are."""

    total = fields.Integer(required=True)
    pending = fields.Integer(required=True)
    queued = fields.Integer(required=True)
    running = fields.Integer(required=True)
    completed = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    canceled = fields.Integer(required=True)
    byType = fields.Dict(required=True)


class NewTokenSchema(Schema):
    """A token to be made."""

    role = Words(GRANTED, load_default=Role.BUYER.value)
    user = Text(200)
    ttl = Whole(1, LONGEST_SECONDS, load_default=3600, metadata={"description": "Seconds."})


class TokenSchema(Schema):
    """A token, shown once."""

    token = fields.String(required=True)
    role = Words(GRANTED, required=True)
    user = fields.String(required=True, allow_none=True)
    expiresAt = fields.String(required=True, metadata={"format": "date-time"})


class ValidationSchema(Schema):
    """A question for a validator."""

    taskId = fields.String(required=True)
    type = fields.String(required=True)
    content = fields.Raw(required=True)
    options = fields.List(fields.String(), required=True)
    locale = fields.String(required=True)
    createdAt = fields.String(required=True, metadata={"format": "date-time"})


class NewAnswerSchema(Schema):
    """A validator's answer."""

    answer = Text(100_000, required=True)
    confidence = Fraction()


class AnswerSchema(Schema):
    """An answer that was taken."""

    taskId = fields.String(required=True)
    answer = fields.String(required=True)
    confidence = fields.Float(required=True)


class FieldErrorSchema(Schema):
    """What is wrong with one field."""

    field = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """Problem details (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldErrorSchema))
