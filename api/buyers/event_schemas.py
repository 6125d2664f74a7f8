"""What a stream is asked for, and what it tells: the source of the documentation."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from api.buyers.dialect import STATUS_WORDS
from api.fields import Text, Words
from shared.tasks.status import Status

# Names are the dialect's own.
# ruff: noqa: N815

STEPS = tuple(status.value for status in Status)


def some(description: str) -> fields.List[Any]:
    """One or several, repeated or by commas."""
    return fields.List(Text(4_000), metadata={"description": description})


class EventsQuerySchema(Schema):
    """Which events to tell."""

    task = some("Ids of tasks, repeated or by commas; at most 100.")
    type = some("Task types, repeated or by commas.")
    status = some(
        f"Steps ({', '.join(STEPS)}) or statuses ({', '.join(STATUS_WORDS)}), repeated or by "
        "commas."
    )
    lastEventId = Text(
        20,
        least=0,
        metadata={
            "description": "Go on after the event of that id, where the header `Last-Event-ID` "
            "cannot be sent; 0 is the oldest that is kept."
        },
    )


class EventSchema(Schema):
    """The data of one event."""

    taskId = fields.String(required=True)
    type = fields.String(required=True)
    status = Words(STATUS_WORDS, required=True)
    step = Words(STEPS, required=True)
    attempt = fields.Integer(required=True)
    reason = fields.String(required=True, allow_none=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
