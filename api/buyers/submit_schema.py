"""The fields of a submission beside type, content and options, which have checks of their own."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates

from api.fields import Moment, Text, Whole, Words
from api.json_value import as_json
from shared.ids import is_id
from shared.notices.endpoint_url import LONGEST_URL
from shared.tasks.draft import DEFAULT_PRIORITY
from shared.tasks.parents import POLICIES

LOCALES = ("fr", "en", "de", "zh", "es", "ar")
LONGEST_METADATA = 16_384
MOST_PARENTS = 100


def an_id(text: str) -> None:
    """Refuse what cannot be a task's id."""
    if not is_id(text):
        raise ValidationError("must be ids of tasks.")


class SubmitSchema(Schema):
    """What a buyer may say about a task, besides what the task is."""

    class Meta:
        """Unknown fields are ignored."""

        unknown = EXCLUDE

    locale = Words(LOCALES, load_default="en")
    maxCents = Whole(1)  # noqa: N815 - the dialect's own names, here and below
    projectId = Text(200)  # noqa: N815
    validationsNeeded = Whole(1, 25, load_default=3)  # noqa: N815
    priority = Whole(0, 9, load_default=DEFAULT_PRIORITY)
    notBefore = Moment()  # noqa: N815
    after = fields.List(
        fields.String(validate=an_id, error_messages={"invalid": "must be ids of tasks."}),
        validate=validate.Length(
            max=MOST_PARENTS, error=f"must name at most {MOST_PARENTS} tasks."
        ),
        error_messages={"invalid": "must be a list of task ids."},
        load_default=(),
    )
    afterPolicy = Words(POLICIES, load_default="all")  # noqa: N815
    callbackUrl = Text(  # noqa: N815 - what it may be is decided by the yard's settings
        LONGEST_URL,
        metadata={
            "description": "Told when the task is over, signed like webhooks: https, on the public "
            "internet, or in a network that this server's operator allows."
        },
    )
    metadata = fields.Dict(error_messages={"invalid": "must be an object."})

    @validates("metadata")
    def bounded(self, value: dict[str, Any], data_key: str) -> None:
        """Metadata is for labels, not for documents."""
        text = as_json(value)
        if text is None or len(text) > LONGEST_METADATA:
            raise ValidationError(f"must be at most {LONGEST_METADATA} characters of JSON.")
