"""What buyers say of schedules, field by field: how it is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from api.fields import REQUIRED, Moment, Text, Whole, Words
from shared.errors import Refused
from shared.schedules.cron import LONGEST_CRON, check_cron
from shared.schedules.outlook import Missed
from shared.schedules.span import check_span
from shared.social.zone import check_zone

# Names are the dialect's own.
# ruff: noqa: N815

LONGEST_NAME = 200
LONGEST_JITTER_SECONDS = 3600
YEARS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
MISSED = tuple(policy.value for policy in Missed)
ABOUT = {
    "cron": "Five fields (minute, hour, day of month, month, day of week), or @hourly, @daily, "
    "@weekly, @monthly, @yearly. Either this or `every`.",
    "every": "A span from 1s to 366d, such as 90s, 15m, 1h30m or 2d: time that passes, counted "
    "from `startAt`, else from when it was set. Either this or `cron`.",
    "timezone": "The IANA time zone that `cron` is read in; UTC by default.",
    "jitterSeconds": "Each firing is made up to so much later than it is due, the same each time "
    "it is asked; less than `every`.",
    "missed": "What becomes of due times at which nothing could be made, a minute later: none is "
    "made, one for all of them (the default), or all of them.",
    "task": "A task as it is submitted to /api/v1/tasks, without notBefore and after.",
}


def about(name: str) -> dict[str, Any]:
    """What the documentation says of a field."""
    return {"description": ABOUT[name]}


class Checked(Text):
    """A text that ``read`` understands, or refuses."""

    def __init__(self, read: Callable[[str], Any], longest: int, **kwargs: Any) -> None:
        super().__init__(longest, **kwargs)
        self._read = read

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """What ``read`` makes of the text, once its length is seen to be right."""
        text = super().deserialize(value, *args, **kwargs)
        if not isinstance(text, str):
            return text
        try:
            return self._read(text)
        except Refused as error:
            raise ValidationError(str(error).partition(": ")[2]) from None


class Limit(Moment):
    """A start or an end, in the years that calendars are made for."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        if not YEARS[0] <= moment < YEARS[1]:
            years = f"{YEARS[0].year} to {YEARS[1].year - 1}"
            raise ValidationError(f"must be a time in the years from {years}.")
        return moment.astimezone(UTC)


class ScheduleChangeWords(Schema):
    """What is said of a schedule; what is left out stays. Null takes a start, end or name away."""

    class Meta:
        """Unknown fields are ignored."""

        unknown = EXCLUDE

    name = Text(LONGEST_NAME, least=0, allow_none=True)
    cron = Checked(check_cron, LONGEST_CRON, allow_none=True, metadata=about("cron"))
    every = Checked(check_span, 40, allow_none=True, metadata=about("every"))
    timezone = Checked(check_zone, 64, metadata=about("timezone"))
    jitterSeconds = Whole(
        0, LONGEST_JITTER_SECONDS, attribute="jitter_seconds", metadata=about("jitterSeconds")
    )
    startAt = Limit(allow_none=True, attribute="start_at")
    endAt = Limit(allow_none=True, attribute="end_at")
    missed = Words(MISSED, metadata=about("missed"))
    task: fields.Field[Any] = fields.Dict(
        error_messages={"invalid": "must be an object.", "required": REQUIRED},
        metadata=about("task"),
    )


class NewScheduleWords(ScheduleChangeWords):
    """A task to be submitted again and again."""

    name = Text(LONGEST_NAME, least=0)
    cron = Checked(check_cron, LONGEST_CRON, metadata=about("cron"))
    every = Checked(check_span, 40, metadata=about("every"))
    startAt = Limit(attribute="start_at")
    endAt = Limit(attribute="end_at")
    task: fields.Field[Any] = fields.Dict(
        required=True,
        error_messages={"invalid": "must be an object.", "required": REQUIRED},
        metadata=about("task"),
    )
