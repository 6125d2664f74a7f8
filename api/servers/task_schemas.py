"""What a server sees of its tasks, and how it asks for them."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.fields import Capped, Text, Words
from api.servers.dialect import STATUS_WORDS
from api.servers.fields import Services, Sparing, WordList
from shared.links.service import SERVICES
from shared.tasks.status import Status

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 1000
FARTHEST_PAGE = 10**12
UNDONE = frozenset({Status.PENDING.value, Status.QUEUED.value})
"""Which tasks are listed where nothing is said."""
MOMENT = {"format": "date-time"}


class LinkTasksQuerySchema(Sparing):
    """Which of its tasks a server wants to see."""

    page = Capped(1, FARTHEST_PAGE, load_default=1)
    limit = Capped(
        1,
        LARGEST_LIMIT,
        load_default=DEFAULT_LIMIT,
        metadata={"description": f"More than {LARGEST_LIMIT} is {LARGEST_LIMIT}."},
    )
    after = Text(
        100, 0, metadata={"description": "The id of a page's last task; wins over `page`."}
    )
    status = WordList(
        STATUS_WORDS,
        load_default=UNDONE,
        metadata={
            "type": "string",
            "default": "pending,queued",
            "description": f"Some of {', '.join(STATUS_WORDS)}, with commas between.",
        },
    )
    service_type = Services(
        metadata={
            "type": "string",
            "description": f"One or several of {', '.join(SERVICES)}, with commas between.",
        },
    )


class LinkDetailsSchema(Schema):
    """What was said of a task; what nobody said is left out."""

    note = fields.String()
    error_message = fields.String()
    is_indexed = fields.Boolean()
    journal = fields.Dict(metadata={"description": "What earlier attempts wrote down."})


class LinkTaskSchema(Schema):
    """A link task as its server sees it; unset texts are empty."""

    id = fields.String(required=True)
    request_id = fields.String(required=True, metadata={"description": "Its campaign."})
    service_type = Words(SERVICES, required=True)
    site_id = fields.String(required=True)
    site_name = fields.String(required=True)
    email = fields.String(required=True)
    username = fields.String(required=True)
    password = fields.String(
        required=True,
        metadata={"description": "Only until the task is final, and only to its own server."},
    )
    about = fields.String(required=True)
    link_profile = fields.String(required=True)
    link_post = fields.String(required=True)
    status = Words(STATUS_WORDS, required=True)
    retry_count = fields.Integer(required=True)
    max_retries = fields.Integer(required=True)
    details = fields.Nested(LinkDetailsSchema, required=True, allow_none=True)
    started_at = fields.String(required=True, allow_none=True, metadata=MOMENT)
    created_at = fields.String(required=True, metadata=MOMENT)
    request_name = fields.String(required=True)
    request_website = fields.String(required=True)
    type_request = fields.String(required=True)
    auction_price = fields.Float(required=True, metadata={"description": "In cents."})
    config = fields.String(required=True, metadata={"description": "An object, as JSON text."})
    site_url = fields.String(required=True)
    site_kind = fields.String(required=True)


class LinkTasksSchema(Schema):
    """A page of a server's tasks, oldest first."""

    server_id = fields.String(required=True)
    server_name = fields.String(required=True)
    data = fields.List(fields.Nested(LinkTaskSchema), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    next_cursor = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "To be sent as `after`; null on the last page."},
    )
