"""What servers report of their tasks, and what they are told."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate

from api.fields import Flag, Text, Whole
from api.servers.fields import Notes, Sparing
from shared.servers.report import REPORTABLE
from shared.servers.reporting import LARGEST_BULK
from shared.servers.word import Word
from shared.tasks.status import Status

LONGEST_TEXT = 10_000
LONGEST_LINK = 2_000
LONGEST_JOURNAL = 100_000
LARGEST_ATTEMPT = 2**31 - 1


class ReportedStatus(fields.Field[Status]):
    """What a task has become."""

    def _deserialize(self, value: object, *_args: object, **_kwargs: object) -> Status:
        if isinstance(value, str) and value in REPORTABLE:
            return Status(value)
        words = ", ".join(REPORTABLE)
        raise ValidationError(f"{Word.INVALID_STATUS}: must be one of {words}.")


class LinkReportSchema(Sparing):
    """What became of a task, or more about it; what is absent stays as it was."""

    status = ReportedStatus(
        metadata={"type": "string", "enum": [status.value for status in REPORTABLE]}
    )
    link_profile = Text(LONGEST_LINK, 0)
    link_post = Text(LONGEST_LINK, 0)
    error_message = Text(LONGEST_TEXT, 0)
    note = Text(LONGEST_TEXT, 0)
    is_indexed = Flag()
    attempt = Whole(
        1,
        LARGEST_ATTEMPT,
        metadata={"description": "As claimed; a report of an earlier attempt is refused."},
    )
    retryable = Flag(metadata={"description": "false: another attempt would not help."})
    journal = Notes(
        LONGEST_JOURNAL,
        metadata={"type": "object", "description": "To be shown to later attempts."},
    )


class LinkReportItemSchema(LinkReportSchema):
    """A report among others."""

    link_id = fields.String(required=True)


class LinkReportsSchema(Schema):
    """Reports of several tasks."""

    items = fields.List(
        fields.Nested(LinkReportItemSchema),
        required=True,
        validate=validate.Length(max=LARGEST_BULK),
    )


class LinkUpdatedSchema(Schema):
    """That a report was taken."""

    updated = fields.Boolean(required=True)
    link_id = fields.String(required=True)


class LinkReportOutcomeSchema(Schema):
    """Whether one of several reports was taken."""

    link_id = fields.String(required=True)
    success = fields.Boolean(required=True)
    error = fields.String(
        metadata={
            "description": f"Why not: {', '.join(Word)}; or invalid_field, a colon, and what is "
            "wrong."
        }
    )


class LinkReportsOutcomeSchema(Schema):
    """What became of several reports, in the order in which they were sent."""

    total = fields.Integer(required=True)
    success = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    results = fields.List(fields.Nested(LinkReportOutcomeSchema), required=True)
