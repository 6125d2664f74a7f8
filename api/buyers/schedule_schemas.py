"""What is told about schedules, field by field: the source of the documentation."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.buyers.schedule_words import (
    MISSED,
    NewScheduleWords,
    ScheduleChangeWords,
    about,
)
from api.buyers.schemas import SubmissionSchema
from api.fields import Count, Text, Words
from api.paging import DEFAULT_LIMIT
from shared.schedules.asked import TASK_FIELDS
from shared.schedules.firing import Outcome
from shared.schedules.standing import Standing

# Names are the dialect's own.
# ruff: noqa: N815

MOMENT = {"format": "date-time"}
STANDINGS = tuple(standing.value for standing in Standing)
OUTCOMES = tuple(outcome.value for outcome in Outcome)


class ScheduledTaskSchema(SubmissionSchema):
    """A task as it is submitted, where every submission is alike."""

    class Meta:
        """What may be said of it."""

        fields = TASK_FIELDS


class NewScheduleSchema(NewScheduleWords):
    """A task to be submitted again and again."""

    task = fields.Nested(ScheduledTaskSchema, required=True, metadata=about("task"))


class ScheduleChangeSchema(ScheduleChangeWords):
    """What is said of a schedule; what is left out stays. Null takes a start, end or name away."""

    task = fields.Nested(ScheduledTaskSchema, metadata=about("task"))


class ScheduleSchema(Schema):
    """A schedule."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    status = Words(STANDINGS, required=True)
    cron = fields.String(required=True, allow_none=True, metadata=about("cron"))
    every = fields.String(required=True, allow_none=True, metadata=about("every"))
    timezone = fields.String(required=True, metadata=about("timezone"))
    jitterSeconds = fields.Integer(required=True, metadata=about("jitterSeconds"))
    startAt = fields.String(required=True, allow_none=True, metadata=MOMENT)
    endAt = fields.String(required=True, allow_none=True, metadata=MOMENT)
    missed = Words(MISSED, required=True, metadata=about("missed"))
    task = fields.Dict(
        required=True, metadata={"description": "As it was sent, its secrets hidden."}
    )
    nextAt = fields.String(
        required=True,
        allow_none=True,
        metadata={**MOMENT, "description": "When it fires next, its jitter included."},
    )
    pausedAt = fields.String(required=True, allow_none=True, metadata=MOMENT)
    createdAt = fields.String(required=True, metadata=MOMENT)
    updatedAt = fields.String(required=True, metadata=MOMENT)


class WholeScheduleSchema(ScheduleSchema):
    """A schedule, and when it is due next."""

    upcoming = fields.List(
        fields.String(metadata=MOMENT),
        required=True,
        metadata={"description": "The next due times, without jitter; none while it is paused."},
    )


class SchedulePageSchema(Schema):
    """A page of schedules, newest first."""

    schedules = fields.List(fields.Nested(ScheduleSchema), required=True)
    nextCursor = fields.String(required=True, allow_none=True)


class SchedulesQuerySchema(Schema):
    """Which schedules to list."""

    status = Words(STANDINGS)
    limit = Count(1, load_default=DEFAULT_LIMIT, metadata={"description": "More than 100 is 100."})
    cursor = Text(100)


class FiringErrorSchema(Schema):
    """Why the task of a firing could not be had."""

    code = fields.String(required=True)
    message = fields.String(required=True)


class FiringSchema(Schema):
    """What a schedule did."""

    dueAt = fields.String(
        required=True,
        allow_none=True,
        metadata={**MOMENT, "description": "Null where somebody asked for it."},
    )
    firedAt = fields.String(required=True, metadata=MOMENT)
    outcome = Words(OUTCOMES, required=True)
    missed = fields.Integer(
        required=True,
        metadata={"description": "How many earlier due times passed for which nothing was made."},
    )
    taskId = fields.String(required=True, allow_none=True)
    error = fields.Nested(FiringErrorSchema, required=True, allow_none=True)


class FiringPageSchema(Schema):
    """A page of firings, newest first."""

    firings = fields.List(fields.Nested(FiringSchema), required=True)
    nextCursor = fields.String(required=True, allow_none=True)
